package io.omnigraph.manifest;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.InternalException;
import io.omnigraph.model.TableKey;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the table rows of a manifest add up to: per table the greatest version, the greatest
 * tombstone and the path. The same fold serves a scan and the rows of a publish, so the state kept
 * in memory after a publish equals the state a reader scans. Immutable.
 */
final class TableLedger {

  /**
   * @param version greatest recorded version; 0 if none
   * @param tombstone greatest recorded tombstone; 0 if none
   */
  private record Slot(
      @Nullable String path,
      long version,
      @Nullable BranchName branch,
      long rowCount,
      long tombstone) {

    static final Slot NOTHING = new Slot(null, 0, null, 0, 0);

    boolean visible() {
      return version > tombstone;
    }
  }

  static final TableLedger EMPTY = new TableLedger(new TreeMap<>());

  private final NavigableMap<TableKey, Slot> slots;

  private TableLedger(NavigableMap<TableKey, Slot> slots) {
    this.slots = slots;
  }

  /** The ledger with more rows folded in. Rows of other kinds are skipped. */
  TableLedger with(Collection<ManifestRow> rows) {
    NavigableMap<TableKey, Slot> next = new TreeMap<>(slots);
    for (ManifestRow row : rows) {
      switch (row.objectType()) {
        case ManifestSchema.TABLE, ManifestSchema.VERSION, ManifestSchema.TOMBSTONE -> {
          TableKey key = TableKey.parse(row.tableKey());
          next.put(key, fold(next.getOrDefault(key, Slot.NOTHING), row));
        }
        default -> {
          // Lineage rows, and kinds that newer writers may add.
        }
      }
    }
    return new TableLedger(next);
  }

  private static Slot fold(Slot slot, ManifestRow row) {
    if (row.objectType().equals(ManifestSchema.TABLE)) {
      if (row.location() == null) {
        throw invalid(row, "a table row without location");
      }
      return new Slot(
          row.location(), slot.version(), slot.branch(), slot.rowCount(), slot.tombstone());
    }
    Long version = row.tableVersion();
    if (version == null) {
      throw invalid(row, "a row without table version");
    }
    if (row.objectType().equals(ManifestSchema.TOMBSTONE)) {
      return new Slot(
          slot.path(),
          slot.version(),
          slot.branch(),
          slot.rowCount(),
          Math.max(slot.tombstone(), version));
    }
    if (row.metadata() == null) {
      throw invalid(row, "a version row without metadata");
    }
    if (version <= slot.version()) {
      return slot;
    }
    return new Slot(
        slot.path(),
        version,
        row.branchOrNull(),
        row.rowCount() == null ? 0 : row.rowCount(),
        slot.tombstone());
  }

  /** Visible tables in key order. */
  NavigableMap<TableKey, TableEntry> visible() {
    NavigableMap<TableKey, TableEntry> entries = new TreeMap<>();
    slots.forEach(
        (key, slot) -> {
          if (slot.visible()) {
            if (slot.path() == null) {
              throw new InternalException(
                  "manifest_row_invalid",
                  "table '" + key + "' has a version but no table row in the manifest",
                  Map.of("table_key", key.toString()));
            }
            entries.put(
                key,
                new TableEntry(key, slot.path(), slot.version(), slot.branch(), slot.rowCount()));
          }
        });
    return Collections.unmodifiableNavigableMap(entries);
  }

  /** The path a table was registered with; null if it never was. */
  @Nullable String path(TableKey key) {
    return slots.getOrDefault(key, Slot.NOTHING).path();
  }

  /** The path of every table that was ever registered. */
  Map<TableKey, String> paths() {
    Map<TableKey, String> paths = new TreeMap<>();
    slots.forEach(
        (key, slot) -> {
          if (slot.path() != null) {
            paths.put(key, slot.path());
          }
        });
    return paths;
  }

  /** The greatest version or tombstone recorded for a table; 0 if there is none. */
  long greatest(TableKey key) {
    Slot slot = slots.getOrDefault(key, Slot.NOTHING);
    return Math.max(slot.version(), slot.tombstone());
  }

  /** The greatest version recorded for a table; 0 if there is none. */
  long version(TableKey key) {
    return slots.getOrDefault(key, Slot.NOTHING).version();
  }

  /** The greatest tombstone recorded for a table; 0 if there is none. */
  long tombstone(TableKey key) {
    return slots.getOrDefault(key, Slot.NOTHING).tombstone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableLedger that && that.slots.equals(slots);
  }

  @Override
  public int hashCode() {
    return slots.hashCode();
  }

  @Override
  public String toString() {
    return slots.toString();
  }

  private static InternalException invalid(ManifestRow row, String what) {
    return new InternalException(
        "manifest_row_invalid",
        "the manifest holds " + what + ": '" + row.objectId() + "'",
        Map.of("object_id", row.objectId()));
  }
}
