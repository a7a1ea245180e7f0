package io.omnigraph.schema;

import io.omnigraph.schema.MigrationStep.AddConstraint;
import io.omnigraph.schema.MigrationStep.AddProperty;
import io.omnigraph.schema.MigrationStep.AddType;
import io.omnigraph.schema.MigrationStep.DropProperty;
import io.omnigraph.schema.MigrationStep.DropType;
import io.omnigraph.schema.MigrationStep.ExtendEnum;
import io.omnigraph.schema.MigrationStep.RenameProperty;
import io.omnigraph.schema.MigrationStep.RenameType;
import io.omnigraph.schema.MigrationStep.UnsupportedChange;
import io.omnigraph.schema.MigrationStep.UpdatePropertyMetadata;
import io.omnigraph.schema.MigrationStep.UpdateTypeMetadata;
import io.omnigraph.schema.RenameMatching.Pair;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Plans the way from an accepted schema to a desired one: a pure function of the two catalogs.
 *
 * <p>Order: interfaces, nodes, edges, names sorted; within a type its renaming, structural checks,
 * metadata, properties (drops last), constraints; dropped types at the end of their kind.
 */
public final class MigrationPlanner {

  private static final String UNSUPPORTED = " is not supported in schema migration v1";

  private final DropMode dropMode;
  private final List<MigrationStep> steps = new ArrayList<>();

  private MigrationPlanner(DropMode dropMode) {
    this.dropMode = dropMode;
  }

  /**
   * @param allowDataLoss makes every drop a hard one
   */
  public static MigrationPlan plan(Catalog accepted, Catalog desired, boolean allowDataLoss) {
    var planner = new MigrationPlanner(allowDataLoss ? DropMode.HARD : DropMode.SOFT);
    planner.interfaces(accepted, desired);
    RenameMatching<NodeType> nodes =
        new RenameMatching<>(
            "node",
            accepted.nodes().values(),
            desired.nodes().values(),
            NodeType::name,
            NodeType::annotations,
            NodeType::name);
    planner.nodes(nodes);
    planner.edges(accepted, desired, nodes);
    return new MigrationPlan(planner.steps);
  }

  private void interfaces(Catalog accepted, Catalog desired) {
    for (InterfaceType type : desired.interfaces().values()) {
      InterfaceType before = accepted.interfaces().get(type.name());
      if (before == null) {
        steps.add(new AddType(TypeKind.INTERFACE, type.name()));
      } else {
        properties(TypeKind.INTERFACE, type.name(), before.properties(), type.properties());
      }
    }
    for (String name : accepted.interfaces().keySet()) {
      if (!desired.interfaces().containsKey(name)) {
        unsupported("interface:" + name, "removing interface '" + name + "'" + UNSUPPORTED);
      }
    }
  }

  private void nodes(RenameMatching<NodeType> matching) {
    for (Pair<NodeType> pair : matching.pairs()) {
      NodeType type = pair.desired();
      if (begin(TypeKind.NODE, type, pair.accepted(), pair.problem())) {
        NodeType before = Objects.requireNonNull(pair.accepted());
        if (!before.interfaces().equals(type.interfaces())) {
          unsupported(
              "node:" + type.name(),
              "changing implemented interfaces on node '" + type.name() + "'" + UNSUPPORTED);
        }
        inside(TypeKind.NODE, before, type);
      }
    }
    drops(TypeKind.NODE, matching.dropped());
  }

  private void edges(Catalog accepted, Catalog desired, RenameMatching<NodeType> nodes) {
    var matching =
        new RenameMatching<>(
            "edge",
            accepted.edges().values(),
            desired.edges().values(),
            EdgeType::name,
            EdgeType::annotations,
            EdgeType::name);
    for (Pair<EdgeType> pair : matching.pairs()) {
      EdgeType type = pair.desired();
      if (begin(TypeKind.EDGE, type, pair.accepted(), pair.problem())) {
        EdgeType before = Objects.requireNonNull(pair.accepted());
        String entity = "edge:" + type.name();
        if (!nodes.newName(before.from()).equals(type.from())
            || !nodes.newName(before.to()).equals(type.to())) {
          unsupported(entity, "changing edge endpoints on '" + type.name() + "'" + UNSUPPORTED);
        }
        if (before.minCardinality() != type.minCardinality()
            || !Objects.equals(before.maxCardinality(), type.maxCardinality())) {
          unsupported(entity, "changing cardinality on edge '" + type.name() + "'" + UNSUPPORTED);
        }
        inside(TypeKind.EDGE, before, type);
      }
    }
    drops(TypeKind.EDGE, matching.dropped());
  }

