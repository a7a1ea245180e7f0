package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.DocumentGraph;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.Timing;
import io.omnigraph.maintenance.Upkeep;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.QueryOptions;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.write.LoadMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * How long one query takes that searches by vector and by words, fuses both rankings, filters by a
 * property and walks one hop; and how many of the true neighbours a vector search finds.
 */
public final class HybridSearchBenchmark implements MacroBenchmark {

  private static final int FOUND = 10;
  private static final int TOPIC = 3;

  private static final String HYBRID =
      """
      query hybrid($at: Vector(128), $words: String) {
        match { $d: Document  $d.topic = 3  $d cites $e }
        return { $d.slug, $e.slug }
        order { rrf(nearest($d.at, $at), bm25($d.body, $words)) }
        limit 10
      }
      """;

  private static final String NEAREST =
      """
      query near($at: Vector(128)) {
        match { $d: Document }
        return { $d.slug }
        order { nearest($d.at, $at) }
        limit 10
      }
      """;

  private List<String> findings = List.of();

  @Override
  public String name() {
    return "hybrid-search";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return ("Fuses the nearest of %,d vectors of %d dimensions and the best texts of two words,"
            + " among the documents of one topic of ten, with one hop, best ten rows. The baseline"
            + " computes the distances to all vectors in one loop, without texts, filter and hop.")
        .formatted(setting.scaled(100_000), DocumentGraph.DIMENSION);
  }

  @Override
  public List<String> findings() {
    return findings;
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    DocumentGraph content = new DocumentGraph(setting.scaled(100_000));
    float[][] vectors =
        IntStream.range(0, content.documents()).mapToObj(content::vector).toArray(float[][]::new);
    try (OmniGraph graph =
        OmniGraph.init(
            setting.folder().resolve("documents").toString(),
            DocumentGraph.SCHEMA,
            false,
            OpenOptions.readWrite())) {
      try (var records = content.records()) {
        graph.load(records, LoadMode.APPEND, BranchName.MAIN, null, WriteOptions.ANONYMOUS);
      }
      graph.ensureIndices(BranchName.MAIN, Upkeep.SMALLEST_INDEXED_TABLE);
      AtomicInteger number = new AtomicInteger();
      int calls = setting.scaled(300);
      Timing product =
          Timing.measure(
              Timing.PRODUCT,
              1,
              setting.scaled(100),
              calls,
              () -> hybrid(graph, content, number, null));
      Timing indexed =
          Timing.measure(
              "OmniGraph, without the cache",
              1,
              3,
              setting.scaled(50),
              () -> hybrid(graph, content, number, AccessPath.INDEXED));
      long[] sink = new long[1];
      Timing loop =
          Timing.measure(
              "plain float[] loop",
              1,
              setting.scaled(20),
              setting.scaled(100),
              () ->
                  sink[0] +=
                      nearest(vectors, content.queryVector(number.getAndIncrement()), -1).length);
      findings =
          List.of(
              recall(graph, content, vectors, null, setting),
              recall(graph, content, vectors, AccessPath.INDEXED, setting));
      return List.of(product, indexed, loop);
    }
  }

  private static void hybrid(
      OmniGraph graph, DocumentGraph content, AtomicInteger number, @Nullable AccessPath path) {
    int n = number.getAndIncrement();
    List<String> rows =
        slugs(
            graph,
            HYBRID,
            Map.of("at", list(content.queryVector(n)), "words", content.queryWords(n)),
            path);
    if (rows.isEmpty()) {
      throw new IllegalStateException("a document of topic " + TOPIC + " cites something");
    }
  }

  private static List<Float> list(float[] vector) {
    List<Float> list = new ArrayList<>(vector.length);
    for (float element : vector) {
      list.add(element);
    }
    return list;
  }

  private static List<String> slugs(
      OmniGraph graph, String query, Map<String, ?> parameters, @Nullable AccessPath path) {
    List<String> slugs = new ArrayList<>();
    try (QueryCursor cursor =
        graph.query(
            query, null, parameters, ReadTarget.MAIN, QueryOptions.DEFAULT.withPath(path))) {
      for (VectorSchemaRoot batch = cursor.next(); batch != null; batch = cursor.next()) {
        for (int i = 0; i < batch.getRowCount(); i++) {
          slugs.add(batch.getVector(0).getObject(i).toString());
        }
      }
    }
    return slugs;
  }

  /** Numbers of the nearest vectors, by exact distance. */
  private static int[] nearest(float[][] vectors, float[] query, int topic) {
    double[] distances = new double[vectors.length];
    for (int d = 0; d < vectors.length; d++) {
      float sum = 0;
      for (int i = 0; i < query.length; i++) {
        float difference = vectors[d][i] - query[i];
        sum += difference * difference;
      }
      distances[d] = sum;
    }
    return IntStream.range(0, vectors.length)
        .filter(d -> topic < 0 || d % DocumentGraph.TOPICS == topic)
        .boxed()
        .sorted(Comparator.comparingDouble(d -> distances[d]))
        .limit(FOUND)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static String recall(
      OmniGraph graph,
      DocumentGraph content,
      float[][] vectors,
      @Nullable AccessPath path,
      BenchmarkSetting setting) {
    int queries = Math.max(3, setting.scaled(50));
    int found = 0;
    int wanted = 0;
    for (int q = 0; q < queries; q++) {
      float[] query = content.queryVector(10_000 + q);
      List<String> slugs = slugs(graph, NEAREST, Map.of("at", list(query)), path);
      int[] truth = nearest(vectors, query, -1);
      wanted += truth.length;
      found += (int) Arrays.stream(truth).filter(d -> slugs.contains(content.slug(d))).count();
    }
    return "Recall of the ten nearest %s: %.3f over %d queries."
        .formatted(
            path == null ? "as the engine chooses" : "through the vector index",
            (double) found / wanted,
            queries);
  }
}
