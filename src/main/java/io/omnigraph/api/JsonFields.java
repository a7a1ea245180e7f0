package io.omnigraph.api;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.JsonComplaint;
import io.omnigraph.model.UnicodeText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one JSON object and says in plain words what is wrong with it: malformed text
 * is a 400, a missing or mistyped field a 422. Remembers which fields were asked for, so that the
 * others can be refused or reported.
 */
public final class JsonFields {

  private final ObjectNode node;
  private final Set<String> known = new HashSet<>();

  private JsonFields(ObjectNode node) {
    this.node = node;
  }

  /**
   * Parses a request body.
   *
   * @throws HttpException 400 if it is not JSON, 422 if it is not an object
   */
  public static JsonFields parse(byte[] body) {
    if (body.length == 0) {
      throw HttpException.badRequest(
          "malformed_json", "the request body is empty; expected a JSON object");
    }
    try {
      JsonNode tree = Json.MAPPER.readTree(body);
      if (tree instanceof ObjectNode object) {
        return new JsonFields(object);
      }
      throw HttpException.unprocessable(
          "the request body must be a JSON object, not " + typeOf(tree));
    } catch (JsonProcessingException e) {
      throw HttpException.badRequest("malformed_json", "malformed JSON: " + describe(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The parser's complaint with its place, without the parser's own vocabulary. */
  public static String describe(JsonProcessingException problem) {
    JsonLocation at = problem.getLocation();
    String text = JsonComplaint.of(problem);
    return at == null ? text : text + " at line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  public String requiredText(String name) {
    String value = text(name);
    if (value == null) {
      throw HttpException.unprocessable("missing field `" + name + "`");
    }
    return value;
  }

  /** A string; null if absent or JSON null. */
  public @Nullable String text(String name) {
    JsonNode value = find(name);
    if (value == null) {
      return null;
    }
    if (!value.isTextual()) {
      throw mistyped(name, "a string", value);
    }
    if (UnicodeText.hasUnpairedSurrogate(value.textValue())) {
      throw HttpException.unprocessable("field `" + name + "`: text holds an unpaired surrogate");
    }
    return value.textValue();
  }

  public @Nullable Boolean flag(String name) {
    JsonNode value = find(name);
    if (value == null) {
      return null;
    }
    if (!value.isBoolean()) {
      throw mistyped(name, "true or false", value);
    }
    return value.booleanValue();
  }

  /** A whole number within bounds; null if absent. */
  public @Nullable Long whole(String name, long min, long max) {
    JsonNode value = find(name);
    if (value == null) {
      return null;
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw mistyped(name, "a whole number", value);
    }
    long number = value.longValue();
    if (number < min || number > max) {
      throw HttpException.unprocessable(
          "field `" + name + "`: expected " + min + " to " + max + ", got " + number);
    }
    return number;
  }

  /** The fields of an object inside this one; null if absent. */
  public @Nullable JsonFields nested(String name) {
    ObjectNode object = object(name);
    return object == null ? null : new JsonFields(object);
  }

  public @Nullable ObjectNode object(String name) {
    JsonNode value = find(name);
    if (value == null) {
      return null;
    }
    if (value instanceof ObjectNode object) {
      return object;
    }
    throw mistyped(name, "an object", value);
  }

  /** A list of strings; empty if absent. */
  public List<String> texts(String name) {
    JsonNode value = find(name);
    if (value == null) {
      return List.of();
    }
    if (!value.isArray()) {
      throw mistyped(name, "an array of strings", value);
    }
    var texts = new ArrayList<String>();
    for (JsonNode item : value) {
      if (!item.isTextual()) {
        throw mistyped(name, "an array of strings", item);
      }
      texts.add(item.textValue());
    }
    return texts;
  }

  /** Fields that nothing asked for, in the order of the body. */
  public List<String> unknown() {
    var unknown = new ArrayList<String>();
    node.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(known);
    return unknown;
  }

  /**
   * For requests where an ignored field would change the result.
   *
   * @throws HttpException 422 naming the first unknown field
   */
  public void refuseUnknown() {
    List<String> unknown = unknown();
    if (!unknown.isEmpty()) {
      throw HttpException.unprocessable("unknown field `" + unknown.getFirst() + "`");
    }
  }

  private @Nullable JsonNode find(String name) {
    known.add(name);
    JsonNode value = node.get(name);
    return value == null || value.isNull() ? null : value;
  }

  private static HttpException mistyped(String name, String expected, JsonNode actual) {
    return HttpException.unprocessable(
        "field `" + name + "`: expected " + expected + ", got " + typeOf(actual));
  }

  private static String typeOf(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "an array";
      case BOOLEAN -> "a boolean";
      case NULL, MISSING -> "null";
      case NUMBER -> "a number";
      case OBJECT, POJO -> "an object";
      case STRING, BINARY -> "a string";
    };
  }
}
