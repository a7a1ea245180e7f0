package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions.Durability;
import io.omnigraph.WriteOptions;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.Timing;
import io.omnigraph.model.BranchName;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What a branch costs, and that types cost nothing. */
public final class BranchCreateBenchmark implements MacroBenchmark {

  @Override
  public String name() {
    return "branch-create";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return ("Creates a branch of a graph with %d types, forced to disk. The baseline does the same"
            + " in a graph with two types, in turn.")
        .formatted(types(setting));
  }

  private static int types(BenchmarkSetting setting) {
    return 2 + setting.scaled(98);
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    var number = new AtomicInteger();
    try (OmniGraph wide =
            CommitGraphs.create(
                setting.folder().resolve("wide"), Durability.FSYNC, types(setting) - 2);
        OmniGraph narrow =
            CommitGraphs.create(setting.folder().resolve("narrow"), Durability.FSYNC, 0)) {
      return CommitBenchmark.inTurn(
          setting.scaled(20),
          setting.scaled(100),
          List.of(Timing.PRODUCT, "OmniGraph, two types"),
          List.of(() -> branch(wide, number), () -> branch(narrow, number)));
    }
  }

  private static void branch(OmniGraph graph, AtomicInteger number) {
    graph.createBranch(
        BranchName.of("b" + number.getAndIncrement()), BranchName.MAIN, WriteOptions.ANONYMOUS);
  }
}
