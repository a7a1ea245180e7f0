package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.GraphException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of the schema at every door through which data comes in. */
class IntegrityDoorsTest {

  private static final String SCHEMA =
      """
      node Unit {
        code: String @key
        role: enum(lead, dev)?
        age: I32?
        ratio: F64?
        tag: String?
        mail: String? @unique
        born: Date? @unique
        a: String?
        b: String?
        @range(age, 0..120)
        @range(ratio, ..1.5)
        @check(tag, "^[A-Z]{3}-[0-9]+$")
        @unique(a, b)
      }
      edge Owns: Unit -> Unit @card(0..1) { kind: enum(full, part)? }
      edge Needs: Unit -> Unit @card(2..)
      edge Pairs: Unit -> Unit { slot: I32? @unique(src, slot) }
      """;

  private static final String DATA =
      """
      {"type":"Unit","data":{"code":"u1","role":"lead","age":5,"mail":"m1","born":"2000-01-01","a":"x","b":"y"}}
      {"type":"Unit","data":{"code":"u2"}}
      {"type":"Unit","data":{"code":"u3"}}
      {"edge":"Owns","from":"u1","to":"u2","data":{"id":"o1"}}
      {"edge":"Needs","from":"u1","to":"u2","data":{"id":"n1"}}
      {"edge":"Needs","from":"u1","to":"u3","data":{"id":"n2"}}
      {"edge":"Pairs","from":"u1","to":"u2","data":{"id":"p1","slot":1}}
      """;

  @TempDir Path directory;
  private TestGraph graph;

  @BeforeEach
  void open() {
    graph = new TestGraph(directory, SCHEMA);
    graph.load(LoadMode.APPEND, DATA);
  }

  @AfterEach
  void close() {
    graph.close();
  }

  /** A property of a unit, the value that breaks a rule (as JSON), and the message. */
  static Stream<Arguments> invalidValues() {
    return Stream.of(
        Arguments.of(
            "role", "\"boss\"", "invalid enum value 'boss' for Unit.role (expected: dev, lead)"),
        Arguments.of("age", "250", "@range violation on Unit.age: value 250 > max 120"),
        Arguments.of("age", "-1", "@range violation on Unit.age: value -1 < min 0"),
        Arguments.of("ratio", "1.75", "@range violation on Unit.ratio: value 1.75 > max 1.5"),
        Arguments.of(
            "tag",
            "\"bad\"",
            "@check violation on Unit.tag: value 'bad' does not match pattern"
                + " '^[A-Z]{3}-[0-9]+$'"),
        Arguments.of(
            "mail", "\"m1\"", "@unique violation on Unit.mail: value 'm1' held by 'u1' and '%s'"),
        Arguments.of(
            "born",
            "\"2000-01-01\"",
            "@unique violation on Unit.born: value '2000-01-01' held by 'u1' and '%s'"));
  }

  static Stream<Arguments> invalidValuesByDoor() {
    return Stream.of("append", "merge-new", "merge-replace", "insert", "upsert", "update", "chain")
        .flatMap(
            door ->
                invalidValues().map(v -> Arguments.of(door, v.get()[0], v.get()[1], v.get()[2])));
  }

