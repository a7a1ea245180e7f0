package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import io.omnigraph.model.BranchName;
import io.omnigraph.storage.lance.RawLanceGraph;
import io.omnigraph.write.LoadMode;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** How fast a whole graph comes in. */
public final class LoadBenchmark implements MacroBenchmark {

  @Override
  public String name() {
    return "load";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    SocialGraph graph = SocialGraph.of(setting);
    return ("One load of %,d nodes and %,d edges into an empty graph, from JSON lines, durable at"
            + " the end. The baseline writes the same rows from memory into two tables, without"
            + " checks, without JSON and without forcing them to disk.")
        .formatted(graph.people(), graph.friendships());
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    SocialGraph graph = SocialGraph.of(setting);
    long rows = graph.people() + graph.friendships();
    var run = new AtomicInteger();
    Timing product =
        Timing.measure(
            Timing.PRODUCT,
            rows,
            1,
            2,
            () -> load(setting.folder().resolve("graph-" + run.getAndIncrement()), graph));
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

  private static void load(Path folder, SocialGraph graph) throws Exception {
    try (OmniGraph opened =
            OmniGraph.init(folder.toString(), SocialGraph.SCHEMA, false, OpenOptions.readWrite());
        var records = graph.records()) {
      opened.load(records, LoadMode.APPEND, BranchName.MAIN, null, WriteOptions.ANONYMOUS);
    }
  }
}
