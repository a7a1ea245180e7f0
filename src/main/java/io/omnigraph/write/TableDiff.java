package io.omnigraph.write;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import io.omnigraph.storage.TableSchemas;
import it.unimi.dsi.fastutil.longs.Long2ObjectLinkedOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import it.unimi.dsi.fastutil.longs.LongArrays;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * What turns the rows of one version of a table into those of another: rows that go, by id, and
 * rows that come, by their row id in the later version. A changed row is in both lists.
 *
 * @param deleted ids, in no particular order
 * @param added row ids in the later version, ascending
 */
record TableDiff(List<String> deleted, long[] added) {

  boolean isEmpty() {
    return deleted.isEmpty() && added.length == 0;
  }

  /**
   * Compares two versions of one lineage. Rows never change under their row id, and data files
   * never change at all, so only fragments that differ are read.
   *
   * @param before an earlier version of the lineage, or the version it was forked from
   */
  static TableDiff alongLineage(SnapshotHandle before, SnapshotHandle after) {
    Map<Integer, FragmentInfo> earlier = new HashMap<>();
    before.fragments().forEach(f -> earlier.put(f.id(), f));
    List<Integer> changedAfter = new ArrayList<>();
    for (FragmentInfo now : after.fragments()) {
      if (now.equals(earlier.get(now.id()))) {
        earlier.remove(now.id());
      } else {
        changedAfter.add(now.id());
      }
    }
    Long2ObjectLinkedOpenHashMap<String> gone = new Long2ObjectLinkedOpenHashMap<>();
    visit(before, List.copyOf(earlier.keySet()), gone::put);
    LongArrayList added = new LongArrayList();
    visit(
        after,
        changedAfter,
        (rowId, id) -> {
          if (gone.remove(rowId) == null) {
            added.add(rowId);
          }
        });
    long[] sorted = added.toLongArray();
    LongArrays.quickSort(sorted);
    return new TableDiff(List.copyOf(gone.values()), sorted);
  }

  private interface Visitor {
    void row(long rowId, String id);
  }

  private static void visit(SnapshotHandle table, List<Integer> fragments, Visitor visitor) {
    if (fragments.isEmpty()) {
      return;
    }
    ScanRequest request =
        ScanRequest.of(TableSchemas.ID, ScanRequest.ROW_ID).inFragments(fragments);
    try (BatchStream batches = table.scan(request)) {
      for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          visitor.row(Rows.rowId(batch, row), Rows.id(batch, row));
        }
      }
    }
  }

  /**
   * Compares the rows of two tables of one schema whose row ids have nothing to do with each other.
   * Reads both in full, blobs included, and remembers a digest per row.
   */
  static TableDiff byContent(TableExport before, TableExport after) {
    Map<String, RowDigest> earlier = new HashMap<>();
    before.digest((rowId, id, digest) -> earlier.put(id, digest));
    LongArrayList added = new LongArrayList();
    after.digest(
        (rowId, id, digest) -> {
          if (digest.equals(earlier.get(id))) {
            earlier.remove(id);
          } else {
            added.add(rowId);
          }
        });
    long[] sorted = added.toLongArray();
    LongArrays.quickSort(sorted);
    // What is left has gone or has changed.
    return new TableDiff(List.copyOf(earlier.keySet()), sorted);
  }

  /** Half of a SHA-256 over the row as an export writes it. */
  record RowDigest(long high, long low) {}
}