  @ParameterizedTest(name = "{0}: {1} = {2}")
  @MethodSource("invalidValuesByDoor")
  void anInvalidValueIsRefusedAtEveryDoor(String door, String property, String json, String text) {
    Map<String, Map<String, Object>> before = content();
    String record =
        "{\"type\":\"Unit\",\"data\":{\"code\":\"%s\",\"" + property + "\":" + json + "}}";
    String value = json.startsWith("\"20") ? "date(" + json + ")" : json.replace("-1", "$n");
    String parameters = json.equals("-1") ? "($n: I32)" : "()";
    Map<String, Object> params = json.equals("-1") ? Map.of("n", -1) : Map.of();
    String id = List.of("append", "merge-new", "insert").contains(door) ? "new" : "u2";
    assertThatThrownBy(
            () -> {
              switch (door) {
                case "append" -> graph.load(LoadMode.APPEND, record.formatted(id));
                case "merge-new", "merge-replace" ->
                    graph.load(LoadMode.MERGE, record.formatted(id));
                case "insert", "upsert" ->
                    graph.mutate(
                        "query q"
                            + parameters
                            + " { insert Unit { code: \""
                            + id
                            + "\", "
                            + property
                            + ": "
                            + value
                            + " } }",
                        params);
                case "update" ->
                    graph.mutate(
                        "query q"
                            + parameters
                            + " { update Unit set { "
                            + property
                            + ": "
                            + value
                            + " } where code = \"u2\" }",
                        params);
                case "chain" ->
                    graph.mutate(
                        "query q"
                            + parameters
                            + " { insert Unit { code: \"u2\" } update Unit set { "
                            + property
                            + ": "
                            + value
                            + " } where code = \"u2\" }",
                        params);
                default -> throw new AssertionError(door);
              }
            })
        .isInstanceOf(GraphException.class)
        .satisfiesAnyOf(
            e -> assertThat(e).hasMessageEndingWith(text.formatted(id)),
            // The compiler knows the members of an enum and refuses a literal before it runs.
            e -> assertThat(e).hasMessageContaining("expects one of [dev, lead], got 'boss'"));
    assertThat(content()).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("invalidValues")
  void overwriteRefusesInvalidValuesToo(String property, String json, String text) {
    Map<String, Map<String, Object>> before = content();
    String holder =
        "{\"type\":\"Unit\",\"data\":{\"code\":\"u1\",\"" + property + "\":" + json + "}}";
    String other =
        "{\"type\":\"Unit\",\"data\":{\"code\":\"u2\",\"" + property + "\":" + json + "}}";
    String rest = "{\"type\":\"Unit\",\"data\":{\"code\":\"u3\"}}";
    assertThatThrownBy(() -> graph.load(LoadMode.OVERWRITE, holder + other + rest))
        .hasMessageEndingWith(text.formatted("u2"));
    assertThat(content()).isEqualTo(before);
  }

  @Test
  void anEnumFromAParameterIsCheckedAtTheWrite() {
    assertThatThrownBy(
            () ->
                graph.mutate(
                    "query q($r: String) { insert Unit { code: \"n\", role: $r } }",
                    Map.of("r", "boss")))
        .hasMessage("invalid enum value 'boss' for Unit.role (expected: dev, lead)");
  }

  @Test
  void enumsOfEdgesAreCheckedToo() {
    String record =
        "{\"edge\":\"Owns\",\"from\":\"u2\",\"to\":\"u1\",\"data\":{\"kind\":\"half\"}}";
    for (LoadMode mode : LoadMode.values()) {
      assertThatThrownBy(() -> graph.load(mode, record))
          .hasMessageEndingWith("invalid enum value 'half' for Owns.kind (expected: full, part)");
    }
    assertThatThrownBy(
            () ->
                graph.mutate(
                    "query q($k: String) { insert Owns { from: \"u2\", to: \"u1\", kind: $k } }",
                    Map.of("k", "half")))
        .hasMessage("invalid enum value 'half' for Owns.kind (expected: full, part)");
  }

  @Test
  void compositeTuplesAreComparedPartByPart() {
    assertThatCode(
            () ->
                graph.run(
                    "insert Unit { code: \"p\", a: \"x|y\", b: \"z\" }"
                        + " insert Unit { code: \"q\", a: \"x\", b: \"y|z\" }"))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> graph.run("insert Unit { code: \"r\", a: \"x\", b: \"y\" }"))
        .hasMessageEndingWith(
            "@unique violation on Unit.(a, b): value '(x, y)' held by 'u1' and 'r'");
    assertThatCode(() -> graph.run("insert Unit { code: \"s\", a: \"x\" }"))
        .as("a null component exempts the row")
        .doesNotThrowAnyException();
  }

  @Test
  void twoRowsOfOneBatchMustNotShareAUniqueValue() {
    for (LoadMode mode : LoadMode.values()) {
      assertThatThrownBy(
              () ->
                  graph.load(
                      mode,
                      """
                      {"type":"Unit","data":{"code":"p","mail":"same"}}
                      {"type":"Unit","data":{"code":"q","mail":"same"}}
                      """))
          .hasMessageEndingWith("@unique violation on Unit.mail: value 'same' held by 'p' and 'q'");
    }
    assertThatThrownBy(
            () ->
                graph.run(
                    "update Unit set { mail: \"same\" } where age = 5"
                        + " update Unit set { mail: \"same\" } where code = \"u2\""))
        .hasMessageEndingWith("@unique violation on Unit.mail: value 'same' held by 'u1' and 'u2'");
  }

