package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.SocialGraph;
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
  final OmniGraph product;
  final RawLanceGraph baseline;
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

  @Override
  public void close() throws Exception {
    try (product;
        baseline) {
      // Both are closed, whatever the first one does.
    }
  }
}
