package io.omnigraph.schema;

import io.omnigraph.model.TableKey;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What one migration step does to stored data.
 *
 * @param effect the kind of work
 * @param table the table of the accepted schema it touches, or the new one for an added type; null
 *     if no data is touched
 * @param rows how many rows are written; null if the count of the table is not known
 */
public record DataWork(Effect effect, @Nullable TableKey table, @Nullable Long rows) {

  /** The kinds of work, from cheapest to dearest. */
  public enum Effect {
    /** Metadata only. */
    NONE,
    /** The table leaves the current state; its files stay. */
    RETIRE_DATASET,
    /** A column of nulls is added; no row is rewritten. */
    ADD_COLUMN,
    /** A dataset is created, and the rows of a renamed type are copied into it. */
    NEW_DATASET,
    /** Every row of the table is written again. */
    REWRITE_ROWS
  }

  static final DataWork NONE = new DataWork(Effect.NONE, null, 0L);

  /** A short text such as {@code rewrite rows of node:Person (1200 rows)}. */
  public String describe() {
    String words = effect.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    if (table == null) {
      return words;
    }
    String count = rows == null ? "unknown number of rows" : rows + " rows";
    return words + " of " + table + " (" + count + ")";
  }
}
