package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.lance.RawLanceGraph;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.LoadOptions;
import io.omnigraph.write.TabularInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** How fast a whole graph comes in from two tabular files. */
public final class TabularLoadBenchmark implements MacroBenchmark {

  private final TabularInput.Format format;

  public TabularLoadBenchmark(TabularInput.Format format) {
    this.format = format;
  }

  private String word() {
    return format.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String name() {
    return "load-" + word();
  }

  @Override
  public String description(BenchmarkSetting setting) {
    SocialGraph graph = SocialGraph.of(setting);
    return ("Two loads into an empty graph, durable at the end: %,d nodes, then %,d edges, each"
            + " from one %s file. The baseline writes the same rows from memory into two"
            + " tables, without checks and without forcing them to disk.")
        .formatted(graph.people(), graph.friendships(), word());
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    SocialGraph graph = SocialGraph.of(setting);
    boolean parquet = format == TabularInput.Format.PARQUET;
    Path people = setting.folder().resolve("people." + word());
    Path friendships = setting.folder().resolve("friendships." + word());
    SocialTables.people(people, graph, parquet);
    SocialTables.friendships(friendships, graph, parquet);
    long rows = graph.people() + graph.friendships();
    var run = new AtomicInteger();
    Timing product =
        Timing.measure(
            Timing.PRODUCT,
            rows,
            1,
            2,
            () ->
                load(
                    setting.folder().resolve("graph-" + run.getAndIncrement()),
                    people,
                    friendships));
    Timing baseline =
        Timing.measure(
            Timing.RAW_LANCE,
            rows,
            1,
            2,
            () ->
                RawLanceGraph.create(
                        setting.folder().resolve("raw-" + run.getAndIncrement()), graph)
                    .close());
    return List.of(product, baseline);
  }

  private void load(Path folder, Path people, Path friendships) {
    try (OmniGraph opened =
        OmniGraph.init(folder.toString(), SocialGraph.SCHEMA, false, OpenOptions.readWrite())) {
      load(opened, people, TableKey.node("Person"));
      load(opened, friendships, TableKey.edge("Knows"));
    }
  }

  private void load(OmniGraph graph, Path file, TableKey table) {
    graph.load(
        new TabularInput(file, format, table, Map.of()),
        LoadOptions.of(LoadMode.APPEND),
        BranchName.MAIN,
        null,
        WriteOptions.ANONYMOUS);
  }
}