  /** Adds the step that introduces or renames a type; true if it continues an accepted one. */
  private boolean begin(
      TypeKind kind, EntityType type, @Nullable EntityType before, @Nullable String problem) {
    if (problem != null) {
      unsupported(kind.word() + ":" + type.name(), problem);
    } else if (before == null) {
      steps.add(new AddType(kind, type.name()));
    } else if (!before.name().equals(type.name())) {
      steps.add(new RenameType(kind, before.name(), type.name()));
    }
    return before != null;
  }

  private void drops(TypeKind kind, Collection<? extends EntityType> dropped) {
    dropped.forEach(type -> steps.add(new DropType(kind, type.name(), dropMode)));
  }

  private void inside(TypeKind kind, EntityType before, EntityType type) {
    typeMetadata(kind, before, type);
    RenameMatching<Property> renames =
        properties(kind, type.name(), before.properties(), type.properties());
    constraints(kind, before, type, renames);
  }

  private void typeMetadata(TypeKind kind, EntityType before, EntityType type) {
    if (differ(before.annotations(), type.annotations(), MigrationPlanner::isText)) {
      steps.add(new UpdateTypeMetadata(kind, type.name(), type.annotations()));
    }
    if (differ(before.annotations(), type.annotations(), a -> !isText(a) && !isRename(a))) {
      unsupportedAnnotations(kind.word() + ":" + type.name(), type.name());
    }
  }

  private RenameMatching<Property> properties(
      TypeKind kind, String typeName, List<Property> accepted, List<Property> desired) {
    var matching =
        new RenameMatching<>(
            "property",
            accepted,
            desired,
            Property::name,
            Property::annotations,
            p -> typeName + "." + p.name());
    for (Pair<Property> pair : matching.pairs()) {
      property(kind, typeName, pair, matching);
    }
    for (Property property : matching.dropped()) {
      steps.add(new DropProperty(kind, typeName, property.name(), dropMode));
    }
    return matching;
  }

  private void property(
      TypeKind kind, String typeName, Pair<Property> pair, RenameMatching<Property> renames) {
    Property property = pair.desired();
    Property before = pair.accepted();
    String path = typeName + "." + property.name();
    String entity = kind.word() + ":" + path;
    if (pair.problem() != null) {
      unsupported(entity, pair.problem());
    } else if (before == null) {
      add(kind, typeName, property);
    } else {
      if (!before.name().equals(property.name())) {
        steps.add(new RenameProperty(kind, typeName, before.name(), property.name()));
      }
      type(kind, typeName, before, property);
      propertyMetadata(kind, typeName, renamedSources(before.annotations(), renames), property);
    }
  }

  /** An interface has no rows to fill; the nodes that implement it are asked themselves. */
  private void add(TypeKind kind, String typeName, Property property) {
    if (property.type().nullable() || kind == TypeKind.INTERFACE) {
      steps.add(new AddProperty(kind, typeName, property.name(), property.type()));
    } else {
      String path = typeName + "." + property.name();
      steps.add(
          new UnsupportedChange(
              kind.word() + ":" + path,
              "adding required property '" + path + "' requires a backfill and" + UNSUPPORTED,
              MigrationCode.MF_103));
    }
  }

  private void type(TypeKind kind, String typeName, Property before, Property property) {
    PropertyType old = before.type();
    PropertyType type = property.type();
    if (old.equals(type)) {
      return;
    }
    boolean sameShape = old.nullable() == type.nullable() && old.list() == type.list();
    if (sameShape && old.isEnum() && type.enumValues().containsAll(old.enumValues())) {
      var added = new TreeSet<>(type.enumValues());
      old.enumValues().forEach(added::remove);
      steps.add(new ExtendEnum(kind, typeName, property.name(), List.copyOf(added)));
      return;
    }
    String path = typeName + "." + property.name();
    steps.add(
        new UnsupportedChange(
            kind.word() + ":" + path,
            "changing property type for '" + path + "'" + UNSUPPORTED,
            MigrationCode.MF_106));
  }

