package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions.Durability;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.Timing;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What grouping is worth: many clients that insert into one branch at once. */
public final class ConcurrentInsertBenchmark implements MacroBenchmark {

  private static final int CLIENTS = 32;
  private static final int ROUND = 10;

  @Override
  public String name() {
    return "concurrent-inserts";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return ("%d clients insert one node each, %d times, on one branch, durable before the answer;"
            + " no client ever has to try again. The baseline is one client that does as many"
            + " inserts as one of them. rows/s are acknowledged inserts; a call is a round of all"
            + " clients.")
        .formatted(CLIENTS, ROUND);
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    int rounds = setting.scaled(20);
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try (OmniGraph graph =
        CommitGraphs.create(setting.folder().resolve("graph"), Durability.FSYNC, 0)) {
      Timing one =
          Timing.measure("one client", ROUND, setting.scaled(10), rounds, () -> inserts(graph));
      Timing many =
          Timing.measure(
              Timing.PRODUCT,
              (long) ROUND * CLIENTS,
              setting.scaled(2),
              rounds,
              () -> together(threads, graph));
      return List.of(many, one);
    } finally {
      threads.shutdownNow();
    }
  }

  private static void together(ExecutorService threads, OmniGraph graph) throws Exception {
    List<Callable<Boolean>> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          () -> {
            inserts(graph);
            return true;
          });
    }
    for (Future<Boolean> client : threads.invokeAll(clients)) {
      client.get(); // a conflict, which a client would have to retry, ends the benchmark
    }
  }

  private static void inserts(OmniGraph graph) {
    for (int i = 0; i < ROUND; i++) {
      CommitGraphs.addNode(graph);
    }
  }
}
