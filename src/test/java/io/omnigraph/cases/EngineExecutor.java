package io.omnigraph.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.embedding.Embedders;
import io.omnigraph.embedding.EmbeddingLimits;
import io.omnigraph.embedding.EmbeddingProfile;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.QueryOptions;
import io.omnigraph.read.ResultRows;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.write.LoadCounts;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.MutationCounts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs cases on the embedded engine; every read on every access path, which must agree. */
final class EngineExecutor implements CaseExecutor {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};

  private final OmniGraph graph;

  EngineExecutor(Path folder, String schema, @Nullable String embedderModel) {
    OpenOptions options = OpenOptions.readWrite().withDurability(OpenOptions.Durability.OS);
    if (embedderModel != null) {
      options =
          options.withEmbedder(
              Embedders.of(
                  EmbeddingProfile.of(EmbeddingProfile.Kind.MOCK, null, embedderModel, null),
                  EmbeddingLimits.DEFAULT));
    }
    graph = OmniGraph.init(folder.toString(), schema, false, options);
  }

  private static Map<String, Object> members(@Nullable Object params) {
    return params == null ? Map.of() : JSON.convertValue(params, MEMBERS);
  }

  @Override
  public List<Map<String, @Nullable Object>> query(
      String source, @Nullable String name, @Nullable Object params, Options options) {
    ReadTarget target =
        options.commitsAgo() == 0
            ? ReadTarget.MAIN
            : new ReadTarget.Commit(
                graph
                    .commits(BranchName.MAIN, Integer.MAX_VALUE, null)
                    .get(options.commitsAgo())
                    .id());
    var form = options.sdk() ? ResultRows.Integers.SAFE_IN_JAVASCRIPT : ResultRows.Integers.NATIVE;
    List<Map<String, @Nullable Object>> rows =
        run(source, name, params, target, QueryOptions.DEFAULT, form);
    for (AccessPath path : AccessPath.values()) {
      assertThat(run(source, name, params, target, QueryOptions.DEFAULT.withPath(path), form))
          .as("rows read by %s", path)
          .containsExactlyInAnyOrderElementsOf(rows);
    }
    return rows;
  }

  private List<Map<String, @Nullable Object>> run(
      String source,
      @Nullable String name,
      @Nullable Object params,
      ReadTarget target,
      QueryOptions options,
      ResultRows.Integers form) {
    try (QueryCursor cursor = graph.query(source, name, members(params), target, options)) {
      return ResultRows.readAll(cursor, form);
    }
  }

  @Override
  public Affected mutate(String source, @Nullable String name, @Nullable Object params) {
    MutationCounts counts =
        graph
            .mutate(source, name, members(params), BranchName.MAIN, WriteOptions.ANONYMOUS)
            .result();
    return new Affected(counts.affectedNodes(), counts.affectedEdges());
  }

  @Override
  public Map<String, Long> load(String records, String mode, String branch, @Nullable String from) {
    LoadCounts counts =
        graph
            .load(
                new ByteArrayInputStream(records.getBytes(StandardCharsets.UTF_8)),
                LoadMode.valueOf(mode.toUpperCase(Locale.ROOT)),
                BranchName.of(branch),
                from == null ? null : BranchName.of(from),
                WriteOptions.ANONYMOUS)
            .result();
    Map<String, Long> loaded = new HashMap<>();
    counts.nodes().forEach((type, rows) -> loaded.put("node:" + type, rows));
    counts.edges().forEach((type, rows) -> loaded.put("edge:" + type, rows));
    return loaded;
  }

  @Override
  public String export() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    graph.export(ReadTarget.MAIN, List.of(), List.of(), out);
    return out.toString(StandardCharsets.UTF_8);
  }

  @Override
  public long commits() {
    return graph.commits(BranchName.MAIN, Integer.MAX_VALUE, null).size();
  }

  @Override
  public void createBranch(String name) {
    graph.createBranch(BranchName.of(name), BranchName.MAIN, WriteOptions.ANONYMOUS);
  }

  @Override
  public boolean applySchema(String desired, boolean allowDataLoss) {
    return graph.applySchema(desired, allowDataLoss, WriteOptions.ANONYMOUS).applied();
  }

  @Override
  public void close() {
    graph.close();
  }
}
