package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.Timing;
import java.util.List;

/** What grouping costs a client that is alone: nothing but noise, up to the slowest writes. */
public final class UngroupedCommitBenchmark implements MacroBenchmark {

  @Override
  public String name() {
    return "single-client-grouping";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return "One client inserts one node per commit (durability os), where writes may share commits."
        + " The baseline does the same in a graph that gives every write a commit of its own, in"
        + " turn. Compare the 99th percentiles.";
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    OpenOptions options = OpenOptions.readWrite().withDurability(OpenOptions.Durability.OS);
    try (OmniGraph grouped = CommitGraphs.create(setting.folder().resolve("grouped"), options, 0);
        OmniGraph ungrouped =
            CommitGraphs.create(
                setting.folder().resolve("ungrouped"), options.withGroupLimit(1), 0)) {
      return CommitBenchmark.inTurn(
          setting.scaled(300),
          setting.scaled(2000),
          List.of(Timing.PRODUCT, "OmniGraph, one write per commit"),
          List.of(() -> CommitGraphs.addNode(grouped), () -> CommitGraphs.addNode(ungrouped)));
    }
  }
}
