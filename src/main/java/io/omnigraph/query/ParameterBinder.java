package io.omnigraph.query;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.query.plan.CompiledQuery.Parameter;
import io.omnigraph.query.plan.ParameterBounds.Bounds;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the JSON parameters of a request into typed values. Values are data: nothing in them is
 * ever read as query text. Stateless and thread-safe.
 */
public final class ParameterBinder {

  private static final String INVALID = "invalid_parameter";

  private ParameterBinder() {}

  /** How numbers travelled. */
  public enum Mode {
    /** JSON with exact integers. */
    STANDARD,
    /** From JavaScript: integer numbers beyond 2^53 - 1 are refused, texts say what was got. */
    JAVASCRIPT
  }

  /** {@link #bind(CompiledQuery, Object, Instant, Mode)} in {@link Mode#STANDARD}. */
  public static Parameters bind(CompiledQuery query, @Nullable Object json, Instant now) {
    return bind(query, json, now, Mode.STANDARD);
  }

  /**
   * Binds every declared parameter. Undeclared ones are ignored, unless they are objects.
   *
   * @param json a {@code Map}, a Jackson object node, or null for none; keys without {@code $}
   * @param now the instant of the request; cut to milliseconds
   * @throws BadRequestException naming the parameter that is missing, of the wrong kind, out of
   *     range or null where null is not allowed
   */
  public static Parameters bind(
      CompiledQuery query, @Nullable Object json, Instant now, Mode mode) {
    Map<String, Object> given = JsonValues.object(json);
    if (given == null) {
      throw new BadRequestException("invalid_parameters", "params must be a JSON object");
    }
    var values = new HashMap<String, Value>();
    for (Parameter parameter : query.parameters()) {
      values.put(parameter.name(), value(parameter, given, mode));
    }
    for (Map.Entry<String, Object> entry : given.entrySet()) {
      if (!values.containsKey(entry.getKey()) && JsonValues.holdsObject(entry.getValue())) {
        throw invalid(entry.getKey(), "object is not supported");
      }
    }
    if (query instanceof CompiledQuery.Read read) {
      read.bounds().forEach((name, bounds) -> check(name, bounds, values.get(name)));
    }
    return new Parameters(values, now.truncatedTo(ChronoUnit.MILLIS));
  }

  private static Value value(Parameter parameter, Map<String, Object> given, Mode mode) {
    String name = parameter.name();
    Object json = given.get(name);
    if (json == null || json instanceof JsonNode node && node.isNull()) {
      if (parameter.type().nullable()) {
        return Value.NULL;
      }
      if (given.containsKey(name)) {
        throw invalid(name, "null is not accepted for non-nullable parameter");
      }
      throw new BadRequestException(
          "parameter_missing",
          "parameter '" + name + "' not provided",
          Map.of("parameter", name, "type", parameter.type().toString()));
    }
    try {
      return new ParameterConversion(mode).convert(parameter.type(), json);
    } catch (ParameterConversion.NotConvertible e) {
      throw new BadRequestException(
          INVALID,
          "param '" + name + "': " + e.getMessage(),
          Map.of("parameter", name, "type", parameter.type().toString()),
          e);
    }
  }

  private static void check(String name, Bounds bounds, @Nullable Value value) {
    if (value instanceof Value.Int(long number)
        && (number < bounds.min() || number > bounds.max())) {
      throw invalid(
          name,
          bounds.what()
              + (bounds.max() == Long.MAX_VALUE
                  ? " must be at least " + bounds.min()
                  : " must be between " + bounds.min() + " and " + bounds.max())
              + ", got "
              + number);
    }
  }

  private static BadRequestException invalid(String name, String tail) {
    return new BadRequestException(
        INVALID, "param '" + name + "': " + tail, Map.of("parameter", name));
  }
}
