package io.omnigraph;

import io.omnigraph.model.BranchName;
import io.omnigraph.write.LoadCounts;
import io.omnigraph.write.LoadMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/**
 * A process that loads JSON lines made on the fly into a new graph and prints what it loaded and
 * the peak of its resident memory in kilobytes. Arguments: the root, megabytes, and whether to
 * build the indices afterwards.
 */
final class LoadedProcess {

  static final String SCHEMA =
      """
      node Person {
        name: String @key
        mail: String? @unique
        bio: String?
        age: I32?
        @range(age, 0..150)
      }
      edge Knows: Person -> Person {
        since: Date?
        weight: F64?
      }
      """;

  private LoadedProcess() {}

  public static void main(String[] arguments) throws IOException {
    long bytes = Long.parseLong(arguments[1]) << 20;
    try (OmniGraph graph = OmniGraph.init(arguments[0], SCHEMA, false, OpenOptions.readWrite())) {
      long start = System.nanoTime();
      LoadCounts counts =
          graph
              .load(
                  new Records(bytes),
                  LoadMode.APPEND,
                  BranchName.MAIN,
                  null,
                  WriteOptions.ANONYMOUS)
              .result();
      print("loaded", counts.nodes(), counts.edges(), start);
      if (Boolean.parseBoolean(arguments[2])) {
        start = System.nanoTime();
        graph.ensureIndices(BranchName.MAIN, 1);
        print("indexed", counts.nodes(), counts.edges(), start);
      }
    }
  }

  private static void print(
      String what, Map<String, Long> nodes, Map<String, Long> edges, long start)
      throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%s %d %d %d %.1f%n",
        what,
        nodes.get("Person"),
        edges.get("Knows"),
        peakKilobytes(),
        (System.nanoTime() - start) / 1e9);
  }

  private static long peakKilobytes() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  /** One person, then ten of its friendships, until so many bytes are reached. */
  private static final class Records extends InputStream {
    private final long wanted;
    private long made;
    private long next;
    private byte[] current = new byte[0];
    private int position;

    Records(long wanted) {
      this.wanted = wanted;
    }

    private boolean fill() {
      if (position == current.length && made < wanted) {
        StringBuilder records = new StringBuilder(2048);
        long person = next++;
        records
            .append("{\"type\":\"Person\",\"data\":{\"name\":\"person-")
            .append(person)
            .append("\",\"mail\":\"p")
            .append(person)
            .append("@example.com\",\"bio\":\"Somebody who writes about number ")
            .append(person)
            .append(" and other things, at some length\",\"age\":")
            .append(person % 100)
            .append("}}\n");
        for (int i = 0; i < 10; i++) {
          // Also to people who come later in the file.
          long friend = (person * 31 + i * 7919) % (person + 1);
          records
              .append("{\"edge\":\"Knows\",\"from\":\"person-")
              .append(person)
              .append("\",\"to\":\"person-")
              .append(friend)
              .append("\",\"data\":{\"since\":\"2020-01-0")
              .append(1 + i % 9)
              .append("\",\"weight\":0.")
              .append(person % 10_000)
              .append("}}\n");
        }
        current = records.toString().getBytes(StandardCharsets.UTF_8);
        made += current.length;
        position = 0;
      }
      return position < current.length;
    }

    @Override
    public int read() {
      return fill() ? current[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int copied = Math.min(length, current.length - position);
      System.arraycopy(current, position, target, offset, copied);
      position += copied;
      return copied;
    }
  }
}
