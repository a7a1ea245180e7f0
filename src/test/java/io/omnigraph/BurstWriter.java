package io.omnigraph;

import io.omnigraph.model.BranchName;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A process that writes until it is killed: several threads, several tables per commit, two
 * branches. Prints one line per acknowledged write.
 */
public final class BurstWriter {

  private BurstWriter() {}

  /**
   * @param args root, prefix of names, number of threads
   */
  public static void main(String[] args) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    OmniGraph graph = OmniGraph.open(args[0], OpenOptions.readWrite());
    BranchName dev = BranchName.of("dev");
    if (!graph.branches().contains(dev)) {
      graph.createBranch(dev, BranchName.MAIN, WriteOptions.ANONYMOUS);
    }
    out.println("ready");
    int threads = Integer.parseInt(args[2]);
    ExecutorService writers = Executors.newFixedThreadPool(threads);
    for (int t = 0; t < threads; t++) {
      int thread = t;
      writers.submit(
          () -> {
            for (int i = 0; ; i++) {
              String branch = i % 4 == 3 ? "dev" : "main";
              String name = args[1] + "-" + thread + "-" + i;
              if (i % 5 == 4) {
                TestGraphs.setAge(graph, branch, args[1] + "-" + thread + "-" + (i - 4), i);
              } else {
                TestGraphs.settle(graph, branch, name, "city-" + name);
                out.println(branch + " " + name);
              }
            }
          });
    }
    writers.shutdown();
    writers.awaitTermination(10, TimeUnit.MINUTES);
  }
}