  private void propertyMetadata(
      TypeKind kind, String typeName, List<Annotation> before, Property property) {
    Predicate<Annotation> harmless =
        kind == TypeKind.INTERFACE
            ? a -> isText(a) || isConstraintWord(a)
            : MigrationPlanner::isText;
    if (differ(before, property.annotations(), harmless)) {
      steps.add(
          new UpdatePropertyMetadata(kind, typeName, property.name(), property.annotations()));
    }
    if (differ(before, property.annotations(), a -> !harmless.test(a) && !isRename(a))) {
      String path = typeName + "." + property.name();
      unsupportedAnnotations(kind.word() + ":" + path, path);
    }
  }

  /** The source of an {@code @embed} follows the renaming of the property it names. */
  private static List<Annotation> renamedSources(
      List<Annotation> annotations, RenameMatching<Property> renames) {
    return annotations.stream()
        .map(
            a ->
                a.name().equals("embed") && a.value() != null
                    ? new Annotation(a.name(), renames.newName(a.value()), a.kwargs())
                    : a)
        .toList();
  }

  private void constraints(
      TypeKind kind, EntityType before, EntityType type, RenameMatching<Property> renames) {
    Set<String> accepted = new HashSet<>();
    for (Constraint constraint : before.constraints()) {
      if (constraint instanceof Constraint.Key key) {
        keyOrder(kind, before, type, key, renames);
      }
      accepted.add(renamed(constraint, renames).textKey());
    }
    Set<String> desired =
        type.constraints().stream().map(Constraint::textKey).collect(Collectors.toSet());
    String entity = kind.word() + ":" + type.name();
    for (Constraint constraint : type.constraints()) {
      if (!accepted.contains(constraint.textKey())) {
        if (constraint instanceof Constraint.Index) {
          steps.add(new AddConstraint(kind, type.name(), constraint));
        } else {
          unsupported(
              entity,
              "adding constraint '"
                  + constraint.textKey()
                  + "' to '"
                  + type.name()
                  + "'"
                  + UNSUPPORTED);
        }
      }
    }
    if (!desired.containsAll(accepted)) {
      unsupported(entity, "removing constraints from '" + type.name() + "'" + UNSUPPORTED);
    }
  }

  /** Ids of a composite key list its values by property name: a new order would be new ids. */
  private void keyOrder(
      TypeKind kind,
      EntityType before,
      EntityType type,
      Constraint.Key key,
      RenameMatching<Property> renames) {
    List<String> renamed = key.columns().stream().map(renames::newName).toList();
    if (renamed.equals(renamed.stream().sorted().toList())) {
      return;
    }
    for (String column : key.columns()) {
      if (!renames.newName(column).equals(column)) {
        String path = before.name() + "." + column;
        unsupported(
            kind.word() + ":" + type.name() + "." + renames.newName(column),
            "renaming '" + path + "' would change the composite @key order");
      }
    }
  }

  private static Constraint renamed(Constraint constraint, RenameMatching<Property> renames) {
    return switch (constraint) {
      case Constraint.Key key -> new Constraint.Key(renamed(key.columns(), renames));
      case Constraint.Unique unique -> new Constraint.Unique(renamed(unique.columns(), renames));
      case Constraint.Index index -> new Constraint.Index(renamed(index.columns(), renames));
      case Constraint.Range range ->
          new Constraint.Range(renames.newName(range.property()), range.min(), range.max());
      case Constraint.Check check ->
          new Constraint.Check(renames.newName(check.property()), check.pattern());
    };
  }

  private static List<String> renamed(List<String> columns, RenameMatching<Property> renames) {
    return columns.stream().map(renames::newName).sorted().toList();
  }

  private static boolean differ(
      List<Annotation> before, List<Annotation> after, Predicate<Annotation> which) {
    return !before.stream().filter(which).toList().equals(after.stream().filter(which).toList());
  }

  /** Annotations that only describe. */
  private static boolean isText(Annotation annotation) {
    return annotation.name().equals("description") || annotation.name().equals("instruction");
  }

  private static boolean isRename(Annotation annotation) {
    return annotation.name().equals("rename_from");
  }

  private static boolean isConstraintWord(Annotation annotation) {
    return Set.of("key", "unique", "index").contains(annotation.name());
  }

  private void unsupportedAnnotations(String entity, String name) {
    unsupported(
        entity,
        "changing annotations beyond @description/@instruction on '" + name + "'" + UNSUPPORTED);
  }

  private void unsupported(String entity, String reason) {
    steps.add(new UnsupportedChange(entity, reason, null));
  }
}
