package io.omnigraph.schema;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.GraphException.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the canonical schema back. Strict: what the writer would not have written is refused with
 * the path to it, because a catalog that is only nearly right would read tables wrongly.
 */
final class CanonicalReader {

  /** What the compiler accepts must be readable again, however long its names and texts are. */
  private static final StreamReadConstraints LIMITS =
      StreamReadConstraints.builder()
          .maxNameLength(Integer.MAX_VALUE)
          .maxStringLength(Integer.MAX_VALUE)
          .build();

  private static final ObjectMapper JSON =
      JsonMapper.builder(JsonFactory.builder().streamReadConstraints(LIMITS).build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private CanonicalReader() {}

  /** Parses JSON that was written by this package, without limits on its size. */
  static JsonNode tree(String json) throws JacksonException {
    return JSON.readTree(json);
  }

  /**
   * @throws io.omnigraph.model.CompileException if the JSON is not a schema IR of version 1
   */
  static SchemaChecker.Types read(String json, DiagnosticCollector diagnostics) {
    try {
      return schema(JSON.readTree(json));
    } catch (JacksonException malformed) {
      return refuse(diagnostics, "schema IR is not valid JSON: " + malformed.getOriginalMessage());
    } catch (Malformed malformed) {
      return refuse(diagnostics, malformed.reason);
    }
  }

  private static SchemaChecker.Types refuse(DiagnosticCollector diagnostics, String message) {
    diagnostics.error(Kind.CATALOG, null, message, null);
    diagnostics.throwIfAny();
    throw new IllegalStateException("an error was reported");
  }

  /** Carries the message out of the recursive descent; never leaves this class. */
  private static final class Malformed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    Malformed(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }
  }

  private static SchemaChecker.Types schema(JsonNode root) {
    JsonNode version = root.path("ir_version");
    if (!version.isInt() || version.intValue() != CanonicalForm.VERSION) {
      throw new Malformed(
          "unsupported schema ir_version "
              + (version.isMissingNode() ? "(none)" : version.toString())
              + " (expected "
              + CanonicalForm.VERSION
              + ")");
    }
    List<InterfaceType> interfaces =
        list(root, "schema IR", "interfaces", CanonicalReader::interfaceType);
    List<NodeType> nodes = list(root, "schema IR", "nodes", CanonicalReader::nodeType);
    List<EdgeType> edges = list(root, "schema IR", "edges", CanonicalReader::edgeType);
    distinct("interface", interfaces.stream().map(InterfaceType::name).toList());
    distinct("node type", nodes.stream().map(NodeType::name).toList());
    distinct("edge type", edges.stream().map(EdgeType::name).toList());
    Set<String> nodeNames = new HashSet<>(nodes.stream().map(NodeType::name).toList());
    for (EdgeType edge : edges) {
      if (!nodeNames.contains(edge.from())) {
        throw new Malformed(
            "edge " + edge.name() + " references unknown source type: " + edge.from());
      }
      if (!nodeNames.contains(edge.to())) {
        throw new Malformed(
            "edge " + edge.name() + " references unknown target type: " + edge.to());
      }
    }
    return new SchemaChecker.Types(interfaces, nodes, edges);
  }

  private static InterfaceType interfaceType(JsonNode json, String at) {
    String name = text(json, at, "name");
    return new InterfaceType(name, properties(json, "interface " + name));
  }

  private static NodeType nodeType(JsonNode json, String at) {
    String name = text(json, at, "name");
    String owner = "node " + name;
    List<Property> properties = properties(json, owner);
    List<String> implemented = strings(json, owner, "implements");
    return new NodeType(
        name,
        annotations(json, owner),
        implemented.stream().sorted().distinct().toList(),
        properties,
        constraints(json, owner, properties, Set.of()));
  }

  private static EdgeType edgeType(JsonNode json, String at) {
    String name = text(json, at, "name");
    String owner = "edge " + name;
    JsonNode cardinality = json.path("cardinality");
    JsonNode max = cardinality.path("max");
    List<Property> properties = properties(json, owner);
    return new EdgeType(
        name,
        text(json, owner, "from_type"),
        text(json, owner, "to_type"),
        integer(cardinality, owner + " cardinality", "min"),
        max.isNull() ? null : Long.valueOf(integer(cardinality, owner + " cardinality", "max")),
        annotations(json, owner),
        properties,
        constraints(json, owner, properties, Set.of("src", "dst")));
  }

  private static List<Property> properties(JsonNode json, String owner) {
    List<Property> properties =
        list(
            json,
            owner,
            "properties",
            (property, at) -> {
              String name = text(property, at, "name");
              String path = owner + " property " + name;
              return new Property(
                  name,
                  propertyType(property.path("prop_type"), path),
                  annotations(property, path));
            });
    distinct("property of " + owner, properties.stream().map(Property::name).toList());
    return properties.stream().sorted(CanonicalOrder.PROPERTIES).toList();
  }

