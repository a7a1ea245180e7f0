package io.omnigraph.read.table;

import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.schema.PropertyType;
import org.jspecify.annotations.Nullable;

/**
 * The names of what is derived from a table version. Everything of one dataset is one family. Every
 * query looks several of them up, so they compare by hand what records would compare slowly until
 * compiled.
 */
final class TableKeys {

  private TableKeys() {}

  /** The name of a part of one table version. */
  interface OfTable extends DerivedCache.Key {
    PhysicalTable table();

    @Override
    default Object family() {
      return table().family();
    }
  }

  record Nodes(PhysicalTable table) implements OfTable {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Nodes nodes && table.equals(nodes.table);
    }

    @Override
    public int hashCode() {
      return table.hashCode();
    }
  }

  record Edges(PhysicalTable table) implements OfTable {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Edges edges && table.equals(edges.table);
    }

    @Override
    public int hashCode() {
      return ~table.hashCode();
    }
  }

  /**
   * @param property null for the order by id alone
   */
  record Order(
      PhysicalTable table, @Nullable String property, boolean descending, String schemaHash)
      implements OfTable {}

  record Lists(PhysicalTable table, boolean outgoing) implements OfTable {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Lists lists
          && outgoing == lists.outgoing
          && table.equals(lists.table);
    }

    @Override
    public int hashCode() {
      return 31 * table.hashCode() + (outgoing ? 1 : 2);
    }
  }

  /**
   * @param schemaHash the catalog that gave the property its type: a property that was dropped and
   *     declared again is another one
   */
  record Values(PhysicalTable table, String property, PropertyType type, String schemaHash)
      implements OfTable {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Values values
          && property.equals(values.property)
          && schemaHash.equals(values.schemaHash)
          && table.equals(values.table)
          && (type == values.type || type.equals(values.type));
    }

    /** The type follows from the others. */
    @Override
    public int hashCode() {
      return 31 * table.hashCode() + property.hashCode();
    }
  }

  /** The words of a text property. */
  record Words(PhysicalTable table, String property, String schemaHash) implements OfTable {}

  /** Nodes by the values of a property. */
  record ByValue(PhysicalTable table, String property, PropertyType type, String schemaHash)
      implements OfTable {
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof ByValue values
          && property.equals(values.property)
          && schemaHash.equals(values.schemaHash)
          && table.equals(values.table)
          && (type == values.type || type.equals(values.type));
    }

    @Override
    public int hashCode() {
      return 31 * table.hashCode() + ~property.hashCode();
    }
  }
}
