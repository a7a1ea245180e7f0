package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.schema.Property;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every kind of invalid value at every door: each line of {@code matrix/invalid-values.txt} is
 * tried by append, merge and overwrite, by insert, upsert, update and a chain of both, on a row
 * that exists and on one that does not. Each is refused with its message, the number of the record
 * where there is one, and leaves everything as it was.
 */
class InvalidValueMatrixTest {

  private static final String SCHEMA =
      """
      node Thing {
        name: String @key
        need: I32
        i32: I32?
        i64: I64?
        u32: U32?
        u64: U64?
        f32: F32?
        f64: F64?
        flag: Bool?
        day: Date?
        moment: DateTime?
        text: String?
        kind: enum(a, b)?
        code: String?
        age: I32?
        mail: String? @unique @index
        serial: U64? @unique
        born: Date? @unique
        tiny: F64? @unique
        nums: [I32]?
        words: [String]?
        days: [Date]?
        reals: [F32]?
        emb: Vector(3)?
        @range(age, 0..120)
        @check(code, "^[A-Z]+$")
      }
      node Pair {
        left: String
        right: I64
        note: String?
        @key(left, right)
      }
      edge Link: Thing -> Thing {
        need: I32
        i32: I32?
        kind: enum(a, b)?
        day: Date?
        nums: [I32]?
      }
      """;

  private static final String STOCK =
      """
      {"type":"Thing","data":{"name":"t1","need":1,"mail":"m1","serial":18446744073709551615,"born":"0001-01-01","tiny":0.0}}
      {"type":"Thing","data":{"name":"t2","need":2}}
      {"type":"Pair","data":{"left":"a","right":1}}
      {"edge":"Link","from":"t1","to":"t2","data":{"id":"l1","need":1}}
      """;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private record Case(String property, String json, String load, String mutation) {}

  @TempDir Path directory;
  private TestGraph graph;

  @BeforeEach
  void open() {
    graph = new TestGraph(directory, SCHEMA);
    graph.load(LoadMode.APPEND, STOCK);
  }

  @AfterEach
  void close() {
    graph.close();
  }

