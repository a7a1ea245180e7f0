package io.omnigraph;

import io.omnigraph.model.BranchName;
import io.omnigraph.write.LoadMode;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A process that writes until it is killed: mutations and loads of several tables per commit from
 * several threads on two branches, and branches that come and go. Prints one line per acknowledged
 * write.
 */
public final class BurstWriter {

  private BurstWriter() {}

  /**
   * @param args root, prefix of names, number of threads that write
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
    ExecutorService writers = Executors.newFixedThreadPool(threads + 1);
    for (int t = 0; t < threads; t++) {
      String prefix = args[1] + "-" + t + "-";
      writers.submit(() -> write(graph, prefix, out));
    }
    writers.submit(() -> comeAndGo(graph, args[1], out));
    writers.shutdown();
    writers.awaitTermination(10, TimeUnit.MINUTES);
  }

  private static Object write(OmniGraph graph, String prefix, PrintStream out) {
    for (int i = 0; ; i++) {
      String branch = i % 4 == 3 ? "dev" : "main";
      String name = prefix + i;
      switch (i % 5) {
        case 4 -> TestGraphs.setAge(graph, i % 4 == 0 ? "main" : branch, prefix + (i - 4), i);
        case 2 -> {
          TestGraphs.load(graph, branch, LoadMode.MERGE, TestGraphs.settler(name, "city-" + name));
          out.println(branch + " " + name);
        }
        default -> {
          TestGraphs.settle(graph, branch, name, "city-" + name);
          out.println(branch + " " + name);
        }
      }
    }
  }

  private static Object comeAndGo(OmniGraph graph, String prefix, PrintStream out) {
    for (int i = 0; ; i++) {
      String name = prefix + "-b-" + i;
      BranchName branch = BranchName.of(name);
      graph.createBranch(branch, BranchName.MAIN, WriteOptions.ANONYMOUS);
      TestGraphs.settle(graph, name, name, "city-" + name);
      out.println("made " + name);
      if (i % 3 != 0) {
        out.println("going " + name);
        graph.deleteBranch(branch, WriteOptions.ANONYMOUS);
        out.println("gone " + name);
      }
    }
  }
}
