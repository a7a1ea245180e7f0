package io.omnigraph.maintenance;

import io.omnigraph.schema.Constraint;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which physical indices a type asks for. Identity columns always have one; of the declared keys
 * and indices those on a single column count. Free text gets a full-text index, other scalars an
 * ordered one, vectors a vector index; lists and blobs none. Every write looks up the holders of
 * its unique values, so one column of each unique group needs an ordered index as well.
 */
final class IndexIntent {

  private IndexIntent() {}

  /** The wanted indices, identity columns first, then columns in declaration order. */
  static List<IndexSpec> of(EntityType type) {
    Set<IndexSpec> specs = new LinkedHashSet<>();
    specs.add(new IndexSpec("id", IndexSpec.Kind.BTREE));
    switch (type) {
      case NodeType node -> declared(node, specs);
      case EdgeType ignored -> {
        // Declared indices of edges are recorded, but only the identity columns are built.
        specs.add(new IndexSpec("src", IndexSpec.Kind.BTREE));
        specs.add(new IndexSpec("dst", IndexSpec.Kind.BTREE));
      }
    }
    lookupGroups(type).stream()
        .filter(group -> group.size() == 1)
        .forEach(group -> specs.add(new IndexSpec(group.getFirst(), IndexSpec.Kind.BTREE)));
    return new ArrayList<>(specs);
  }

  /**
   * For each composite unique group the columns that may serve to find its holders; which one is
   * worth an index depends on the values in the table.
   */
  static List<List<String>> compositeGroups(EntityType type) {
    return lookupGroups(type).stream().filter(group -> group.size() > 1).toList();
  }

  /** Unique groups, reduced to columns that can have an ordered index. */
  private static List<List<String>> lookupGroups(EntityType type) {
    List<String> key = type instanceof NodeType node ? node.keyColumns() : List.of();
    return type.uniqueGroups().stream()
        // The holder of a key is found by its id.
        .filter(group -> !group.equals(key))
        .map(group -> group.stream().filter(column -> isOrdered(type, column)).toList())
        .filter(group -> !group.isEmpty())
        .toList();
  }

  private static boolean isOrdered(EntityType type, String column) {
    return type.property(column)
        .map(Property::type)
        .map(t -> !t.list() && kind(t) != null && kind(t) != IndexSpec.Kind.VECTOR)
        .orElse(TableSchemas.SRC.equals(column) || TableSchemas.DST.equals(column));
  }

  private static void declared(NodeType type, Set<IndexSpec> specs) {
    for (Constraint constraint : type.constraints()) {
      List<String> columns =
          switch (constraint) {
            case Constraint.Key(var key) -> key;
            case Constraint.Index(var indexed) -> indexed;
            case Constraint.Unique ignored -> List.of();
            case Constraint.Range ignored -> List.of();
            case Constraint.Check ignored -> List.of();
          };
      if (columns.size() == 1) {
        IndexSpec.Kind kind =
            type.property(columns.get(0)).map(Property::type).map(IndexIntent::kind).orElse(null);
        if (kind != null) {
          specs.add(new IndexSpec(columns.get(0), kind));
        }
      }
    }
  }

  private static IndexSpec.@Nullable Kind kind(PropertyType type) {
    if (type.list()) {
      return null;
    }
    return switch (type.scalar()) {
      case STRING -> type.isEnum() ? IndexSpec.Kind.BTREE : IndexSpec.Kind.FULL_TEXT;
      case BOOL, I32, I64, U32, U64, F32, F64, DATE, DATETIME -> IndexSpec.Kind.BTREE;
      case VECTOR -> IndexSpec.Kind.VECTOR;
      case BLOB -> null;
    };
  }
}
