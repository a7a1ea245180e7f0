package io.omnigraph.write;

import io.omnigraph.model.ConflictException;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowSource;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Set;
import java.util.TreeSet;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/**
 * The ids that a load gives to the rows of one table, and which rows a later one of the same id
 * supersedes. They are held while they fit into the budget; else the rows are looked through once
 * all of them are there. Not thread-safe.
 */
final class LoadedIds {

  private final TableKey table;
  private final boolean refusesRepetition;
  private final long rereadBytes;
  private final LegacyIds legacyIds;

  /** Null once they are too many. */
  private @Nullable IdPool held;

  private final LongArrayList rowOfId = new LongArrayList();
  private Roaring64Bitmap superseded = new Roaring64Bitmap();
  private long bytes;

  /**
   * @param refusesRepetition false for keys, whose uniqueness check words it, and where the last
   *     row counts
   * @param rereadBytes budget for ids that are read again
   * @param budget for the ids of all tables of the load
   */
  LoadedIds(
      TableKey table,
      boolean refusesRepetition,
      long rereadBytes,
      IdBudget budget,
      LegacyIds legacyIds) {
    this.table = table;
    this.refusesRepetition = refusesRepetition;
    this.rereadBytes = rereadBytes;
    this.legacyIds = legacyIds;
    this.held = new IdPool(budget);
  }

  /** Counts the id of a row, given or minted. */
  void count(Utf8Text id) {
    bytes += id.length();
  }

  /** Takes the id of a row that may repeat. */
  void add(Utf8Text id, long row) {
    IdPool known = held;
    if (known == null) {
      return;
    }
    int added;
    try {
      added = known.add(id.bytes(), 0, id.length());
      if (added >= 0) {
        rowOfId.add(row);
        return;
      }
    } catch (IdBudget.Exceeded e) {
      // From here on the rows are looked through once all of them are there.
      held = null;
      rowOfId.clear();
      rowOfId.trim();
      superseded = new Roaring64Bitmap();
      return;
    }
    if (refusesRepetition) {
      throw KeyConflicts.repeated(table, id.toString());
    }
    int ordinal = -1 - added;
    superseded.addLong(rowOfId.getLong(ordinal));
    rowOfId.set(ordinal, row);
  }

  /**
   * Looks at what all rows together allow.
   *
   * @param numbers the records of the rows, for messages that call a record {@code word}
   */
  IdGroup finish(RowSource rows, BufferAllocator allocator, RecordNumbers numbers, String word) {
    IdPool known = held;
    Set<String> confused = new TreeSet<>();
    if (known != null) {
      legacyIds.collectConfusion(known, confused);
      legacyIds.refuseConfusion(confused);
      return IdGroup.of(known);
    }
    IdBudget budget = new IdBudget(rereadBytes);
    RepeatedIds repeated = new RepeatedIds(rows, allocator);
    int shares =
        repeated.find(
            Math.max(2, budget.sharesFor(rows.rowCount(), bytes)),
            budget,
            pool -> legacyIds.collectConfusion(pool, confused));
    if (repeated.firstRepeating() >= 0 && refusesRepetition) {
      throw repeatedLate(rows, allocator, repeated.firstRepeating(), numbers, word);
    }
    legacyIds.refuseConfusion(confused);
    superseded = repeated.superseded();
    return new ScannedIds(rows, allocator, shares);
  }

  /** Rows that a later one of the same id replaces; complete once finished. */
  Roaring64Bitmap superseded() {
    return superseded;
  }

  /** False if they have to be read from the rows. */
  boolean areHeld() {
    return held != null;
  }

  private ConflictException repeatedLate(
      RowSource rows, BufferAllocator allocator, long row, RecordNumbers numbers, String word) {
    long at = 0;
    try (BatchStream stream = rows.open(allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        if (row < at + batch.getRowCount()) {
          ConflictException conflict =
              KeyConflicts.repeated(table, Rows.id(batch, (int) (row - at)));
          return KeyConflicts.at(word, numbers.of(new long[] {row})[0], conflict);
        }
        at += batch.getRowCount();
      }
    }
    throw new IllegalStateException("there is no row " + row);
  }
}
