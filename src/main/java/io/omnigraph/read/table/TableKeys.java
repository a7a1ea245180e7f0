package io.omnigraph.read.table;

import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.schema.PropertyType;
import org.jspecify.annotations.Nullable;

/** The names of what is derived from a table version. Everything of one dataset is one family. */
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

  record Nodes(PhysicalTable table) implements OfTable {}

  record Edges(PhysicalTable table) implements OfTable {}

  /**
   * @param property null for the order by id alone
   */
  record Order(
      PhysicalTable table, @Nullable String property, boolean descending, String schemaHash)
      implements OfTable {}

  /** Nodes by the values of a property. */
  record ByValue(PhysicalTable table, String property, PropertyType type, String schemaHash)
      implements OfTable {
    @Override
    public int hashCode() {
      return 31 * table.hashCode() + ~property.hashCode();
    }
  }

  record Lists(PhysicalTable table, boolean outgoing) implements OfTable {}

  /**
   * @param schemaHash the catalog that gave the property its type: a property that was dropped and
   *     declared again is another one
   */
  record Values(PhysicalTable table, String property, PropertyType type, String schemaHash)
      implements OfTable {
    /** The type follows from the others. */
    @Override
    public int hashCode() {
      return 31 * table.hashCode() + property.hashCode();
    }
  }

  /** The words of a text property. */
  record Words(PhysicalTable table, String property, String schemaHash) implements OfTable {}
}
