package io.omnigraph.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One view on JSON, whether it came as Jackson nodes or as plain Java collections. */
final class JsonValues {

  private JsonValues() {}

  /** The members of an object; empty for null; null if it is something else. */
  @SuppressWarnings("unchecked")
  static @Nullable Map<String, Object> object(@Nullable Object json) {
    if (json instanceof Map<?, ?> map && isPlain(map)) {
      return (Map<String, Object>) map;
    }
    var members = new LinkedHashMap<String, Object>();
    switch (json) {
      case null -> {
        return members;
      }
      case NullNode none -> {
        return members;
      }
      case JsonNode node when node.isObject() -> {
        node.properties().forEach(e -> members.put(e.getKey(), plain(e.getValue())));
        return members;
      }
      case Map<?, ?> map -> {
        for (Map.Entry<?, ?> entry : map.entrySet()) {
          if (!(entry.getKey() instanceof String name)) {
            return null;
          }
          members.put(name, plain(entry.getValue()));
        }
        return members;
      }
      default -> {
        return null;
      }
    }
  }

  /** Whether nothing has to be converted. */
  private static boolean isPlain(Map<?, ?> map) {
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Object value = entry.getValue();
      if (!(entry.getKey() instanceof String)
          || !(value == null || value instanceof String || value instanceof Number)) {
        return false;
      }
    }
    return true;
  }

  /** Jackson nodes as strings, numbers, booleans, lists and maps; everything else as it is. */
  private static @Nullable Object plain(@Nullable Object json) {
    return switch (json) {
      case null -> null;
      case JsonNode node -> ofNode(node);
      case float[] vector -> list(vector);
      case double[] vector -> java.util.Arrays.stream(vector).boxed().toList();
      case List<?> list ->
          list.stream().map(JsonValues::plain).collect(ArrayList::new, List::add, List::addAll);
      case Iterable<?> items -> list(items.iterator());
      default -> json;
    };
  }

  private static List<Object> list(float[] vector) {
    var items = new ArrayList<Object>(vector.length);
    for (float element : vector) {
      items.add((double) element);
    }
    return items;
  }

  private static List<@Nullable Object> list(Iterator<?> items) {
    var list = new ArrayList<@Nullable Object>();
    items.forEachRemaining(item -> list.add(plain(item)));
    return list;
  }

  private static @Nullable Object ofNode(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> node.numberValue();
      case ARRAY -> list(node.elements());
      case OBJECT -> object(node);
      case NULL, MISSING -> null;
      case BINARY, POJO -> node.toString();
    };
  }

  /** The name of the JSON kind: null, boolean, number, string, array or object. */
  static String kindOf(@Nullable Object json) {
    return switch (json) {
      case null -> "null";
      case Boolean b -> "boolean";
      case Number n -> "number";
      case CharSequence s -> "string";
      case Iterable<?> i -> "array";
      default -> "object";
    };
  }

  /** True for an object, or an array with one somewhere inside. */
  static boolean holdsObject(@Nullable Object json) {
    if (json instanceof List<?> list) {
      return list.stream().anyMatch(JsonValues::holdsObject);
    }
    return kindOf(json).equals("object");
  }
}
