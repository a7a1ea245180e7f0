package io.omnigraph.write;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.TableKey;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.arrow.dataset.file.FileFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every format of an export loads back into an identical graph, whatever is in it. */
class TabularExportTest {

  private static final String SCHEMA =
      """
      node Thing {
        code: String @key
        b: Bool?  i: I32?  l: I64?  u: U32?  w: U64?  f: F32?  d: F64?  day: Date?  at: DateTime?
        e: enum(red, green)?  v: Vector(3)?  blob: Blob?
        ss: [String]?  bs: [Bool]?  is: [I32]?  ls: [I64]?  us: [U32]?  ws: [U64]?
        fs: [F32]?  ds: [F64]?  days: [Date]?  ats: [DateTime]?
      }
      node Free { text: String  required: I32 }
      node Dated { day: Date @key  n: I32? }
      node Empty { name: String @key  blob: Blob?  v: Vector(2)? }
      edge About: Free -> Thing { w: F64?  at: DateTime?  blob: Blob? }
      edge Plain: Thing -> Thing
      """;

  @TempDir Path directory;

  private static String export(TestGraph graph) {
    var out = new ByteArrayOutputStream();
    var snapshot = graph.base().snapshot();
    new Exporter(snapshot, key -> graph.table(key.toString()))
        .write(Exporter.select(snapshot, List.of(), List.of()), out);
    return out.toString(UTF_8);
  }

  static Stream<Long> seeds() {
    return LongStream.range(0, 2L * Integer.getInteger("soak.factor", 1)).boxed();
  }

  private static String maybe(Random random, Supplier<String> value) {
    return random.nextInt(4) == 0 ? "null" : value.get();
  }

  private static String list(Random random, Supplier<String> value) {
    return maybe(
        random,
        () -> {
          List<String> items = new ArrayList<>();
          for (int i = random.nextInt(4); i > 0; i--) {
            items.add(maybe(random, value));
          }
          return "[" + String.join(",", items) + "]";
        });
  }

  private static String text(Random random) {
    String[] pieces = {
      "a", "é", "𝄞", "\\u0000", "\\\"", "\\\\", "\\n", " ", "ß", "日本", "null", "'", ","
    };
    StringBuilder text = new StringBuilder("\"");
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text.append('"').toString();
  }

  private static String blob(Random random) {
    byte[] bytes = new byte[random.nextInt(random.nextInt(8) == 0 ? 200_000 : 40)];
    random.nextBytes(bytes);
    return "\"base64:" + Base64.getEncoder().encodeToString(bytes) + "\"";
  }

  private static String u32(Random random) {
    return Long.toString(random.nextInt() & 0xffff_ffffL);
  }

  private static String u64(Random random) {
    return Long.toUnsignedString(random.nextLong());
  }

