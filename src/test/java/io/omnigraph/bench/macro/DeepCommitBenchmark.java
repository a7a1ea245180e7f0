package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions.Durability;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.Timing;
import java.util.List;

/** Whether a commit gets slower with the history below it. */
public final class DeepCommitBenchmark implements MacroBenchmark {

  @Override
  public String name() {
    return "commit-at-depth";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return ("Inserts one node and one edge in one commit of a graph with %,d commits (durability"
            + " os). The baseline does the same in a graph with 10 commits, in turn.")
        .formatted(setting.scaled(1000));
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    try (OmniGraph deep = CommitGraphs.create(setting.folder().resolve("deep"), Durability.OS, 0);
        OmniGraph flat = CommitGraphs.create(setting.folder().resolve("flat"), Durability.OS, 0)) {
      for (int i = 0; i < setting.scaled(1000); i++) {
        CommitGraphs.addNodeAndEdge(deep);
      }
      for (int i = 0; i < 10; i++) {
        CommitGraphs.addNodeAndEdge(flat);
      }
      return CommitBenchmark.inTurn(
          0,
          setting.scaled(90),
          List.of(Timing.PRODUCT, "OmniGraph, 10 commits"),
          List.of(
              () -> CommitGraphs.addNodeAndEdge(deep), () -> CommitGraphs.addNodeAndEdge(flat)));
    }
  }
}