  private static PropertyType propertyType(JsonNode json, String at) {
    JsonNode scalar = json.path("scalar");
    boolean nullable = bool(json, at, "nullable");
    boolean list = bool(json, at, "list");
    if (scalar.isObject()) {
      long dimension = integer(scalar, at + " scalar", "Vector");
      if (dimension < 1 || dimension > Integer.MAX_VALUE || list) {
        throw new Malformed(at + " has an invalid vector type");
      }
      return PropertyType.vector((int) dimension).asNullable(nullable);
    }
    JsonNode values = json.path("enum_values");
    List<String> enumValues = values.isNull() ? List.of() : strings(json, at, "enum_values");
    return new PropertyType(
        scalarType(scalar, at), list, nullable, List.copyOf(new TreeSet<>(enumValues)), 0);
  }

  private static ScalarType scalarType(JsonNode scalar, String at) {
    for (ScalarType type : ScalarType.values()) {
      if (type != ScalarType.VECTOR && type.spelling().equals(scalar.textValue())) {
        return type;
      }
    }
    throw new Malformed(at + " has unknown scalar type " + scalar);
  }

  private static List<Annotation> annotations(JsonNode json, String owner) {
    return list(
            json,
            owner,
            "annotations",
            (annotation, at) -> {
              Map<String, String> kwargs = new TreeMap<>();
              for (Map.Entry<String, JsonNode> argument : annotation.path("kwargs").properties()) {
                kwargs.put(
                    argument.getKey(), text(annotation.path("kwargs"), at, argument.getKey()));
              }
              @Nullable String value =
                  annotation.path("value").isNull() ? null : text(annotation, at, "value");
              return new Annotation(text(annotation, at, "name"), value, kwargs);
            })
        .stream()
        .sorted(CanonicalOrder.ANNOTATIONS)
        .toList();
  }

  private static List<Constraint> constraints(
      JsonNode json, String owner, List<Property> properties, Set<String> alsoKnown) {
    Set<String> known = new HashSet<>(alsoKnown);
    properties.forEach(p -> known.add(p.name()));
    List<Constraint> constraints = list(json, owner, "constraints", CanonicalReader::constraint);
    for (Constraint constraint : constraints) {
      for (String property : constraint.properties()) {
        if (!known.contains(property)) {
          throw new Malformed(
              owner + " constraint " + constraint.textKey() + " names an unknown property");
        }
      }
    }
    return constraints.stream().distinct().sorted(CanonicalOrder.CONSTRAINTS).toList();
  }

  private static Constraint constraint(JsonNode json, String at) {
    String kind = json.size() == 1 ? json.fieldNames().next() : "";
    JsonNode body = json.path(kind);
    return switch (kind) {
      case "Key" -> new Constraint.Key(columns(json, at, kind));
      case "Unique" -> new Constraint.Unique(columns(json, at, kind));
      case "Index" -> new Constraint.Index(columns(json, at, kind));
      case "Range" ->
          new Constraint.Range(
              text(body, at, "property"), bound(body, at, "min"), bound(body, at, "max"));
      case "Check" -> new Constraint.Check(text(body, at, "property"), text(body, at, "pattern"));
      default -> throw new Malformed(at + " is not a constraint");
    };
  }

  private static List<String> columns(JsonNode json, String at, String kind) {
    List<String> columns = strings(json, at, kind).stream().sorted().distinct().toList();
    if (columns.isEmpty()) {
      throw new Malformed(at + " names no property");
    }
    return columns;
  }

  private static Constraint.@Nullable Bound bound(JsonNode json, String at, String field) {
    JsonNode bound = json.path(field);
    if (bound.isNull()) {
      return null;
    }
    if (bound.has("Integer")) {
      return new Constraint.Bound.Integer(integer(bound, at, "Integer"));
    }
    if (!bound.path("Float").isNumber()) {
      throw new Malformed(at + " has an invalid bound");
    }
    return new Constraint.Bound.Float(bound.path("Float").doubleValue());
  }

  /** Reads one entry of an array; {@code at} says which. */
  private interface Reading<T> {
    T from(JsonNode json, String at);
  }

  private static <T> List<T> list(JsonNode json, String at, String field, Reading<T> reading) {
    JsonNode array = json.path(field);
    if (!array.isArray()) {
      throw new Malformed(at + ": field '" + field + "' must be an array");
    }
    List<T> out = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      out.add(reading.from(array.get(i), at + " " + field + "[" + i + "]"));
    }
    return out;
  }

  private static List<String> strings(JsonNode json, String at, String field) {
    return list(
        json,
        at,
        field,
        (entry, place) -> {
          if (!entry.isTextual()) {
            throw new Malformed(place + " must be a string");
          }
          return entry.textValue();
        });
  }

  private static String text(JsonNode json, String at, String field) {
    return field(json, at, field, JsonNode::isTextual, "a string").textValue();
  }

  private static boolean bool(JsonNode json, String at, String field) {
    return field(json, at, field, JsonNode::isBoolean, "a boolean").booleanValue();
  }

  private static long integer(JsonNode json, String at, String field) {
    return field(json, at, field, n -> n.isIntegralNumber() && n.canConvertToLong(), "an integer")
        .longValue();
  }

  private static JsonNode field(
      JsonNode json, String at, String field, Function<JsonNode, Boolean> shape, String expected) {
    JsonNode value = json.path(field);
    if (!shape.apply(value)) {
      throw new Malformed(at + ": field '" + field + "' must be " + expected);
    }
    return value;
  }

  private static void distinct(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new Malformed("duplicate " + what + ": " + name);
      }
    }
  }
}
