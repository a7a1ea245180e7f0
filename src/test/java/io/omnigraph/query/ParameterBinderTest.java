package io.omnigraph.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.SchemaCompiler;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Binding of Java values; what JSON texts become is in the {@code .gqt} cases. */
class ParameterBinderTest {

  private static final Instant NOW = Instant.parse("2024-06-01T12:00:00.123987654Z");

  private static CompiledQuery query(String parameters) {
    return QueryCompiler.compile(
        "query q(" + parameters + ") { match { $p: P } return { $p } }",
        null,
        SchemaCompiler.compile("node P { name: String @key }"));
  }

  private static Value bind(String type, Object value) {
    return ParameterBinder.bind(query("$x: " + type), Map.of("x", value), NOW).values().get("x");
  }

  @Test
  void now_is_cut_to_milliseconds() {
    assertThat(ParameterBinder.bind(query(""), null, NOW).now())
        .isEqualTo(Instant.parse("2024-06-01T12:00:00.123Z"));
  }

  @Test
  void every_integer_class_is_an_integer() {
    for (Object five : List.of((byte) 5, (short) 5, 5, 5L, BigInteger.valueOf(5), "5", "+5")) {
      assertThat(bind("I32", five)).isEqualTo(new Value.Int(5));
    }
  }

  @Test
  void floats_are_no_integers_but_integers_are_floats() {
    for (Object five : List.of(5f, 5d, BigDecimal.valueOf(5))) {
      assertThatThrownBy(() -> bind("I64", five))
          .isInstanceOf(BadRequestException.class)
          .hasMessage("param 'x': expected integer number");
      assertThat(bind("F32", five)).isEqualTo(new Value.Real(5));
    }
    assertThat(bind("F64", 5)).isEqualTo(new Value.Real(5));
  }

  @Test
  void vectors_come_as_arrays_or_lists() {
    var expected = new Value.Vector(new float[] {1, 2.5f});
    assertThat(bind("Vector(2)", new float[] {1, 2.5f})).isEqualTo(expected);
    assertThat(bind("Vector(2)", new double[] {1, 2.5})).isEqualTo(expected);
    assertThat(bind("Vector(2)", List.of(1, 2.5))).isEqualTo(expected);
    assertThat(bind("Vector(2)", JsonNodeFactory.instance.arrayNode().add(1).add(2.5)))
        .isEqualTo(expected);
    assertThatThrownBy(() -> bind("Vector(2)", List.of(1, 1e39)))
        .hasMessageContaining("is not a finite F32");
  }

  @Test
  void maps_with_other_keys_than_texts_are_no_parameters() {
    assertThatThrownBy(() -> ParameterBinder.bind(query(""), Map.of(1, 2), NOW))
        .hasMessage("params must be a JSON object");
  }

  @Test
  void long_values_are_shortened_in_messages() {
    assertThatThrownBy(() -> bind("I32", "x".repeat(1_000_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    assertThatThrownBy(() -> bind("Date", "x".repeat(1_000_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
  }

  @Test
  void the_error_names_parameter_and_type() {
    assertThatThrownBy(() -> bind("[I32]?", List.of(1, "y")))
        .isInstanceOfSatisfying(
            BadRequestException.class,
            e -> {
              assertThat(e.code()).isEqualTo("invalid_parameter");
              assertThat(e.context())
                  .containsEntry("parameter", "x")
                  .containsEntry("type", "[I32]?");
            });
  }
}
