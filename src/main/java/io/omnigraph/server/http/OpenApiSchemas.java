package io.omnigraph.server.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.api.ErrorOutput;
import io.omnigraph.api.Json;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * JSON schemas of records. A component is required unless it is nullable in a request or left out
 * when empty in an answer.
 */
final class OpenApiSchemas {

  private static final List<String> ERROR_CODES =
      List.of(
          "unauthorized",
          "forbidden",
          "bad_request",
          "not_found",
          "method_not_allowed",
          "conflict",
          "too_many_requests",
          "internal");

  private final Map<String, Class<?>> known = new TreeMap<>();
  private final Map<String, ObjectNode> written = new TreeMap<>();
  private final Deque<Class<?>> open = new ArrayDeque<>();

  /** A reference to the schema of a record, which {@link #components} then holds. */
  ObjectNode reference(Class<?> type) {
    String name = nameOf(type);
    if (known.putIfAbsent(name, type) == null) {
      open.add(type);
    }
    return Json.MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + name);
  }

  /** Every schema that was referred to, by name. */
  ObjectNode components() {
    while (!open.isEmpty()) {
      Class<?> type = open.remove();
      written.put(nameOf(type), schema(type));
    }
    ObjectNode components = Json.MAPPER.createObjectNode();
    written.forEach(components::set);
    return components;
  }

  private ObjectNode schema(Class<?> type) {
    ObjectNode schema = Json.MAPPER.createObjectNode();
    schema.put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = Json.MAPPER.createArrayNode();
    boolean request = type.getSimpleName().endsWith("Request");
    for (RecordComponent component : type.getRecordComponents()) {
      String name = snakeCase(component.getName());
      AnnotatedType annotated = component.getAnnotatedType();
      boolean nullable = annotated.isAnnotationPresent(Nullable.class);
      boolean omitted = isOmittedWhenEmpty(type, component);
      ObjectNode property = property(component.getGenericType());
      if (type == ErrorOutput.class && name.equals("code")) {
        ArrayNode codes = property.putArray("enum");
        ERROR_CODES.forEach(codes::add);
      }
      properties.set(name, nullable && !omitted ? orNull(property) : property);
      boolean optional = request ? nullable || isList(component) : omitted;
      if (!optional) {
        required.add(name);
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema;
  }

  private static boolean isList(RecordComponent component) {
    return List.class.isAssignableFrom(component.getType());
  }

  private static boolean isOmittedWhenEmpty(Class<?> type, RecordComponent component) {
    JsonInclude include = component.getAccessor().getAnnotation(JsonInclude.class);
    if (include == null) {
      include = type.getAnnotation(JsonInclude.class);
    }
    return include != null
        && (component.getAnnotatedType().isAnnotationPresent(Nullable.class)
            || include.value() == JsonInclude.Include.NON_EMPTY && isCollection(component));
  }

  private static boolean isCollection(RecordComponent component) {
    return isList(component) || Map.class.isAssignableFrom(component.getType());
  }

  private ObjectNode property(Type type) {
    ObjectNode property = Json.MAPPER.createObjectNode();
    if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
      property.put("type", "array");
      property.set("items", property(generic.getActualTypeArguments()[0]));
      return property;
    }
    if (type instanceof ParameterizedType || type == ObjectNode.class) {
      return property.put("type", "object").put("additionalProperties", true);
    }
    if (type == String.class) {
      return property.put("type", "string");
    }
    if (type == boolean.class || type == Boolean.class) {
      return property.put("type", "boolean");
    }
    if (type == int.class || type == Integer.class) {
      return property.put("type", "integer").put("format", "int32");
    }
    if (type == long.class || type == Long.class) {
      return property.put("type", "integer").put("format", "int64");
    }
    if (type instanceof Class<?> record && record.isRecord()) {
      return reference(record);
    }
    throw new IllegalStateException("no schema for " + type);
  }

  private static ObjectNode orNull(ObjectNode property) {
    JsonNode type = property.get("type");
    if (type != null && type.isTextual()) {
      property.putArray("type").add(type.textValue()).add("null");
      return property;
    }
    ObjectNode either = Json.MAPPER.createObjectNode();
    either.putArray("oneOf").add(property).addObject().put("type", "null");
    return either;
  }

  private static String nameOf(Class<?> type) {
    Class<?> outer = type.getEnclosingClass();
    return outer == null ? type.getSimpleName() : nameOf(outer) + type.getSimpleName();
  }

  private static String snakeCase(String camelCase) {
    var out = new StringBuilder();
    for (char c : camelCase.toCharArray()) {
      if (Character.isUpperCase(c)) {
        out.append('_').append(Character.toLowerCase(c));
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }
}
