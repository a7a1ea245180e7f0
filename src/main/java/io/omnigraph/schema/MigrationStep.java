package io.omnigraph.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One step from an accepted to a desired schema. Names of types and properties are those of the
 * desired schema, except where a step says {@code from} or drops something.
 */
public sealed interface MigrationStep {

  /** The snake_case word that tags the step in JSON. */
  String kind();

  /** One line for people, such as {@code add property node Person.nick: String?}. */
  String describe();

  record AddType(TypeKind typeKind, String name) implements MigrationStep {
    @Override
    public String kind() {
      return "add_type";
    }

    @Override
    public String describe() {
      return "add " + typeKind.word() + " " + name;
    }
  }

  record RenameType(TypeKind typeKind, String from, String to) implements MigrationStep {
    @Override
    public String kind() {
      return "rename_type";
    }

    @Override
    public String describe() {
      return "rename " + typeKind.word() + " " + from + " to " + to;
    }
  }

  record AddProperty(TypeKind typeKind, String typeName, String propertyName, PropertyType type)
      implements MigrationStep {
    @Override
    public String kind() {
      return "add_property";
    }

    @Override
    public String describe() {
      return "add property " + path(typeKind, typeName, propertyName) + ": " + type;
    }
  }

  record RenameProperty(TypeKind typeKind, String typeName, String from, String to)
      implements MigrationStep {
    @Override
    public String kind() {
      return "rename_property";
    }

    @Override
    public String describe() {
      return "rename property " + path(typeKind, typeName, from) + " to " + to;
    }
  }

  record AddConstraint(TypeKind typeKind, String typeName, Constraint constraint)
      implements MigrationStep {
    @Override
    public String kind() {
      return "add_constraint";
    }

    @Override
    public String describe() {
      return "add constraint " + constraint.textKey() + " to " + typeKind.word() + " " + typeName;
    }
  }

  /** {@code addedValues} is sorted. */
  record ExtendEnum(
      TypeKind typeKind, String typeName, String propertyName, List<String> addedValues)
      implements MigrationStep {
    public ExtendEnum {
      addedValues = List.copyOf(addedValues);
    }

    @Override
    public String kind() {
      return "extend_enum";
    }

    @Override
    public String describe() {
      return "extend enum "
          + path(typeKind, typeName, propertyName)
          + " by "
          + String.join(", ", addedValues);
    }
  }

  /** {@code annotations} are all annotations of the type as desired. */
  record UpdateTypeMetadata(TypeKind typeKind, String name, List<Annotation> annotations)
      implements MigrationStep {
    public UpdateTypeMetadata {
      annotations = List.copyOf(annotations);
    }

    @Override
    public String kind() {
      return "update_type_metadata";
    }

    @Override
    public String describe() {
      return "update metadata of " + typeKind.word() + " " + name;
    }
  }

  /** {@code annotations} are all annotations of the property as desired. */
  record UpdatePropertyMetadata(
      TypeKind typeKind, String typeName, String propertyName, List<Annotation> annotations)
      implements MigrationStep {
    public UpdatePropertyMetadata {
      annotations = List.copyOf(annotations);
    }

    @Override
    public String kind() {
      return "update_property_metadata";
    }

    @Override
    public String describe() {
      return "update metadata of property " + path(typeKind, typeName, propertyName);
    }
  }

  record DropType(TypeKind typeKind, String name, DropMode mode) implements MigrationStep {
    @Override
    public String kind() {
      return "drop_type";
    }

    @Override
    public String describe() {
      return "drop " + typeKind.word() + " " + name + " (" + mode.word() + ")";
    }
  }

  record DropProperty(TypeKind typeKind, String typeName, String propertyName, DropMode mode)
      implements MigrationStep {
    @Override
    public String kind() {
      return "drop_property";
    }

    @Override
    public String describe() {
      return "drop property " + path(typeKind, typeName, propertyName) + " (" + mode.word() + ")";
    }
  }

  /**
   * A difference that cannot be applied.
   *
   * @param entity what it concerns, such as {@code node:Person} or {@code node:Person.age}
   * @param code the stable code; null if this kind of change has none
   */
  record UnsupportedChange(String entity, String reason, @Nullable MigrationCode code)
      implements MigrationStep {
    @Override
    public String kind() {
      return "unsupported_change";
    }

    /** The reason, preceded by {@code [code]} if there is one. */
    @Override
    public String describe() {
      return code == null ? reason : "[" + code.text() + "] " + reason;
    }
  }

  private static String path(TypeKind kind, String type, String property) {
    return kind.word() + " " + type + "." + property;
  }
}
