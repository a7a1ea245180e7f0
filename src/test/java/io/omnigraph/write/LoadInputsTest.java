package io.omnigraph.write;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Inputs as files happen to be, good and bad; a bad one leaves everything as it was. */
class LoadInputsTest {

  private static final String SCHEMA =
      "node Note { name: String @key  text: String?  tags: [String]? }\nedge Cites: Note -> Note";

  @TempDir Path directory;
  private TestGraph graph;

  @BeforeEach
  void open() {
    graph = new TestGraph(directory, SCHEMA);
    graph.load(LoadMode.APPEND, note("old", "kept"));
  }

  @AfterEach
  void close() {
    graph.close();
  }

  private static String note(String name, String text) {
    return "{\"type\":\"Note\",\"data\":{\"name\":\"" + name + "\",\"text\":\"" + text + "\"}}\n";
  }

  private LoadCounts load(LoadMode mode, LoadOptions.Framing framing, byte[] input) {
    try (LoadOperation operation =
        new LoadOperation(
            new ByteArrayInputStream(input),
            LoadOptions.of(mode).withFraming(framing),
            WriteRequest.to(BranchName.MAIN),
            graph.storage.allocator(),
            graph.ids)) {
      return graph.apply(operation);
    }
  }

  @Test
  void marksLineEndsAndBlankLinesDoNotMatter() {
    for (LoadOptions.Framing framing : LoadOptions.Framing.values()) {
      for (LoadMode mode : LoadMode.values()) {
        String name = framing + " " + mode;
        String input =
            "\ufeff\r\n \t\r\n" + note(name, "é𝄞\\u00e9").replace("\n", "\r\n") + "\r\n\n  ";
        LoadCounts counts = load(mode, framing, input.getBytes(UTF_8));
        assertThat(counts.nodes()).as(name).isEqualTo(Map.of("Note", 1L));
        assertThat(graph.cell("node:Note", name, "text")).isEqualTo("é𝄞é");
      }
    }
    String wide =
        "\ufeff"
            + note("wide", "x")
            + "{\"edge\":\"Cites\",\"from\":\"wide\",\"to\":\"wide\",\"data\":{}}";
    load(LoadMode.MERGE, LoadOptions.Framing.STREAM, wide.getBytes(UTF_16LE));
    assertThat(graph.edges("Cites")).containsExactly("wide>wide");
  }

  @Test
  void anInputWithoutRecordsChangesNothing() {
    Map<String, Map<String, Object>> before = graph.rows("node:Note");
    for (LoadOptions.Framing framing : LoadOptions.Framing.values()) {
      for (LoadMode mode : LoadMode.values()) {
        for (String input : new String[] {"", "\n", "\ufeff", " \r\n\t"}) {
          LoadCounts counts = load(mode, framing, input.getBytes(UTF_8));
          assertThat(counts.nodes()).as("%s %s", framing, mode).isEmpty();
        }
      }
    }
    assertThat(graph.rows("node:Note")).isEqualTo(before);
  }

  @Test
  void aFileThatIsDamagedIsRefusedWithItsRecordAndLeavesEverythingAsItWas() throws IOException {
    Map<String, Map<String, Object>> before = graph.rows("node:Note");
    Map<String, byte[]> damaged = new TreeMap<>();
    byte[] good = (note("a", "1") + note("b", "2")).getBytes(UTF_8);
    damaged.put("cut off", java.util.Arrays.copyOf(good, good.length - 5));
    damaged.put("not UTF-8", note("a", "\u00e9").getBytes(ISO_8859_1));
    damaged.put("half a pair", note("a", "\\ud834").getBytes(UTF_8));
    damaged.put("the other half", note("a", "x\\udd1e").getBytes(UTF_8));
    damaged.put("half a pair in a key", note("\\ud834", "x").getBytes(UTF_8));
    damaged.put("control characters", note("a", "\u0001").getBytes(UTF_8));
    damaged.put("zeros", new byte[100]);
    damaged.put(
        "a name twice",
        "{\"type\":\"Note\",\"data\":{\"name\":\"a\",\"name\":\"b\"}}".getBytes(UTF_8));
    damaged.put(
        "deep",
        ("{\"type\":\"Note\",\"data\":{\"name\":\"a\",\"tags\":" + "[".repeat(100_000))
            .getBytes(UTF_8));
    var packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(good);
    }
    damaged.put("packed", packed.toByteArray());
    for (LoadOptions.Framing framing : LoadOptions.Framing.values()) {
      for (LoadMode mode : LoadMode.values()) {
        damaged.forEach(
            (what, input) -> {
              String as = what + ", " + framing + ", " + mode;
              Throwable refusal = catchThrowable(() -> load(mode, framing, input));
              assertThat(refusal).as(as).isInstanceOf(BadRequestException.class);
              assertThat(refusal.getMessage())
                  .as(as)
                  .matches("(?s).*(record|line) [12]\\b.*")
                  .doesNotContain("StreamRead");
            });
      }
    }
    assertThat(graph.rows("node:Note")).isEqualTo(before);
  }

  @Test
  void aTextOfManyMegabytesIsOneText() {
    String text = "é".repeat(3 << 20) + "x";
    graph.load(LoadMode.MERGE, note("long", text));
    assertThat(graph.cell("node:Note", "long", "text")).isEqualTo(text);
  }
}
