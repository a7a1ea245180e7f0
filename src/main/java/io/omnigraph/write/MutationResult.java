package io.omnigraph.write;

import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.publish.Prepared;
import io.omnigraph.publish.TableDelta;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.storage.RowBatches;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** Turns the pending tables of a mutation into a checked change, ready to be published. */
final class MutationResult {

  private final WriteBase base;
  private final Map<TableKey, PendingTable> tables;
  private final ReadSetBuilder reads;

  MutationResult(WriteBase base, Map<TableKey, PendingTable> tables, ReadSetBuilder reads) {
    this.base = base;
    this.tables = tables;
    this.reads = reads;
  }

  Prepared<MutationCounts> prepare(MutationCounts counts) {
    TreeMap<TableKey, TableDelta> deltas = new TreeMap<>();
    try {
      for (PendingTable table : tables.values()) {
        if (!table.isUnchanged()) {
          locateReplaced(table);
          deltas.put(table.key(), delta(table));
        }
      }
      if (!deltas.isEmpty()) {
        checkIntegrity(deltas);
      }
      return new Prepared<>(deltas, reads.build(), List.of(), counts);
    } catch (RuntimeException e) {
      deltas.values().forEach(TableDelta::close);
      throw e;
    }
  }

  /** Finds the committed rows that inserted keys take the place of. */
  private void locateReplaced(PendingTable table) {
    IdPool wanted = table.unlocated();
    if (wanted.isEmpty()) {
      return;
    }
    reads.ids(table.key(), wanted);
    new CommittedRows(base, table.key())
        .visitWhereIn(
            TableSchemas.ID,
            wanted,
            List.of(TableSchemas.ID, ScanRequest.ROW_ADDRESS),
            (batch, row) -> table.locate(Rows.id(batch, row), Rows.address(batch, row)));
  }

  private TableDelta delta(PendingTable table) {
    return new TableDelta(
        source(table, table.rows()), table.deletedAddresses(), false, table.writtenIds());
  }

  private RowSource source(PendingTable table, List<List<Value>> rows) {
    return rows.isEmpty()
        ? RowSource.empty(table.layout().schema())
        : RowBatches.sourceOf(base.allocator(), table.layout().schema(), rows);
  }

  private void checkIntegrity(Map<TableKey, TableDelta> deltas) {
    List<RowSource> batches = new ArrayList<>();
    try {
      Map<TableKey, TableChange> changes = new TreeMap<>();
      deltas.forEach(
          (key, delta) -> {
            PendingTable table = Objects.requireNonNull(tables.get(key), "deltas are of tables");
            List<RowSource> ofTable = new ArrayList<>();
            if (!table.type().uniqueGroups().isEmpty()) {
              for (List<List<Value>> rows : table.statementBatches()) {
                RowSource batch = source(table, rows);
                batches.add(batch);
                ofTable.add(batch);
              }
            }
            changes.put(
                key,
                new TableChange(
                    table.type(),
                    delta.added(),
                    ofTable,
                    IdGroup.of(table.imageIds()),
                    IdGroup.of(table.removedIds()),
                    IdGroup.of(table.removedSources()),
                    false,
                    null,
                    true));
          });
      reads.addAll(new IntegrityEvaluator(base, changes, IdBudget.unlimited()).requireValid());
    } finally {
      batches.forEach(RowSource::close);
    }
  }
}
