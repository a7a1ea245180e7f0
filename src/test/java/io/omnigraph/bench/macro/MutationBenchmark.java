package io.omnigraph.bench.macro;

import io.omnigraph.WriteOptions;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import io.omnigraph.model.BranchName;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What one small write costs. */
public final class MutationBenchmark implements MacroBenchmark {

  private static final String INSERT =
      "query add($name: String) { insert Person { name: $name, age: 1 } }";

  @Override
  public String name() {
    return "one-row-mutation";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return ("Inserts one node into a graph of %,d nodes, one commit each, durable before the"
            + " answer. The baseline commits one row to one table, without lineage and without"
            + " forcing it to disk.")
        .formatted(SocialGraph.of(setting).people());
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    int calls = setting.scaled(200);
    var number = new AtomicInteger();
    try (var graph = LoadedGraph.create(setting)) {
      Timing product =
          Timing.measure(
              Timing.PRODUCT,
              1,
              20,
              calls,
              () ->
                  graph.product.mutate(
                      INSERT,
                      null,
                      Map.of("name", "new-" + number.getAndIncrement()),
                      BranchName.MAIN,
                      WriteOptions.ANONYMOUS));
      Timing baseline =
          Timing.measure(
              Timing.RAW_LANCE,
              1,
              20,
              calls,
              () -> graph.baseline.appendPerson("raw-" + number.getAndIncrement()));
      return List.of(product, baseline);
    }
  }
}
