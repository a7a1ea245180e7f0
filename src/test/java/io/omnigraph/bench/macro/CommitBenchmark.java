package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions.Durability;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.Timing;
import io.omnigraph.storage.lance.RawLanceTables;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** What a commit of two tables costs beside the commits of the library that it consists of. */
public final class CommitBenchmark implements MacroBenchmark {

  /** How many files and folders one such commit forces to disk. */
  private static final int FORCES = 16;

  @Override
  public String name() {
    return "one-node-one-edge";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    return ("Inserts one node and one edge in one commit, without forcing files to disk (durability"
            + " os). The baseline stages and commits one row to each of three bare tables, one"
            + " after the other, in turn with the product. Then the same with durability fsync,"
            + " beside %d bare forces of new files.")
        .formatted(FORCES);
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    int calls = setting.scaled(400);
    int warmUps = setting.scaled(300);
    Path folder = setting.folder();
    try (OmniGraph os = CommitGraphs.create(folder.resolve("os"), Durability.OS, 0);
        OmniGraph fsync = CommitGraphs.create(folder.resolve("fsync"), Durability.FSYNC, 0);
        var raw = new RawLanceTables(Files.createDirectory(folder.resolve("raw")), 3)) {
      return inTurn(
          warmUps,
          calls,
          List.of(Timing.PRODUCT, Timing.RAW_LANCE, CommitGraphs.PRODUCT_FSYNC, "bare forces"),
          List.of(
              () -> CommitGraphs.addNodeAndEdge(os),
              raw::commitToEach,
              () -> CommitGraphs.addNodeAndEdge(fsync),
              () -> force(folder)));
    }
  }

  /** Measures several subjects call by call, so that a noisy moment hits all of them. */
  static List<Timing> inTurn(
      int warmUps, int calls, List<String> subjects, List<Timing.Action> actions) throws Exception {
    long[][] nanos = new long[actions.size()][calls];
    for (int call = -warmUps; call < calls; call++) {
      for (int i = 0; i < actions.size(); i++) {
        long start = System.nanoTime();
        actions.get(i).run();
        if (call >= 0) {
          nanos[i][call] = System.nanoTime() - start;
        }
      }
    }
    List<Timing> timings = new ArrayList<>();
    for (int i = 0; i < nanos.length; i++) {
      timings.add(new Timing(subjects.get(i), 1, nanos[i]));
    }
    return timings;
  }

  private static void force(Path folder) throws IOException {
    for (int i = 0; i < FORCES / 2; i++) {
      Path file = Files.writeString(folder.resolve("forced-" + i), "a few bytes");
      for (Path path : List.of(file, folder)) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
    }
  }
}