  private static List<Case> cases() {
    try (var in = InvalidValueMatrixTest.class.getResourceAsStream("/matrix/invalid-values.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(
              line -> {
                String[] cells = line.split(" \\| ");
                boolean checked = cells[2].startsWith("! ");
                return new Case(
                    cells[0], cells[1], checked ? cells[2].substring(2) : cells[2], cells[3]);
              })
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void everyLoadModeRefusesEveryInvalidValueWithItsRecord() {
    Map<String, Map<String, Object>> before = content();
    for (Case each : cases()) {
      for (LoadMode mode : LoadMode.values()) {
        for (String id : ids(each, mode)) {
          for (LoadOptions.Framing framing : LoadOptions.Framing.values()) {
            String good = "{\"type\":\"Thing\",\"data\":{\"name\":\"ok\",\"need\":1}}\n";
            // In mode overwrite the holder of a unique value has to be in the input as well.
            String holder =
                mode == LoadMode.OVERWRITE ? STOCK.lines().findFirst().orElseThrow() + "\n" : "";
            String number = String.valueOf(mode == LoadMode.OVERWRITE ? 3 : 2);
            String label =
                framing == LoadOptions.Framing.LINES ? "line " + number : "record " + number;
            String expected = label + ": " + each.load();
            Throwable refusal =
                catchThrowable(
                    () ->
                        graph.load(
                            LoadOptions.of(mode).withFraming(framing),
                            good + holder + record(each, id)));
            assertThat(refusal)
                .as("%s by %s of %s, %s", each, mode, id, framing)
                .isInstanceOf(BadRequestException.class)
                .hasMessage(expected.replace("$id", id));
          }
        }
      }
    }
    assertThat(content()).isEqualTo(before);
  }

  private static List<String> ids(Case each, LoadMode mode) {
    return mode == LoadMode.MERGE ? List.of("new", "t2") : List.of("new");
  }

  private static String record(Case each, String id) {
    String need = each.property().equals("need") ? "" : "\"need\":1,";
    return "{\"type\":\"Thing\",\"data\":{\"name\":\"%s\",%s\"%s\":%s}}\n"
        .formatted(id, need, each.property(), each.json());
  }

  @Test
  void everyKindOfMutationRefusesEveryInvalidValue() {
    Map<String, Map<String, Object>> before = content();
    for (Case each : cases()) {
      if (each.mutation().equals("valid")) {
        continue;
      }
      String type =
          graph.catalog.node("Thing").orElseThrow().property(each.property()).stream()
              .map(Property::type)
              .map(t -> t.isEnum() ? "String" : t.toString().replace("?", ""))
              .findFirst()
              .orElseThrow();
      String need = each.property().equals("need") ? "" : ", need: 1";
      String value = each.property() + ": $v";
      Map<String, String> doors = new TreeMap<>();
      doors.put("new", "insert Thing { name: \"new\"" + need + ", " + value + " }");
      doors.put("t2", "insert Thing { name: \"t2\"" + need + ", " + value + " }");
      doors.put("t2 ", "update Thing set { " + value + " } where name = \"t2\"");
      doors.put(
          "new ",
          "insert Thing { name: \"new\", need: 1 } update Thing set { "
              + value
              + " } where name = \"new\"");
      doors.put(
          "t2  ",
          "update Thing set { flag: true } where need = 2 update Thing set { "
              + value
              + " } where flag = true");
      doors.forEach(
          (id, statements) -> {
            Map<String, Object> params = new HashMap<>();
            params.put("v", javaValue(each.json()));
            assertThatThrownBy(
                    () -> graph.mutate("query q($v: " + type + "?) { " + statements + " }", params))
                .as("%s by %s", each, statements)
                .isInstanceOf(BadRequestException.class)
                .hasMessage(each.mutation().replace("$id", id.strip()));
          });
    }
    assertThat(content()).isEqualTo(before);
  }

  private static Object javaValue(String json) {
    try {
      return JSON.readValue(json, Object.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void edgesRefuseInvalidValuesAtEveryDoor() {
    Map<String, String> cases =
        Map.of(
            "\"need\":1,\"i32\":2147483648",
            "property 'i32' value 2147483648 exceeds Int32 range",
            "\"need\":1,\"kind\":\"c\"",
            "invalid enum value 'c' for Link.kind (expected: a, b)",
            "\"need\":1,\"day\":\"2024-02-30\"",
            "invalid Date literal '2024-02-30'",
            "\"need\":1,\"nums\":[\"x\"]",
            "list property 'nums' items expect I32, got string",
            "\"i32\":1",
            "non-nullable property 'need' has null or invalid values",
            "\"need\":1,\"color\":1",
            "unknown input field 'color' for 'edge:Link'");
    Map<String, Map<String, Object>> before = content();
    cases.forEach(
        (data, message) -> {
          for (LoadMode mode : LoadMode.values()) {
            for (String id : List.of("new", "l1")) {
              if (mode != LoadMode.APPEND || id.equals("new")) {
                assertThatThrownBy(
                        () ->
                            graph.load(
                                mode,
                                "{\"edge\":\"Link\",\"from\":\"t1\",\"to\":\"t2\",\"data\":{\"id\":\""
                                    + id
                                    + "\","
                                    + data
                                    + "}}"))
                    .as("%s by %s of %s", data, mode, id)
                    .isInstanceOf(BadRequestException.class)
                    .hasMessageEndingWith(message);
              }
            }
          }
        });
    assertThatThrownBy(
            () ->
                graph.mutate(
                    "query q($v: I32?) { insert Link { from: \"t1\", to: \"t2\", need: $v } }",
                    nothing("v")))
        .hasMessage("property 'need' is non-nullable but got null");
    assertThat(content()).isEqualTo(before);
  }

  private static Map<String, Object> nothing(String name) {
    Map<String, Object> params = new HashMap<>();
    params.put(name, null);
    return params;
  }

  @Test
  void numbersThatAreNoneAreRefusedAlsoAsJavaValues() {
    for (Object bad : List.of(Double.NaN, Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY)) {
      for (String type : List.of("F32", "F64")) {
        assertThatThrownBy(
                () ->
                    graph.mutate(
                        "query q($v: "
                            + type
                            + ") { insert Thing { name: \"n\", need: 1, "
                            + type.toLowerCase(java.util.Locale.ROOT)
                            + ": $v } }",
                        Map.of("v", bad)))
            .as("%s as %s", bad, type)
            .isInstanceOf(BadRequestException.class);
      }
      assertThatThrownBy(
              () ->
                  graph.mutate(
                      "query q($v: Vector(3)) { insert Thing { name: \"n\", need: 1, emb: $v } }",
                      Map.of("v", Arrays.asList(1.0, bad, 2.0))))
          .isInstanceOf(BadRequestException.class);
    }
    assertThat(graph.idsOf("node:Thing")).containsExactly("t1", "t2");
  }

  @Test
  void tablesRefuseInvalidCellsWithTheirRow() throws IOException {
    Map<String, String> cases =
        Map.of(
            "i32,2147483648", "row 2: property 'i32' value 2147483648 exceeds Int32 range",
            "u32,-1", "row 2: property 'u32' value -1 exceeds UInt32 range",
            "day,2024-02-30", "row 2: invalid Date literal '2024-02-30'",
            "kind,c", "row 2: invalid enum value 'c' for Thing.kind (expected: a, b)",
            "age,121", "row 2: @range violation on Thing.age: value 121 > max 120",
            "code,lower",
                "row 2: @check violation on Thing.code: value 'lower' does not match pattern"
                    + " '^[A-Z]+$'",
            "mail,m1", "row 2: @unique violation on Thing.mail: value 'm1' held by 't1' and 'new'",
            "need,", "row 2: non-nullable property 'need' has null or invalid values",
            "color,red", "column 'color' feeds no property of node:Thing");
    Map<String, Map<String, Object>> before = content();
    for (Map.Entry<String, String> each : cases.entrySet()) {
      String[] cell = each.getKey().split(",", -1);
      boolean need = cell[0].equals("need");
      Path file = directory.resolve("cells.csv");
      Files.writeString(
          file,
          need
              ? "name,need\nok,1\nnew,\n"
              : "name,need," + cell[0] + "\nok,1,\nnew,1," + cell[1] + "\n");
      for (LoadMode mode : List.of(LoadMode.APPEND, LoadMode.MERGE)) {
        TabularInput input =
            new TabularInput(file, TabularInput.Format.CSV, TableKey.parse("node:Thing"), Map.of());
        assertThatThrownBy(() -> load(input, mode))
            .as("%s by %s", each, mode)
            .isInstanceOf(BadRequestException.class)
            .hasMessageContaining(each.getValue());
      }
    }
    assertThat(content()).isEqualTo(before);
  }

  @Test
  void cellsOfAnArrowFileAreCheckedEvenWhereTheyAreCopied() throws IOException {
    arrowRefused(
        "i32",
        new BigIntVector("i32", graph.storage.allocator()),
        v -> {
          ((BigIntVector) v).setSafe(0, 2_147_483_648L);
        },
        "row 1: property 'i32' value 2147483648 exceeds Int32 range");
    arrowRefused(
        "f64",
        new Float8Vector("f64", graph.storage.allocator()),
        v -> {
          ((Float8Vector) v).setSafe(0, Double.NaN);
        },
        "row 1: property 'f64'");
    arrowRefused(
        "f32",
        new Float4Vector("f32", graph.storage.allocator()),
        v -> {
          ((Float4Vector) v).setSafe(0, Float.POSITIVE_INFINITY);
        },
        "row 1: property 'f32'");
    arrowRefused(
        "text",
        new VarCharVector("text", graph.storage.allocator()),
        v -> {
          ((VarCharVector) v).setSafe(0, new byte[] {'a', (byte) 0xC3, 'b'});
        },
        "row 1: text is not UTF-8");
    arrowRefused(
        "kind",
        new VarCharVector("kind", graph.storage.allocator()),
        v -> {
          ((VarCharVector) v).setSafe(0, new byte[] {'c'});
        },
        "row 1: invalid enum value 'c' for Thing.kind (expected: a, b)");
    arrowRefused(
        "mail",
        new VarCharVector("mail", graph.storage.allocator()),
        v -> {
          ((VarCharVector) v).setSafe(0, "m1".getBytes(StandardCharsets.UTF_8));
        },
        "row 1: @unique violation on Thing.mail: value 'm1' held by 't1' and 'new'");
    arrowRefused(
        "u32",
        new IntVector("u32", graph.storage.allocator()),
        v -> {
          ((IntVector) v).setSafe(0, -1);
        },
        "row 1: property 'u32' value -1 exceeds UInt32 range");
  }

  private void arrowRefused(
      String property, FieldVector cells, Consumer<FieldVector> fill, String message)
      throws IOException {
    Map<String, Map<String, Object>> before = content();
    Path file = directory.resolve(property + ".arrow");
    VarCharVector name = new VarCharVector("name", graph.storage.allocator());
    IntVector need = new IntVector("need", graph.storage.allocator());
    try (VectorSchemaRoot root = VectorSchemaRoot.of(name, need, cells);
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, channel)) {
      root.allocateNew();
      name.setSafe(0, "new".getBytes(StandardCharsets.UTF_8));
      need.setSafe(0, 1);
      fill.accept(cells);
      root.setRowCount(1);
      writer.writeBatch();
    }
    TabularInput input =
        new TabularInput(file, TabularInput.Format.ARROW, TableKey.parse("node:Thing"), Map.of());
    for (LoadMode mode : List.of(LoadMode.APPEND, LoadMode.MERGE)) {
      assertThatThrownBy(() -> load(input, mode))
          .as(property)
          .isInstanceOf(BadRequestException.class)
          .hasMessageStartingWith(message);
    }
    assertThat(content()).isEqualTo(before);
  }

  private void load(TabularInput input, LoadMode mode) {
    try (LoadOperation operation =
        new LoadOperation(
            input,
            LoadOptions.of(mode),
            WriteRequest.to(BranchName.MAIN),
            graph.storage.allocator(),
            graph.ids)) {
      graph.apply(operation);
    }
  }

  @Test
  void noPartOfAKeyCanBeUpdatedAndNoPartMayBeNull() {
    for (String part : List.of("left: \"b\"", "right: 2")) {
      String name = part.substring(0, part.indexOf(':'));
      assertThatThrownBy(() -> graph.run("update Pair set { " + part + " } where left = \"a\""))
          .hasMessageContaining("cannot update @key property '" + name + "'");
      String other = name.equals("left") ? "\"right\":2" : "\"left\":\"b\"";
      assertThatThrownBy(
              () ->
                  graph.load(
                      LoadMode.APPEND,
                      "{\"type\":\"Pair\",\"data\":{\"" + name + "\":null," + other + "}}"))
          .hasMessageStartingWith("record 1: ")
          .hasMessageContaining("'" + name + "'");
    }
    assertThatThrownBy(
            () -> graph.load(LoadMode.APPEND, "{\"type\":\"Pair\",\"data\":{\"left\":\"b\"}}"))
        .hasMessage("record 1: node Pair missing @key property 'right'");
  }

  @Test
  void keysMayHoldAnyTextAndAreFoundAgainByIt() {
    List<String> keys = new ArrayList<>(List.of("", " ", "a\u0000b", "a\nb", "'", "\"", "`", "😀"));
    keys.add("k".repeat(100_000));
    for (String key : keys) {
      graph.mutate("query q($k: String) { insert Thing { name: $k, need: 1 } }", Map.of("k", key));
      graph.mutate(
          "query q($k: String) { insert Link { from: $k, to: \"t1\", need: 1 } }",
          Map.of("k", key));
      assertThat(
              graph
                  .mutate(
                      "query q($k: String) { update Thing set { need: 7 } where name = $k }",
                      Map.of("k", key))
                  .affectedNodes())
          .isEqualTo(1);
      assertThat(graph.cell("node:Thing", key, "need")).isEqualTo(7L);
      MutationCounts deleted =
          graph.mutate("query q($k: String) { delete Thing where name = $k }", Map.of("k", key));
      assertThat(deleted).isEqualTo(new MutationCounts(1, 1));
    }
  }

  private Map<String, Map<String, Object>> content() {
    Map<String, Map<String, Object>> all = new TreeMap<>();
    for (String key : List.of("node:Thing", "node:Pair", "edge:Link")) {
      graph.rows(key).forEach((id, row) -> all.put(key + "/" + id, row));
    }
    return all;
  }
}
