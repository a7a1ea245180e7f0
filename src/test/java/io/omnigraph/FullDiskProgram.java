package io.omnigraph;

import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.write.LoadMode;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes to a graph on a disk that is full again and again, and says what it finds. The folder must
 * be a small file system of its own.
 */
public final class FullDiskProgram {

  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private FullDiskProgram() {}

  /**
   * @param args the folder, and how often the disk becomes full
   */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    Path root = folder.resolve("graph");
    Path filler = folder.resolve("filler");
    TestGraphs.init(root).close();
    Set<String> acknowledged = new TreeSet<>();
    Set<String> refused = new TreeSet<>();
    int number = 0;
    for (int round = 0; round < Integer.parseInt(args[1]); round++) {
      try (OmniGraph graph = TestGraphs.open(root)) {
        // Another number of bytes each time, so that another write is cut another way.
        fill(folder, filler, 8_192 + round * 37_779L % 400_000);
        int failures = 0;
        for (int i = 0; failures < 3 && i < 200; i++) {
          String name = "n" + number++;
          try {
            if (i % 3 == 2) {
              TestGraphs.load(
                  graph, "main", LoadMode.MERGE, TestGraphs.settler(name, "city-" + name));
            } else {
              TestGraphs.settle(graph, "main", name, "city-" + name);
            }
            acknowledged.add(name);
          } catch (GraphException e) {
            failures++;
            refused.add(e.code());
            if (!TestGraphs.people(graph, ReadTarget.MAIN).keySet().containsAll(acknowledged)) {
              throw new AssertionError("lost while the disk is full");
            }
          }
        }
        Files.delete(filler);
        // With room again the same process goes on.
        String name = "n" + number++;
        TestGraphs.settle(graph, "main", name, "city-" + name);
        acknowledged.add(name);
      }
      try (OmniGraph graph = TestGraphs.open(root)) {
        Set<String> people = TestGraphs.people(graph, ReadTarget.MAIN).keySet();
        Set<String> cities = new TreeSet<>();
        people.forEach(p -> cities.add("city-" + p));
        if (!people.containsAll(acknowledged)
            || !TestGraphs.ids(graph, "main", TestGraphs.CITY).equals(cities)) {
          throw new AssertionError("round " + round + ": " + people + " but " + acknowledged);
        }
      }
      GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
    }
    OUT.println("full: acknowledged " + acknowledged.size() + ", refused with " + refused);
    readOnly(folder, root, acknowledged);
  }

  /** The disk cannot be written, as after an error of its own: what is there can be read. */
  private static void readOnly(Path folder, Path root, Set<String> acknowledged)
      throws IOException {
    Set<String> refused = new TreeSet<>();
    mount(folder, "ro");
    try {
      TestGraphs.open(root).close();
      throw new AssertionError("opened for writing on a disk that is read-only");
    } catch (GraphException e) {
      refused.add(e.code());
    }
    try (OmniGraph reader = OmniGraph.open(root.toString(), OpenOptions.readOnly())) {
      Set<String> people = TestGraphs.people(reader, ReadTarget.MAIN).keySet();
      if (!people.containsAll(acknowledged)) {
        throw new AssertionError(people.toString());
      }
    }
    mount(folder, "rw");
    try (OmniGraph graph = TestGraphs.open(root)) {
      TestGraphs.settle(graph, "main", "again", "city-again");
    }
    GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
    OUT.println("read-only: refused with " + refused);
  }

  private static void mount(Path folder, String how) throws IOException {
    Process mount =
        new ProcessBuilder("mount", "-o", "remount," + how, folder.toString()).inheritIO().start();
    try {
      if (mount.waitFor() != 0) {
        throw new IOException("cannot remount " + folder);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Leaves so many bytes free. */
  private static void fill(Path folder, Path filler, long free) throws IOException {
    long size = Files.getFileStore(folder).getUsableSpace() - free;
    try (OutputStream out = Files.newOutputStream(filler)) {
      byte[] block = new byte[1 << 12];
      for (long written = 0; written < size; written += block.length) {
        out.write(block);
      }
    }
  }
}