  private static String f32(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> "-0.0";
      case 1 -> "3.4028235e38";
      case 2 -> "1.4e-45";
      default -> Float.toString((float) random.nextGaussian());
    };
  }

  private static String f64(Random random) {
    return switch (random.nextInt(5)) {
      case 0 -> "-0.0";
      case 1 -> "1.7976931348623157e308";
      case 2 -> "4.9e-324";
      default -> Double.toString(random.nextGaussian());
    };
  }

  private static String day(Random random) {
    return Integer.toString(random.nextInt(200_000) - 100_000);
  }

  private static String instant(Random random) {
    return Long.toString(random.nextLong(8_000_000_000_000L) - 4_000_000_000_000L);
  }

  private static String records(Random r) {
    StringBuilder out = new StringBuilder();
    int things = 3 + r.nextInt(60);
    for (int i = 0; i < things; i++) {
      out.append("{\"type\":\"Thing\",\"data\":{\"code\":\"t" + i + "é\"");
      field(out, "b", maybe(r, () -> Boolean.toString(r.nextBoolean())));
      field(out, "i", maybe(r, () -> Integer.toString(r.nextInt())));
      field(out, "l", maybe(r, () -> Long.toString(r.nextLong())));
      field(out, "u", maybe(r, () -> u32(r)));
      field(out, "w", maybe(r, () -> u64(r)));
      field(out, "f", maybe(r, () -> f32(r)));
      field(out, "d", maybe(r, () -> f64(r)));
      field(out, "day", maybe(r, () -> day(r)));
      field(out, "at", maybe(r, () -> instant(r)));
      field(out, "e", maybe(r, () -> r.nextBoolean() ? "\"red\"" : "\"green\""));
      field(out, "v", maybe(r, () -> "[" + f32(r) + "," + f32(r) + "," + f32(r) + "]"));
      field(out, "blob", maybe(r, () -> blob(r)));
      field(out, "ss", list(r, () -> text(r)));
      field(out, "bs", list(r, () -> Boolean.toString(r.nextBoolean())));
      field(out, "is", list(r, () -> Integer.toString(r.nextInt())));
      field(out, "ls", list(r, () -> Long.toString(r.nextLong())));
      field(out, "us", list(r, () -> u32(r)));
      field(out, "ws", list(r, () -> u64(r)));
      field(out, "fs", list(r, () -> f32(r)));
      field(out, "ds", list(r, () -> f64(r)));
      field(out, "days", list(r, () -> day(r)));
      field(out, "ats", list(r, () -> instant(r)));
      out.append("}}\n");
    }
    int frees = 1 + r.nextInt(40);
    for (int i = 0; i < frees; i++) {
      out.append("{\"type\":\"Free\",\"data\":{\"id\":\"f" + i + "\",\"text\":" + text(r));
      field(out, "required", Integer.toString(r.nextInt()));
      out.append("}}\n{\"type\":\"Dated\",\"data\":{\"day\":" + (i - 20));
      field(out, "n", maybe(r, () -> "1"));
      out.append("}}\n");
    }
    for (int i = r.nextInt(80); i > 0; i--) {
      out.append("{\"edge\":\"About\",\"from\":\"f" + r.nextInt(frees));
      out.append("\",\"to\":\"t" + r.nextInt(things) + "é\",\"data\":{");
      out.append("\"w\":" + maybe(r, () -> f64(r)));
      field(out, "at", maybe(r, () -> instant(r)));
      field(out, "blob", maybe(r, () -> blob(r)));
      out.append("}}\n{\"edge\":\"Plain\",\"from\":\"t" + r.nextInt(things));
      out.append("é\",\"to\":\"t" + r.nextInt(things) + "é\"}\n");
    }
    return out.toString();
  }

  private static void field(StringBuilder out, String name, String value) {
    out.append(",\"").append(name).append("\":").append(value);
  }

  /** Writes every table to a file and loads the files into an empty graph. */
  private String throughFiles(TestGraph graph, TabularFormat format, String name) throws Exception {
    Path folder = Files.createDirectories(directory.resolve(name));
    var catalog = graph.base().snapshot().catalog();
    try (TestGraph other = new TestGraph(directory.resolve(name + "-graph"), SCHEMA)) {
      for (boolean edges : new boolean[] {false, true}) {
        for (TableKey key : graph.base().snapshot().tables().keySet()) {
          if (key.isEdge() != edges) {
            continue;
          }
          Path file = folder.resolve(key.typeName() + "." + format.word());
          long rows =
              TabularExporter.write(
                  graph.table(key.toString()),
                  catalog.type(key).orElseThrow(),
                  format,
                  file,
                  graph.base().allocator());
          assertThat(file).as("%d rows", rows).exists();
          other.load(
              LoadOptions.of(LoadMode.APPEND),
              new TabularInput(file, TabularInput.Format.parse(format.word()), key, Map.of()));
        }
      }
      try (Stream<Path> files = Files.list(folder)) {
        assertThat(files.map(f -> f.getFileName().toString()))
            .as("nothing but the files is left")
            .allMatch(file -> file.matches("[A-Z][a-z]+\\." + format.word()));
      }
      return export(other);
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void anyGraphComesBackIdenticalThroughEveryFormat(long seed) throws Exception {
    try (TestGraph graph = new TestGraph(directory.resolve("one"), SCHEMA)) {
      graph.load(LoadMode.APPEND, records(new Random(seed)));
      // Rows that moved are not in the order of their ids any more.
      graph.run("update Thing set { b: true } where code = \"t0é\"");
      graph.run("delete Thing where code = \"t1é\"");
      String expected = export(graph);
      for (TabularFormat format : TabularFormat.values()) {
        assertThat(throughFiles(graph, format, format.word()))
            .as("seed " + seed + " through " + format)
            .isEqualTo(expected);
      }
      try (TestGraph lines = new TestGraph(directory.resolve("lines"), SCHEMA)) {
        lines.load(LoadMode.OVERWRITE, expected);
        assertThat(export(lines)).as("seed " + seed + " through jsonl").isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TabularFormat.class)
  void blobsOfAnySizeAndReferencesGoThrough(TabularFormat format) throws Exception {
    Path outside = Files.writeString(directory.resolve("outside.bin"), "outside");
    var external = new ExternalBlobs(List.of("file://" + directory));
    byte[] large = new byte[12 << 20];
    new Random(3).nextBytes(large);
    try (TestGraph graph = new TestGraph(directory.resolve("one"), SCHEMA);
        TestGraph other = new TestGraph(directory.resolve("two"), SCHEMA)) {
      StringBuilder records = new StringBuilder();
      for (String name : new String[] {"a", "b", "c"}) {
        records.append(
            "{\"type\":\"Empty\",\"data\":{\"name\":\"" + name + "\",\"blob\":\"base64:");
        records.append(Base64.getEncoder().encodeToString(large)).append("\"}}\n");
      }
      records.append("{\"type\":\"Empty\",\"data\":{\"name\":\"none\"}}\n");
      records.append(
          "{\"type\":\"Free\",\"data\":{\"id\":\"f\",\"text\":\"\",\"required\":1}}\n"
              + "{\"type\":\"Thing\",\"data\":{\"code\":\"t\",\"blob\":\"file://"
              + outside
              + "\"}}\n"
              + "{\"type\":\"Thing\",\"data\":{\"code\":\"u\",\"blob\":\"base64:AAEC\"}}\n");
      graph.load(LoadOptions.of(LoadMode.APPEND).withExternalBlobs(external), records.toString());
      for (String key : new String[] {"node:Empty", "node:Free", "node:Thing"}) {
        Path file = directory.resolve(key.substring(5) + "." + format.word());
        TableKey table = TableKey.parse(key);
        TabularExporter.write(
            graph.table(key),
            graph.base().snapshot().catalog().type(table).orElseThrow(),
            format,
            file,
            graph.base().allocator());
        other.load(
            LoadOptions.of(LoadMode.APPEND).withExternalBlobs(external),
            new TabularInput(file, TabularInput.Format.parse(format.word()), table, Map.of()));
      }
      assertThat(export(other)).isEqualTo(export(graph));
    }
  }

  @ParameterizedTest
  @EnumSource(TabularFormat.class)
  void everyTypeWithoutRowsHasAFileWithItsColumns(TabularFormat format) throws Exception {
    try (TestGraph graph = new TestGraph(directory.resolve("one"), SCHEMA)) {
      assertThat(throughFiles(graph, format, format.word())).isEmpty();
      for (TableKey key : graph.base().snapshot().tables().keySet()) {
        Path file = directory.resolve(format.word()).resolve(key.typeName() + "." + format.word());
        try (ArrowRows rows =
            new ArrowRows(
                file,
                format == TabularFormat.PARQUET ? FileFormat.PARQUET : FileFormat.ARROW_IPC,
                graph.base().allocator())) {
          assertThat(rows.next()).isFalse();
          assertThat(rows.columns())
              .containsExactlyElementsOf(
                  graph.table(key.toString()).schema().getFields().stream()
                      .map(f -> f.getName())
                      .toList());
        }
      }
    }
  }

  @Test
  void anExportOfOneTableIsSortedById() throws Exception {
    try (TestGraph graph = new TestGraph(directory.resolve("one"), SCHEMA)) {
      graph.load(
          LoadMode.APPEND,
          "{\"type\":\"Empty\",\"data\":{\"name\":\"b\"}}{\"type\":\"Empty\",\"data\":{\"name\":\"a\"}}");
      assertThat(OrderedRows.of(graph.table("node:Empty")).rowIds()).containsExactly(1, 0);
    }
  }
}
