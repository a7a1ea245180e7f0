package io.omnigraph.read.table;

import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.TableAddress;
import org.jspecify.annotations.Nullable;

/**
 * The physical identity of a table version: two snapshots that show the same one share everything
 * derived from it.
 *
 * @param graph tells apart the graphs that share one cache; compared by identity
 * @param address dataset path and table branch
 * @param incarnation which life of that branch
 * @param version the table version
 */
public record PhysicalTable(Object graph, TableAddress address, String incarnation, long version) {

  /** Versions of one dataset, which may be derived from one another. */
  record Family(Object graph, String path) {}

  // Asked for by every look into the cache; mostly both are one object.
  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof PhysicalTable table
            && graph == table.graph
            && version == table.version
            && address.equals(table.address)
            && incarnation.equals(table.incarnation);
  }

  /** What is left out here hardly ever differs alone. */
  @Override
  public int hashCode() {
    return 31 * address.path().hashCode() + Long.hashCode(version);
  }

  Family family() {
    return new Family(graph, address.path());
  }

  /** A table of a snapshot with its physical identity. */
  public record Located(
      TableKey key, TableEntry entry, PhysicalTable physical, String schemaHash) {}
}
