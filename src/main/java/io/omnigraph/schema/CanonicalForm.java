package io.omnigraph.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes the canonical schema (IR version 1): compact JSON with a fixed field order and everything
 * sorted, so that equal schemas have equal text and hash however they were written down.
 */
final class CanonicalForm {

  /** The only version read and written. */
  static final int VERSION = 1;

  private static final JsonFactory JSON = new JsonFactory();

  private final JsonGenerator json;

  private CanonicalForm(JsonGenerator json) {
    this.json = json;
  }

  /** The canonical JSON of types that are in canonical order already. */
  static String write(List<InterfaceType> interfaces, List<NodeType> nodes, List<EdgeType> edges) {
    return render(form -> form.schema(interfaces, nodes, edges));
  }

  /** {@code sha256:} and the lower-case hex digest of the text's UTF-8 bytes. */
  static String hash(String canonicalJson) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(canonicalJson.getBytes(StandardCharsets.UTF_8));
      return "sha256:" + HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** The {@code prop_type} object of a property type. */
  static void writeType(JsonGenerator json, PropertyType type) throws IOException {
    new CanonicalForm(json).propertyType(type);
  }

  /** The one-field object of a constraint. */
  static void writeConstraint(JsonGenerator json, Constraint constraint) throws IOException {
    new CanonicalForm(json).constraint(constraint);
  }

  /** The array of annotation objects. */
  static void writeAnnotations(JsonGenerator json, List<Annotation> annotations)
      throws IOException {
    new CanonicalForm(json).annotations(annotations);
  }

  private interface Writing {
    void to(CanonicalForm form) throws IOException;
  }

  private static String render(Writing writing) {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      writing.to(new CanonicalForm(json));
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory cannot fail", impossible);
    }
    return text.toString();
  }

  private void schema(List<InterfaceType> interfaces, List<NodeType> nodes, List<EdgeType> edges)
      throws IOException {
    json.writeStartObject();
    json.writeNumberField("ir_version", VERSION);
    json.writeArrayFieldStart("interfaces");
    for (InterfaceType type : interfaces) {
      head("interface", type.name());
      properties("interface", type.name(), type.properties());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("nodes");
    for (NodeType type : nodes) {
      node(type);
    }
    json.writeEndArray();
    json.writeArrayFieldStart("edges");
    for (EdgeType type : edges) {
      edge(type);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void node(NodeType type) throws IOException {
    head("node", type.name());
    json.writeFieldName("annotations");
    annotations(type.annotations());
    json.writeFieldName("implements");
    strings(type.interfaces());
    properties("node", type.name(), type.properties());
    constraints(type.constraints());
    json.writeEndObject();
  }

  private void edge(EdgeType type) throws IOException {
    head("edge", type.name());
    json.writeStringField("from_type", type.from());
    json.writeStringField("to_type", type.to());
    json.writeObjectFieldStart("cardinality");
    json.writeNumberField("min", type.minCardinality());
    json.writeFieldName("max");
    if (type.maxCardinality() == null) {
      json.writeNull();
    } else {
      json.writeNumber(type.maxCardinality());
    }
    json.writeEndObject();
    json.writeFieldName("annotations");
    annotations(type.annotations());
    properties("edge", type.name(), type.properties());
    constraints(type.constraints());
    json.writeEndObject();
  }

  private void head(String kind, String name) throws IOException {
    json.writeStartObject();
    json.writeStringField("name", name);
    json.writeNumberField("type_id", TypeIds.typeId(kind, name));
  }

  private void properties(String kind, String owner, List<Property> properties) throws IOException {
    json.writeArrayFieldStart("properties");
    for (Property property : properties) {
      json.writeStartObject();
      json.writeStringField("name", property.name());
      json.writeNumberField("prop_id", TypeIds.propertyId(kind, owner, property.name()));
      json.writeFieldName("prop_type");
      propertyType(property.type());
      json.writeFieldName("annotations");
      annotations(property.annotations());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void propertyType(PropertyType type) throws IOException {
    json.writeStartObject();
    json.writeFieldName("scalar");
    if (type.scalar() == ScalarType.VECTOR) {
      json.writeStartObject();
      json.writeNumberField("Vector", type.vectorDimension());
      json.writeEndObject();
    } else {
      json.writeString(type.scalar().spelling());
    }
    json.writeBooleanField("nullable", type.nullable());
    json.writeBooleanField("list", type.list());
    json.writeFieldName("enum_values");
    if (type.isEnum()) {
      strings(type.enumValues());
    } else {
      json.writeNull();
    }
    json.writeEndObject();
  }

  private void annotations(List<Annotation> annotations) throws IOException {
    json.writeStartArray();
    for (Annotation annotation : annotations) {
      json.writeStartObject();
      json.writeStringField("name", annotation.name());
      json.writeStringField("value", annotation.value());
      if (!annotation.kwargs().isEmpty()) {
        json.writeObjectFieldStart("kwargs");
        for (Map.Entry<String, String> argument : annotation.kwargs().entrySet()) {
          json.writeStringField(argument.getKey(), argument.getValue());
        }
        json.writeEndObject();
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void constraints(List<Constraint> constraints) throws IOException {
    json.writeArrayFieldStart("constraints");
    for (Constraint constraint : constraints) {
      constraint(constraint);
    }
    json.writeEndArray();
  }

  private void constraint(Constraint constraint) throws IOException {
    json.writeStartObject();
    switch (constraint) {
      case Constraint.Key key -> {
        json.writeFieldName("Key");
        strings(key.columns());
      }
      case Constraint.Unique unique -> {
        json.writeFieldName("Unique");
        strings(unique.columns());
      }
      case Constraint.Index index -> {
        json.writeFieldName("Index");
        strings(index.columns());
      }
      case Constraint.Range range -> {
        json.writeObjectFieldStart("Range");
        json.writeStringField("property", range.property());
        json.writeFieldName("min");
        bound(range.min());
        json.writeFieldName("max");
        bound(range.max());
        json.writeEndObject();
      }
      case Constraint.Check check -> {
        json.writeObjectFieldStart("Check");
        json.writeStringField("property", check.property());
        json.writeStringField("pattern", check.pattern());
        json.writeEndObject();
      }
    }
    json.writeEndObject();
  }

  private void bound(Constraint.@Nullable Bound bound) throws IOException {
    switch (bound) {
      case null -> json.writeNull();
      case Constraint.Bound.Integer integer -> {
        json.writeStartObject();
        json.writeNumberField("Integer", integer.value());
        json.writeEndObject();
      }
      case Constraint.Bound.Float real -> {
        json.writeStartObject();
        json.writeFieldName("Float");
        json.writeNumber(Decimals.json(real.value()));
        json.writeEndObject();
      }
    }
  }

  private void strings(List<String> values) throws IOException {
    json.writeStartArray();
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }
}
