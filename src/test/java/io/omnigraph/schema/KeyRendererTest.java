package io.omnigraph.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class KeyRendererTest {

  static Stream<Arguments> values() {
    return Stream.of(
        arguments(ScalarType.STRING, new Value.Text("a \"b\""), "a \"b\""),
        arguments(ScalarType.STRING, new Value.Text(""), ""),
        arguments(ScalarType.I32, new Value.Int(-32), "-32"),
        arguments(ScalarType.U64, new Value.BigUnsigned(-1), "18446744073709551615"),
        arguments(ScalarType.BOOL, new Value.Bool(true), "true"),
        arguments(ScalarType.DATE, new Value.Date(19723), "19723"),
        arguments(ScalarType.DATETIME, new Value.DateTime(-1), "-1"),
        arguments(ScalarType.F64, new Value.Real(-0.0), "0"),
        arguments(ScalarType.F64, new Value.Real(0.0), "0"),
        arguments(ScalarType.F64, new Value.Real(0.1), "0.1"),
        arguments(ScalarType.F64, new Value.Real((float) 0.1), "0.10000000149011612"),
        arguments(ScalarType.F32, new Value.Real((float) 0.1), "0.1"),
        arguments(ScalarType.F32, new Value.Real(0.1), "0.1"),
        arguments(ScalarType.F64, new Value.Real(-2.50), "-2.5"),
        arguments(ScalarType.F64, new Value.Int(100), "100"),
        arguments(ScalarType.F64, new Value.Real(100), "100"),
        arguments(ScalarType.F64, new Value.Real(1e21), "1000000000000000000000"),
        arguments(ScalarType.F64, new Value.Real(1e-7), "0.0000001"),
        arguments(ScalarType.F32, new Value.Int(16777217), "16777216"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void everyScalarHasOneSpelling(ScalarType type, Value value, String text) {
    assertThat(KeyRenderer.component(PropertyType.of(type), value)).isEqualTo(text);
  }

  @Test
  void whatIsNotFiniteIdentifiesNothing() {
    assertThatThrownBy(
            () ->
                KeyRenderer.component(PropertyType.of(ScalarType.F64), new Value.Real(Double.NaN)))
        .isInstanceOf(BadRequestException.class)
        .hasMessage("scalar key: non-finite Float64 value NaN cannot identify an entity");
    assertThatThrownBy(
            () -> KeyRenderer.component(PropertyType.of(ScalarType.F32), new Value.Real(-1e300)))
        .hasMessage("scalar key: non-finite Float32 value -inf cannot identify an entity");
  }

  @Test
  void nullsAndListsIdentifyNothing() {
    assertThatThrownBy(() -> KeyRenderer.component(PropertyType.of(ScalarType.I32), Value.NULL))
        .hasMessage("scalar key: null cannot identify an entity");
    assertThatThrownBy(
            () ->
                KeyRenderer.component(
                    PropertyType.listOf(ScalarType.I32), new Value.ListOf(List.of())))
        .hasMessage("uniqueness key: unsupported column type [I32] for @unique/@key enforcement");
    assertThatThrownBy(
            () -> KeyRenderer.component(PropertyType.vector(1), new Value.Vector(new float[1])))
        .hasMessage(
            "uniqueness key: unsupported column type Vector(1) for @unique/@key enforcement");
  }

  @Test
  void aCompositeKeyIsAJsonArrayInTheOrderOfThePropertyNames() {
    NodeType type =
        SchemaCompiler.compile("node A { tenant: String slot: I32 @key(tenant, slot) }")
            .node("A")
            .orElseThrow();
    Map<String, Value> row = Map.of("tenant", new Value.Text("acme"), "slot", new Value.Int(7));
    assertThat(KeyRenderer.id(type, row::get)).isEqualTo("[\"7\",\"acme\"]");
  }

  @Test
  void differentCompositesNeverLookEqual() throws JsonProcessingException {
    List<String> nasty = List.of("", "\"", "\\", "\",\"", "a\nb", "\u0001", "é𝄞", "[", "],[");
    for (String a : nasty) {
      for (String b : nasty) {
        String[] read = new JsonMapper().readValue(KeyRenderer.join(List.of(a, b)), String[].class);
        assertThat(read).containsExactly(a, b);
      }
    }
  }

  @Test
  void theEndsOfAnEdgeAreReadLikeStrings() {
    EdgeType type =
        SchemaCompiler.compile("node A {} edge E: A -> A { d: Date @unique(src, d) }")
            .edge("E")
            .orElseThrow();
    Map<String, Value> row = Map.of("src", new Value.Text("x"), "d", new Value.Date(3));
    assertThat(KeyRenderer.group(type, type.uniqueGroups().getFirst(), row::get))
        .isEqualTo("[\"3\",\"x\"]");
  }

  @Test
  void aTypeWithoutKeyHasNoRenderedId() {
    NodeType type = SchemaCompiler.compile("node A {}").node("A").orElseThrow();
    assertThatThrownBy(() -> KeyRenderer.id(type, name -> Value.NULL))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
