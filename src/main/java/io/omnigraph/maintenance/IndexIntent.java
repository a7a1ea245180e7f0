package io.omnigraph.maintenance;

import io.omnigraph.schema.Constraint;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which physical indices a type asks for. Identity columns always have one; of the declared keys
 * and indices those on a single column count. Free text gets a full-text index, other scalars an
 * ordered one, vectors a vector index; lists and blobs none. A unique group of which no column is
 * indexed yet gets an ordered index on its first one.
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
    type.uniqueGroups().forEach(group -> unique(type, group, specs));
    return new ArrayList<>(specs);
  }

  /** Every write looks up the holders of its unique values: one column of the group finds them. */
  private static void unique(EntityType type, List<String> group, Set<IndexSpec> specs) {
    boolean found = specs.stream().anyMatch(spec -> group.contains(spec.column()));
    String first = group.getFirst();
    PropertyType column = type.property(first).map(Property::type).orElse(null);
    if (!found && column != null && !column.list() && kind(column) != null) {
      specs.add(new IndexSpec(first, IndexSpec.Kind.BTREE));
    }
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
