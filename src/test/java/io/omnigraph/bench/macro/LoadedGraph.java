package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import io.omnigraph.maintenance.Upkeep;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.storage.lance.RawLanceGraph;
import io.omnigraph.write.LoadMode;
import java.util.Map;
import java.util.SplittableRandom;

/** The social graph, loaded into the product and into bare tables; what most benchmarks ask. */
final class LoadedGraph implements AutoCloseable {

  private static final ReadTarget MAIN = new ReadTarget.Branch(BranchName.MAIN);

  final SocialGraph content;
  final RawLanceGraph baseline;
  OmniGraph product;
  private final SplittableRandom random = new SplittableRandom(7);

  private LoadedGraph(SocialGraph content, OmniGraph product, RawLanceGraph baseline) {
    this.content = content;
    this.product = product;
    this.baseline = baseline;
  }

  static LoadedGraph create(BenchmarkSetting setting) throws Exception {
    SocialGraph content = SocialGraph.of(setting);
    OmniGraph product =
        OmniGraph.init(
            setting.folder().resolve("graph").toString(),
            SocialGraph.SCHEMA,
            false,
            OpenOptions.readWrite());
    try (var records = content.records()) {
      product.load(records, LoadMode.APPEND, BranchName.MAIN, null, WriteOptions.ANONYMOUS);
    }
    // What the engine would do by itself in a moment; here before anything is measured.
    product.ensureIndices(BranchName.MAIN, Upkeep.SMALLEST_INDEXED_TABLE);
    RawLanceGraph baseline =
        RawLanceGraph.create(setting.folder().resolve("raw"), content).withIndices();
    return new LoadedGraph(content, product, baseline);
  }

  /** A person drawn anew at each call, the same sequence in each run. */
  String anyone() {
    return content.name(random.nextInt(content.people()));
  }

  /** Opens the product anew, with other options. */
  void reopen(OpenOptions options) throws Exception {
    String uri = product.uri();
    product.close();
    product = OmniGraph.open(uri, options);
  }

  /**
   * Times a query in the owning process, and again as another process would run it, which asks the
   * store for the newest head each time.
   *
   * @return both timings; the graph is read-only afterwards
   */
  Timing[] timeOwnedAndProbed(BenchmarkSetting setting, long rows, int calls, Timing.Action action)
      throws Exception {
    int warmUps = setting.scaled(20 * Math.max(1, calls / 10));
    Timing owned = Timing.measure(Timing.PRODUCT, rows, warmUps, setting.scaled(calls), action);
    reopen(OpenOptions.readOnly());
    Timing probed =
        Timing.measure(
            "OmniGraph, probing the head",
            rows,
            setting.scaled(Math.max(20, calls / 10)),
            setting.scaled(calls),
            action);
    return new Timing[] {owned, probed};
  }

  /** Runs a read query to its end and returns the number of its rows. */
  long rowsOf(String query, Map<String, ?> parameters) {
    long rows = 0;
    try (var cursor = product.query(query, null, parameters, MAIN)) {
      for (var batch = cursor.next(); batch != null; batch = cursor.next()) {
        rows += batch.getRowCount();
      }
    }
    return rows;
  }

  /** Runs a read query that returns one count. */
  long countOf(String query, Map<String, ?> parameters) {
    try (var cursor = product.query(query, null, parameters, MAIN)) {
      var batch = cursor.next();
      if (batch == null) {
        throw new IllegalStateException("a count has one row");
      }
      return ((Number) batch.getVector(0).getObject(0)).longValue();
    }
  }

  static void expect(long expected, long actual) {
    if (actual != expected) {
      throw new IllegalStateException("found " + actual + " instead of " + expected);
    }
  }

  @Override
  public void close() throws Exception {
    try (var opened = product;
        baseline) {
      opened.name(); // both are closed, whatever the first one does
    }
  }
}