  @Test
  void oneStatementMustNotGiveTwoRowsTheSameUniqueValueEvenIfALaterOneWouldRepairIt() {
    graph.run("update Unit set { age: 7 } where code = \"u2\"");
    graph.run("update Unit set { age: 7 } where code = \"u3\"");
    assertThatThrownBy(
            () ->
                graph.run(
                    "update Unit set { mail: \"same\" } where age = 7"
                        + " update Unit set { mail: \"other\" } where code = \"u3\""))
        .hasMessageContaining("@unique violation on Unit.mail: value 'same' held by");
  }

  @Test
  void aRowMayKeepItsOwnUniqueValue() {
    graph.run("insert Unit { code: \"u1\", mail: \"m1\" }");
    graph.load(LoadMode.MERGE, "{\"type\":\"Unit\",\"data\":{\"code\":\"u1\",\"mail\":\"m1\"}}");
    graph.run("update Unit set { mail: \"m1\" } where code = \"u1\"");
    assertThat(graph.cell("node:Unit", "u1", "mail")).isEqualTo("m1");
  }

  @Test
  void aValueFreedInTheSameMutationMayBeReused() {
    graph.run(
        "update Unit set { mail: \"temp\" } where code = \"u1\""
            + " update Unit set { mail: \"final\" } where code = \"u1\""
            + " insert Unit { code: \"u2\", mail: \"temp\" }"
            + " insert Unit { code: \"u3\", mail: \"m1\" }");
    assertThat(graph.cell("node:Unit", "u2", "mail")).isEqualTo("temp");
  }

  @Test
  void uniqueGroupsOfEdgesMayNameTheirSource() {
    assertThatThrownBy(() -> graph.run("insert Pairs { from: \"u1\", to: \"u3\", slot: 1 }"))
        .hasMessageStartingWith(
            "@unique violation on Pairs.(slot, src): value '(1, u1)' held by 'p1' and '");
    assertThatCode(() -> graph.run("insert Pairs { from: \"u2\", to: \"u3\", slot: 1 }"))
        .doesNotThrowAnyException();
  }

  @Test
  void theUpperBoundOfACardinalityHoldsAtEveryDoor() {
    String message = "@card violation on edge Owns: source 'u1' has 2 edges (max 1)";
    assertThatThrownBy(() -> graph.run("insert Owns { from: \"u1\", to: \"u3\" }"))
        .hasMessageEndingWith(message);
    String record = "{\"edge\":\"Owns\",\"from\":\"u1\",\"to\":\"u3\"}";
    assertThatThrownBy(() -> graph.load(LoadMode.APPEND, record)).hasMessageEndingWith(message);
    assertThatThrownBy(() -> graph.load(LoadMode.MERGE, record)).hasMessageEndingWith(message);
    assertThatThrownBy(() -> graph.load(LoadMode.OVERWRITE, record + record))
        .hasMessageEndingWith(message);
    assertThatCode(() -> graph.load(LoadMode.OVERWRITE, record)).doesNotThrowAnyException();
  }

  @Test
  void anEdgeThatIsReplacedOrRepeatedCountsOnce() {
    String edge = "{\"edge\":\"Owns\",\"from\":\"u1\",\"to\":\"u3\",\"data\":{\"id\":\"o1\"}}";
    graph.load(LoadMode.MERGE, edge + edge);
    assertThat(graph.edges("Owns")).containsExactly("u1>u3");
  }

  @Test
  void theLowerBoundOfACardinalityHoldsForNewEdges() {
    assertThatThrownBy(() -> graph.run("insert Needs { from: \"u2\", to: \"u1\" }"))
        .hasMessageEndingWith("@card violation on edge Needs: source 'u2' has 1 edges (min 2)");
    assertThatCode(
            () ->
                graph.run(
                    "insert Needs { from: \"u2\", to: \"u1\" }"
                        + " insert Needs { from: \"u2\", to: \"u3\" }"))
        .doesNotThrowAnyException();
  }

