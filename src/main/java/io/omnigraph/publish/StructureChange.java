package io.omnigraph.publish;

import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.RowSource;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;

/** A change of the set of tables, published with the data. */
public sealed interface StructureChange {

  /**
   * A table appears or its pointer moves to another version or lineage without a data change by us.
   */
  record Point(TableEntry entry) implements StructureChange {}

  /**
   * A table appears: it is made, with these rows, while the commit is armed. What lies at its path
   * is not shown by any branch and is written over.
   *
   * @param rows owned by the change
   */
  record Create(TableKey key, Schema columns, RowSource rows) implements StructureChange {}

  /**
   * A table gets other columns; its rows stay.
   *
   * @param renamed old names of renamed columns, by their new ones
   */
  record Columns(TableKey key, Schema columns, Map<String, String> renamed)
      implements StructureChange {

    public Columns {
      renamed = Map.copyOf(renamed);
    }
  }

  /** A table vanishes from the branch. */
  record Drop(TableKey key) implements StructureChange {}

  /**
   * From this commit on the schema is another one; its canonical JSON is already in the schema
   * store.
   */
  record Catalog(String hash) implements StructureChange {}
}
