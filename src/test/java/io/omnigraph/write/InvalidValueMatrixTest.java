package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.schema.Property;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Every kind of invalid value at every door: each line of {@code matrix/invalid-values.txt} is
 * tried by append, merge and overwrite, by insert, upsert, update and a chain of both, on a row
 * that exists and on one that does not. Each is refused with its message, the number of the record
 * where there is one, and leaves everything as it was.
 */
class InvalidValueMatrixTest extends InvalidValueTestBase {

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private record Case(String property, String json, String load, String mutation) {}

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
}
