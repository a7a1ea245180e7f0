package io.omnigraph.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;

/** The JSON object of each migration step: the tag {@code kind}, then the fields in order. */
final class MigrationJson {

  private MigrationJson() {}

  static void write(JsonGenerator json, MigrationStep step) throws IOException {
    json.writeStartObject();
    json.writeStringField("kind", step.kind());
    switch (step) {
      case MigrationStep.AddType s -> type(json, s.typeKind(), s.name());
      case MigrationStep.RenameType s -> {
        json.writeStringField("type_kind", s.typeKind().word());
        json.writeStringField("from", s.from());
        json.writeStringField("to", s.to());
      }
      case MigrationStep.AddProperty s -> {
        property(json, s.typeKind(), s.typeName(), s.propertyName());
        json.writeFieldName("property_type");
        CanonicalForm.writeType(json, s.type());
      }
      case MigrationStep.RenameProperty s -> {
        json.writeStringField("type_kind", s.typeKind().word());
        json.writeStringField("type_name", s.typeName());
        json.writeStringField("from", s.from());
        json.writeStringField("to", s.to());
      }
      case MigrationStep.AddConstraint s -> {
        json.writeStringField("type_kind", s.typeKind().word());
        json.writeStringField("type_name", s.typeName());
        json.writeFieldName("constraint");
        CanonicalForm.writeConstraint(json, s.constraint());
      }
      case MigrationStep.ExtendEnum s -> {
        property(json, s.typeKind(), s.typeName(), s.propertyName());
        json.writeArrayFieldStart("added_values");
        for (String value : s.addedValues()) {
          json.writeString(value);
        }
        json.writeEndArray();
      }
      case MigrationStep.UpdateTypeMetadata s -> {
        type(json, s.typeKind(), s.name());
        annotations(json, s.annotations());
      }
      case MigrationStep.UpdatePropertyMetadata s -> {
        property(json, s.typeKind(), s.typeName(), s.propertyName());
        annotations(json, s.annotations());
      }
      case MigrationStep.DropType s -> {
        type(json, s.typeKind(), s.name());
        json.writeStringField("mode", s.mode().word());
      }
      case MigrationStep.DropProperty s -> {
        property(json, s.typeKind(), s.typeName(), s.propertyName());
        json.writeStringField("mode", s.mode().word());
      }
      case MigrationStep.UnsupportedChange s -> {
        json.writeStringField("entity", s.entity());
        json.writeStringField("reason", s.reason());
        if (s.code() != null) {
          json.writeStringField("code", s.code().text());
        }
      }
    }
    json.writeEndObject();
  }

  private static void type(JsonGenerator json, TypeKind kind, String name) throws IOException {
    json.writeStringField("type_kind", kind.word());
    json.writeStringField("name", name);
  }

  private static void property(JsonGenerator json, TypeKind kind, String type, String property)
      throws IOException {
    json.writeStringField("type_kind", kind.word());
    json.writeStringField("type_name", type);
    json.writeStringField("property_name", property);
  }

  private static void annotations(JsonGenerator json, List<Annotation> annotations)
      throws IOException {
    json.writeFieldName("annotations");
    CanonicalForm.writeAnnotations(json, annotations);
  }
}
