package io.omnigraph.publish;

import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.TableKey;

/** A change of the set of tables, published with the data. */
public sealed interface StructureChange {

  /**
   * A table appears or its pointer moves to another version or lineage without a data change by us.
   */
  record Point(TableEntry entry) implements StructureChange {}

  /** A table vanishes from the branch. */
  record Drop(TableKey key) implements StructureChange {}

  /**
   * From this commit on the schema is another one; its canonical JSON is already in the schema
   * store.
   */
  record Schema(String hash) implements StructureChange {}
}
