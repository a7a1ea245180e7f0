package io.omnigraph.read.table;

import io.omnigraph.read.column.Bits;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import io.omnigraph.storage.VersionChange;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * What happened between a remembered version of a table and another one, told from their fragments:
 * data files never change, rows only ever disappear from them.
 *
 * @param removedRows rows of the remembered layout that are gone
 * @param addedFragments fragments to read in full
 */
record RowChanges(int[] removedRows, List<Integer> addedFragments, long addedRows) {

  boolean isEmpty() {
    return removedRows.length == 0 && addedFragments.isEmpty();
  }

  /**
   * Compares. Empty if the target cannot be reached by removing and adding (such as an older
   * version, where removed rows would come back).
   *
   * @param from the remembered version; if the commit that made the target built on it, the commit
   *     says which rows it deleted
   * @param sameLineage the remembered version lies before the target on one branch, so equal counts
   *     of deleted rows mean equal deletions
   * @param isLive whether a remembered row was live
   */
  static Optional<RowChanges> between(
      RowLayout remembered,
      SnapshotHandle target,
      PhysicalTable from,
      boolean sameLineage,
      java.util.function.IntPredicate isLive) {
    long[] deleted = deletedSince(from, target);
    Map<Integer, FragmentInfo> before = remembered.fragments();
    IntArrayList removed = new IntArrayList();
    List<Integer> added = new ArrayList<>();
    List<Integer> changed = new ArrayList<>();
    long addedRows = 0;
    for (FragmentInfo now : target.fragments()) {
      FragmentInfo then = before.remove(now.id());
      if (then == null) {
        added.add(now.id());
        addedRows += now.physicalRows() - now.deletedRows();
      } else if (!then.dataFile().equals(now.dataFile())
          || then.physicalRows() != now.physicalRows()
          || now.deletedRows() < then.deletedRows()) {
        return Optional.empty();
      } else if (now.deletedRows() > then.deletedRows()
          || (!sameLineage && deleted == null && now.deletedRows() > 0)) {
        changed.add(now.id());
      }
    }
    for (FragmentInfo gone : before.values()) {
      collectLive(remembered.range(gone.id()), isLive, removed);
    }
    if (deleted != null) {
      Set<Integer> present = new HashSet<>(changed);
      for (long address : deleted) {
        int row = remembered.row(address);
        if (present.contains((int) (address >>> 32)) && row >= 0 && isLive.test(row)) {
          removed.add(row);
        }
      }
      return Optional.of(new RowChanges(removed.toIntArray(), added, addedRows));
    }
    for (int fragment : changed) {
      if (!collectRemoved(remembered, target, fragment, isLive, removed)) {
        return Optional.empty();
      }
    }
    return Optional.of(new RowChanges(removed.toIntArray(), added, addedRows));
  }

  private static long @Nullable [] deletedSince(PhysicalTable from, SnapshotHandle target) {
    return target
        .change()
        .filter(
            c ->
                c.baseVersion() == from.version()
                    && c.base().equals(from.address())
                    && c.incarnation().equals(from.incarnation()))
        .map(VersionChange::deletedAddresses)
        .orElse(null);
  }

  private static void collectLive(
      int[] range, java.util.function.IntPredicate isLive, IntArrayList into) {
    for (int row = range[0]; row < range[1]; row++) {
      if (isLive.test(row)) {
        into.add(row);
      }
    }
  }

  private static boolean collectRemoved(
      RowLayout remembered,
      SnapshotHandle target,
      int fragment,
      java.util.function.IntPredicate isLive,
      IntArrayList removed) {
    int[] range = remembered.range(fragment);
    Bits still = new Bits(range[1] - range[0]);
    ScanRequest request =
        ScanRequest.of(ScanRequest.ROW_ADDRESS).inFragments(List.of(fragment)).batchRows(65536);
    try (BatchStream batches = target.scan(request)) {
      for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
        UInt8Vector addresses = (UInt8Vector) batch.getVector(0);
        for (int i = 0; i < batch.getRowCount(); i++) {
          int row = remembered.row(addresses.get(i));
          if (row < 0 || !isLive.test(row)) {
            return false;
          }
          still.set(row - range[0]);
        }
      }
    }
    for (int row = range[0]; row < range[1]; row++) {
      if (isLive.test(row) && !still.get(row - range[0])) {
        removed.add(row);
      }
    }
    return true;
  }
}
