package io.omnigraph.read.table;

import io.omnigraph.read.cache.DerivedCache;

/** The names of what is derived from a table version. Everything of one dataset is one family. */
final class TableKeys {

  private TableKeys() {}

  record Nodes(PhysicalTable table) implements DerivedCache.Key {
    @Override
    public Object family() {
      return table.address().path();
    }
  }

  record Edges(PhysicalTable table) implements DerivedCache.Key {
    @Override
    public Object family() {
      return table.address().path();
    }
  }

  record Lists(PhysicalTable table, boolean outgoing) implements DerivedCache.Key {
    @Override
    public Object family() {
      return table.address().path();
    }
  }

  /**
   * @param schemaHash the catalog that gave the property its type: a property that was dropped and
   *     declared again is another one
   */
  record Values(PhysicalTable table, String property, String schemaHash)
      implements DerivedCache.Key {
    @Override
    public Object family() {
      return table.address().path();
    }
  }
}
