package io.omnigraph.write;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Large payloads in JSON do not pass through the heap, and nobody can tell from the result. */
class SpooledTextsTest {

  private static final String SCHEMA =
      """
      node File { name: String @key  body: Blob?  note: String?  both: Blob? }
      node Other { name: String @key  both: String?  notes: [String]? }
      """;

  @TempDir Path directory;

  private static byte[] payload(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static String inline(byte[] bytes) {
    return "base64:" + Base64.getEncoder().encodeToString(bytes);
  }

  private static String export(TestGraph graph) {
    var out = new ByteArrayOutputStream();
    var snapshot = graph.base().snapshot();
    new Exporter(snapshot, key -> graph.table(key.toString()))
        .write(Exporter.select(snapshot, List.of(), List.of()), out);
    return out.toString(UTF_8);
  }

  @Test
  void payloadsOfEverySizeAndSpellingAreStoredAsTheyAre() {
    try (TestGraph graph = new TestGraph(directory, SCHEMA)) {
      // Around the size from which texts are spooled, and around the pieces in which they are read.
      int[] sizes = {0, 1, 24_569, 24_570, 24_571, 24_576, 24_577, 49_151, 49_152, 49_153, 700_001};
      for (LoadOptions.Framing framing : LoadOptions.Framing.values()) {
        StringBuilder records = new StringBuilder();
        StringBuilder expected = new StringBuilder();
        for (int size : sizes) {
          String text = inline(payload(size));
          String spelled = size % 2 == 0 ? text : text.replace("/", "\\/").replace("+", "\\u002B");
          String name = "%07d".formatted(size);
          records.append(
              "{\"data\":{\"body\":\"%s\",\"name\":\"%s\",\"note\":\"%s\"},\"type\":\"File\"}\n"
                  .formatted(spelled, name, "body"));
          expected.append(
              "{\"type\":\"File\",\"data\":{\"id\":\"%s\",\"body\":\"%s\",\"both\":null,\"name\":\"%s\",\"note\":\"body\"}}\n"
                  .formatted(name, text, name));
        }
        graph.load(
            LoadOptions.of(LoadMode.OVERWRITE).withFraming(framing).withMemoryBytes(1 << 20),
            records.toString());
        assertThat(export(graph)).as("%s", framing).isEqualTo(expected.toString());
      }
    }
  }

  @Test
  void textsThatOnlyLookLikePayloadsStayTexts() {
    String text = inline(payload(60_000));
    try (TestGraph graph = new TestGraph(directory, SCHEMA)) {
      graph.load(
          LoadMode.APPEND,
          "{\"type\":\"File\",\"data\":{\"name\":\"f\",\"note\":\"%s\",\"both\":\"%s\"}}"
                  .formatted(text, text)
              + "{\"type\":\"Other\",\"data\":{\"name\":\"o\",\"both\":\"%s\",\"notes\":[\"body\",\"%s\"]}}"
                  .formatted(text, text)
              + "{\"type\":\"Other\",\"data\":{\"name\":\"body\\\\\",\"both\":\"base64:\\\\\\\"x\"}}");
      assertThat(graph.cell("node:File", "f", "note")).isEqualTo(text);
      assertThat(graph.cell("node:Other", "o", "both")).isEqualTo(text);
      assertThat(graph.cell("node:Other", "o", "notes")).isEqualTo(List.of("body", text));
      assertThat(graph.cell("node:Other", "body\\", "both")).isEqualTo("base64:\\\"x");
      assertThat(export(graph)).contains("\"both\":\"" + text + "\",\"name\":\"f\"");
    }
  }

  @Test
  void aLargePayloadThatIsNoBase64IsRefusedWithItsRecord() {
    String good = inline(payload(90_000));
    try (TestGraph graph = new TestGraph(directory, SCHEMA)) {
      for (String bad :
          List.of(
              good + "!",
              good.substring(0, 50_000) + "*" + good.substring(50_000),
              good.substring(0, 7 + 65_535) + "=" + good.substring(7 + 65_536),
              good.replaceFirst("[A-Z]", "\\\\n"),
              good + "\\u00e9",
              good + "A")) {
        assertThatThrownBy(
                () ->
                    graph.load(
                        LoadMode.APPEND,
                        "{\"type\":\"File\",\"data\":{\"name\":\"ok\",\"body\":\"%s\"}}\n"
                                .formatted(good)
                            + "{\"type\":\"File\",\"data\":{\"name\":\"bad\",\"body\":\"%s\"}}"
                                .formatted(bad)))
            .hasMessageStartingWith("record 2: invalid base64 blob data: ");
      }
      assertThatThrownBy(
              () ->
                  graph.load(
                      LoadMode.APPEND, "{\"type\":\"File\",\"data\":{\"body\":\"" + good + "AAAA"))
          .hasMessageStartingWith("invalid JSON at record 1: ");
      assertThat(graph.idsOf("node:File")).isEmpty();
    }
  }

  @Test
  void theLimitOfALineCountsWhatWasSpooled() {
    String text = inline(payload(14 << 20));
    try (TestGraph graph = new TestGraph(directory, SCHEMA)) {
      LoadOptions lines = LoadOptions.of(LoadMode.MERGE).withFraming(LoadOptions.Framing.LINES);
      String one = "{\"type\":\"File\",\"data\":{\"name\":\"f\",\"body\":\"%s\"".formatted(text);
      graph.load(lines, one + "}}");
      assertThatThrownBy(() -> graph.load(lines, "\n" + one + ",\"note\":\"" + text + "\"}}"))
          .hasMessageStartingWith("line 2: line_bytes limit of 33554432 exceeded");
    }
  }

  @Test
  void everyCutOfTheInputGivesTheSameTexts() throws IOException {
    String text = inline(payload(30_000));
    String json = "{\"body\":\"" + text + "\",\"x\":\"a\\\"b\",\"body\":\"base64:\"}";
    try (SpooledTexts texts = new SpooledTexts(Set.of("body"), "secret")) {
      for (int cut = 1; cut < json.length(); cut += json.length() / 97) {
        int at = cut;
        InputStream pieces =
            new java.io.SequenceInputStream(
                new ByteArrayInputStream(json.substring(0, at).getBytes(UTF_8)),
                new ByteArrayInputStream(json.substring(at).getBytes(UTF_8)));
        String filtered = new String(texts.filter(pieces).readAllBytes(), UTF_8);
        assertThat(filtered)
            .matches("\\{\"body\":\"base64:secret:\\d+\",\"x\":\"a\\\\\"b\",\"body\":\"base64:\"}");
        String token = filtered.substring(9, filtered.indexOf("\",\"x"));
        var bytes = new ByteArrayOutputStream();
        texts.decode(texts.find(token), (from, piece) -> bytes.writeBytes(piece));
        assertThat(bytes.toByteArray()).isEqualTo(payload(30_000));
      }
      byte[] wide = json.getBytes(UTF_16BE);
      assertThat(texts.filter(new ByteArrayInputStream(wide)).readAllBytes()).isEqualTo(wide);
    }
  }
}