  @Test
  void theLowerBoundHoldsForEdgesThatAreDeletedOrMoved() {
    String message = "@card violation on edge Needs: source 'u1' has 1 edges (min 2)";
    assertThatThrownBy(() -> graph.run("delete Needs where to = \"u2\"")).hasMessage(message);
    assertThatThrownBy(() -> graph.run("delete Unit where code = \"u2\"")).hasMessage(message);
    assertThat(graph.idsOf("node:Unit")).contains("u2");
    assertThatThrownBy(
            () ->
                graph.load(
                    LoadMode.MERGE,
                    """
                    {"edge":"Needs","from":"u3","to":"u1","data":{"id":"n1"}}
                    {"edge":"Needs","from":"u3","to":"u1","data":{"id":"n9"}}
                    """))
        .hasMessage(message);
    assertThatThrownBy(
            () ->
                graph.load(
                    LoadMode.OVERWRITE,
                    """
                    {"edge":"Needs","from":"u3","to":"u1","data":{"id":"n1"}}
                    {"edge":"Needs","from":"u3","to":"u1","data":{"id":"n9"}}
                    """))
        .hasMessageEndingWith("@card violation on edge Needs: source 'u1' has 0 edges (min 2)");
  }

  @Test
  void aSourceThatGoesAwayIsNotCounted() {
    assertThat(graph.run("delete Unit where code = \"u1\"")).isEqualTo(new MutationCounts(1, 4));
  }

  @Test
  void endpointsMustExistAtEveryDoor() {
    String record = "{\"edge\":\"Pairs\",\"from\":\"u1\",\"to\":\"ghost\"}";
    for (LoadMode mode : LoadMode.values()) {
      assertThatThrownBy(() -> graph.load(mode, record))
          .hasMessageEndingWith("dst 'ghost' not found in Unit");
    }
    assertThatThrownBy(() -> graph.run("insert Pairs { from: \"ghost\", to: \"u1\" }"))
        .hasMessageEndingWith("src 'ghost' not found in Unit");
  }

  @Test
  void violationsAreReportedInTheOrderOfTheirFamilies() {
    String bad =
        """
        {"edge":"Pairs","from":"ghost","to":"u1"}
        {"edge":"Owns","from":"u1","to":"u3"}
        {"type":"Unit","data":{"code":"p","mail":"m1"}}
        {"type":"Unit","data":{"code":"q","age":500}}
        """;
    assertThatThrownBy(() -> graph.load(LoadMode.MERGE, bad)).hasMessageContaining(": @range");
    String withoutRange = bad.lines().limit(3).reduce("", String::concat);
    assertThatThrownBy(() -> graph.load(LoadMode.MERGE, withoutRange))
        .hasMessageContaining(": @unique");
    String withoutUnique = bad.lines().limit(2).reduce("", String::concat);
    assertThatThrownBy(() -> graph.load(LoadMode.MERGE, withoutUnique))
        .hasMessageContaining(": src 'ghost'");
    assertThatThrownBy(() -> graph.load(LoadMode.MERGE, bad.lines().toList().get(1)))
        .hasMessageContaining("@card");
  }

  @Test
  void largeChangesFindTheSameViolations() {
    StringBuilder units = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      units.append(
          "{\"type\":\"Unit\",\"data\":{\"code\":\"x%d\",\"mail\":\"x%d\"}}\n".formatted(i, i));
    }
    graph.load(LoadMode.APPEND, units.toString());
    String clash = units.toString().replace("\"code\":\"x", "\"code\":\"y");
    assertThatThrownBy(() -> graph.load(LoadMode.MERGE, clash))
        .hasMessageEndingWith("@unique violation on Unit.mail: value 'x0' held by 'x0' and 'y0'");
    graph.load(LoadMode.MERGE, units.toString());
    StringBuilder edges = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      edges.append("{\"edge\":\"Pairs\",\"from\":\"x%d\",\"to\":\"x%d\"}\n".formatted(i, i));
    }
    graph.load(LoadMode.APPEND, edges.toString());
    assertThatThrownBy(
            () ->
                graph.load(
                    LoadMode.APPEND,
                    edges + "{\"edge\":\"Pairs\",\"from\":\"u1\",\"to\":\"x1000\"}"))
        .hasMessageEndingWith("dst 'x1000' not found in Unit");
    assertThatThrownBy(() -> graph.load(LoadMode.APPEND, units.toString()))
        .hasMessageContaining("'x0' already exists in node:Unit");
  }

  private Map<String, Map<String, Object>> content() {
    Map<String, Map<String, Object>> all = new TreeMap<>();
    for (String key : List.of("node:Unit", "edge:Owns", "edge:Needs", "edge:Pairs")) {
      graph.rows(key).forEach((id, row) -> all.put(key + "/" + id, row));
    }
    return all;
  }
}
