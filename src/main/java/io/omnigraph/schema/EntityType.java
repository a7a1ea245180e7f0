package io.omnigraph.schema;

import io.omnigraph.model.TableKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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

  /** The declared property of a name; identity columns are not properties. */
  default Optional<Property> property(String name) {
    List<Property> sorted = properties();
    int low = 0;
    int high = sorted.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sorted.get(middle).name().compareTo(name) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < sorted.size() && sorted.get(low).name().equals(name)
        ? Optional.of(sorted.get(low))
        : Optional.empty();
  }

  /** The groups of columns whose values must be unique, {@code @key} first. */
  default List<List<String>> uniqueGroups() {
    return Stream.concat(
            constraints().stream()
                .filter(Constraint.Key.class::isInstance)
                .map(c -> ((Constraint.Key) c).columns()),
            constraints().stream()
                .filter(Constraint.Unique.class::isInstance)
                .map(c -> ((Constraint.Unique) c).columns()))
        .toList();
  }

  /**
   * The groups of columns an index is declared on: those of {@code @key} and of every
   * {@code @index}, without repetition, in canonical order. Indexes on identity columns, which
   * always exist, are not listed.
   */
  default List<List<String>> indexGroups() {
    return constraints().stream()
        .<List<String>>mapMulti(
            (constraint, out) -> {
              switch (constraint) {
                case Constraint.Key key -> out.accept(key.columns());
                case Constraint.Index index -> out.accept(index.columns());
                case Constraint.Unique u -> {}
                case Constraint.Range r -> {}
                case Constraint.Check c -> {}
              }
            })
        .distinct()
        .toList();
  }

  /** The columns that identify a row: {@code id}, and {@code src} and {@code dst} of an edge. */
  List<String> identityColumns();

  /**
   * Every physical column in table order: the identity columns as non-null Strings, then the
   * declared properties sorted by name.
   */
  default List<Property> columns() {
    PropertyType identity = PropertyType.of(ScalarType.STRING);
    return Stream.concat(
            identityColumns().stream().map(name -> new Property(name, identity, List.of())),
            properties().stream())
        .toList();
  }
}
