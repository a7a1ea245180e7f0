package io.omnigraph;

import io.omnigraph.model.BranchName;
import io.omnigraph.write.LoadCounts;
import io.omnigraph.write.LoadMode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * A process that loads JSON lines made on the fly into a new graph and prints what it loaded and
 * the peak of its resident memory in kilobytes. Arguments: the root, the kind of input, its
 * megabytes, and whether to build the indices afterwards.
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
      node Key { name: String @key }
      node File { name: String @key  body: Blob }
      edge Knows: Person -> Person {
        since: Date?
        weight: F64?
      }
      edge Follows: Key -> Key @card(0..1000)
      """;

  /** What an input holds. */
  enum Input {
    /** A person with a unique value, then ten of its friendships, over and over. */
    MIXED {
      @Override
      void write(StringBuilder records, long person) {
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
          long friend = (person * 31 + i * 7919L) % (person + 1);
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
      }
    },

    /** Nothing but keys, which take the most memory for their size. */
    KEYS {
      @Override
      void write(StringBuilder records, long number) {
        for (long i = number * 10; i < number * 10 + 10; i++) {
          records
              .append("{\"type\":\"Key\",\"data\":{\"name\":\"some key that is not so short ")
              .append(i)
              .append("\"},\"more\":\"nothing that anybody keeps\"}\n");
        }
      }
    },

    /** A node and twenty edges with ids of their own, whose ends and number are checked. */
    EDGES {
      @Override
      void write(StringBuilder records, long number) {
        records.append("{\"type\":\"Key\",\"data\":{\"name\":\"k").append(number).append("\"}}\n");
        for (int i = 0; i < 20; i++) {
          records
              .append("{\"edge\":\"Follows\",\"from\":\"k")
              .append(number)
              .append("\",\"to\":\"k")
              .append((number * 31 + i * 7919L) % (number + 1))
              .append("\",\"data\":{\"id\":\"follows-")
              .append(number * 20 + i)
              .append("\"}}\n");
        }
      }
    },

    /** One blob. */
    BLOB {
      @Override
      void write(StringBuilder records, long number) {
        throw new IllegalStateException("a blob is not written piece by piece");
      }
    };

    abstract void write(StringBuilder records, long number);
  }

  private LoadedProcess() {}

  public static void main(String[] arguments) throws IOException {
    Input kind = Input.valueOf(arguments[1]);
    long bytes = Long.parseLong(arguments[2]) << 20;
    try (OmniGraph graph = OmniGraph.init(arguments[0], SCHEMA, false, OpenOptions.readWrite())) {
      long start = System.nanoTime();
      LoadCounts counts =
          graph
              .load(
                  kind == Input.BLOB ? new OneBlob(bytes) : new Records(kind, bytes),
                  LoadMode.APPEND,
                  BranchName.MAIN,
                  null,
                  WriteOptions.ANONYMOUS)
              .result();
      print("loaded", counts, start);
      if (Boolean.parseBoolean(arguments[3])) {
        start = System.nanoTime();
        graph.ensureIndices(BranchName.MAIN, 1);
        print("indexed", counts, start);
      }
    }
  }

  private static void print(String what, LoadCounts counts, long start) throws IOException {
    System.out.printf(
        Locale.ROOT,
        "%s %d %d %d %.1f%n",
        what,
        counts.nodes().values().stream().mapToLong(Long::longValue).sum(),
        counts.edges().values().stream().mapToLong(Long::longValue).sum(),
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

  /** Text that is made as it is read. */
  private abstract static class Made extends InputStream {
    private byte[] current = new byte[0];
    private int position;

    /** More of it; empty at the end. */
    abstract byte[] more();

    private boolean fill() {
      if (position == current.length) {
        current = more();
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

  /** Records of one kind until so many bytes are reached. */
  private static final class Records extends Made {
    private final Input kind;
    private final long wanted;
    private long made;
    private long next;

    Records(Input kind, long wanted) {
      this.kind = kind;
      this.wanted = wanted;
    }

    @Override
    byte[] more() {
      if (made >= wanted) {
        return new byte[0];
      }
      StringBuilder records = new StringBuilder(2048);
      kind.write(records, next++);
      byte[] bytes = records.toString().getBytes(StandardCharsets.UTF_8);
      made += bytes.length;
      return bytes;
    }
  }

  /** A record with a payload of so many bytes. */
  private static final class OneBlob extends Made {
    private static final int PIECE = 3 << 14;
    private final long pieces;
    private long made = -1;

    OneBlob(long bytes) {
      this.pieces = bytes / PIECE;
    }

    @Override
    byte[] more() {
      long piece = made++;
      if (piece < 0) {
        return "{\"type\":\"File\",\"data\":{\"name\":\"f\",\"body\":\"base64:"
            .getBytes(StandardCharsets.US_ASCII);
      }
      if (piece == pieces) {
        return "\"}}".getBytes(StandardCharsets.US_ASCII);
      }
      if (piece > pieces) {
        return new byte[0];
      }
      byte[] text = new byte[PIECE / 3 * 4];
      Arrays.fill(text, (byte) ('A' + piece % 26));
      return text;
    }
  }
}
