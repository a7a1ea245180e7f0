package io.omnigraph.read.expr;

import io.omnigraph.read.column.Cells;
import org.jspecify.annotations.Nullable;

/**
 * Fetches something about the node or edge in a slot. Where the slot's column still stands in the
 * source of a chunk, it is fetched once per row of the source and looked up from there: a walk
 * makes many rows of one.
 */
final class Fetch implements Operand {

  /** What there is to know about nodes or edges. */
  @FunctionalInterface
  interface Reader {
    Cells read(int[] ordinals, int count);
  }

  /** A source with more than so many rows for each row wanted is not worth fetching in full. */
  private static final int MOST_SPARE = 2;

  private final int slot;
  private final Reader reader;

  Fetch(int slot, Reader reader) {
    this.slot = slot;
    this.reader = reader;
  }

  @Override
  public Cells evaluate(Chunk chunk) {
    Chunk source = chunk.behind(slot);
    if (source != null) {
      Cells known = inSource(source, chunk.rows());
      if (known != null) {
        return known.mapped(chunk.from());
      }
    }
    return reader.read(chunk.slot(slot), chunk.rows());
  }

  private @Nullable Cells inSource(Chunk source, int wanted) {
    Cells known = source.known(this);
    if (known == null && source.rows() <= MOST_SPARE * wanted) {
      known = evaluate(source).settled(source.rows());
      source.remember(this, known);
    }
    return known;
  }
}
