package io.omnigraph.publish;

import io.omnigraph.model.TableKey;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * A change ready to be published on the base it was prepared on.
 *
 * @param tables what changes, by table; empty means nothing changes and no commit is made
 * @param reads what the preparation relied on
 * @param structure tables that appear or vanish (schema changes, merges); empty for data operations
 * @param result handed to the caller with the commit
 */
public record Prepared<R>(
    NavigableMap<TableKey, TableDelta> tables,
    ReadSet reads,
    List<StructureChange> structure,
    R result)
    implements AutoCloseable {

  public Prepared {
    tables = new TreeMap<>(tables);
    structure = List.copyOf(structure);
  }

  /** Frees the rows. */
  @Override
  public void close() {
    tables.values().forEach(TableDelta::close);
    for (StructureChange change : structure) {
      if (change instanceof StructureChange.Create create) {
        create.rows().close();
      }
    }
  }
}
