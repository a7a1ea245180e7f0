package io.omnigraph.schema;

import io.omnigraph.model.TableKey;
import java.util.List;
import java.util.Optional;

/** What node and edge types have in common: a table with declared properties and constraints. */
public sealed interface EntityType permits NodeType, EdgeType {

  String name();

  TableKey tableKey();

  /**
   * Declared properties (interfaces already injected), sorted by name: the physical column order
   * after the identity columns.
   */
  List<Property> properties();

  /**
   * Effective constraints, property annotations already turned into constraints, in canonical
   * order.
   */
  List<Constraint> constraints();

  List<Annotation> annotations();

  Optional<Property> property(String name);

  /** The groups of columns whose values must be unique, {@code @key} first. */
  default List<List<String>> uniqueGroups() {
    return java.util.stream.Stream.concat(
            constraints().stream()
                .filter(Constraint.Key.class::isInstance)
                .map(c -> ((Constraint.Key) c).columns()),
            constraints().stream()
                .filter(Constraint.Unique.class::isInstance)
                .map(c -> ((Constraint.Unique) c).columns()))
        .toList();
  }
}
