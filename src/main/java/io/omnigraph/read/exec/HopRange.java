package io.omnigraph.read.exec;

import io.omnigraph.read.column.Column;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.RowTest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Comparisons of one property of what a hop reaches (the node, or the edge taken) with values that
 * are known before the hop. For each row that hops they leave one interval of keys, so that the
 * loop over a list tests a neighbour as it meets it.
 */
final class HopRange {

  /** Finds the keys of the property, null if there are none. */
  @FunctionalInterface
  interface Property {
    Column.@Nullable Keys keys(boolean convert);
  }

  /** So many rows that hop are worth making the keys of a whole column. */
  private static final int MANY = 1024;

  private final boolean ofEdge;
  private final Property property;
  private final List<Intervals.Bound> bounds;
  private final List<RowTest> tests;
  private final Intervals intervals = new Intervals();
  private Column.@Nullable Keys known;
  private boolean askedHeld;
  private boolean askedMade;

  /**
   * @param ofEdge whether the property is one of the edge
   * @param bounds over the rows that hop
   * @param tests the same comparisons over the rows that the hop makes
   */
  HopRange(boolean ofEdge, Property property, List<Intervals.Bound> bounds, List<RowTest> tests) {
    this.ofEdge = ofEdge;
    this.property = property;
    this.bounds = bounds;
    this.tests = tests;
  }

  boolean ofEdge() {
    return ofEdge;
  }

  /** The comparisons as tests of rows. */
  List<RowTest> tests() {
    return tests;
  }

  /** The keys of every node or edge. */
  Column.Keys keys() {
    if (known == null) {
      throw new IllegalStateException("no keys without a successful call of prepare");
    }
    return known;
  }

  /** The lowest key that each row lets pass. */
  long[] lows() {
    return intervals.lows();
  }

  /** The highest key that each row lets pass; below the lowest if there is none. Fit the keys. */
  long[] highs() {
    return intervals.highs();
  }

  /** Finds the interval of each row; false if these values do not compare as integers. */
  boolean prepare(Chunk source) {
    int rows = source.rows();
    find(rows >= MANY);
    if (known == null || !intervals.find(bounds, source, Intervals.of(known.kind()))) {
      return false;
    }
    if (known.ints() != null) {
      intervals.fitInts(rows);
    }
    return true;
  }

  private void find(boolean convert) {
    if (known == null && !askedHeld) {
      known = property.keys(false);
      askedHeld = true;
    }
    if (known == null && convert && !askedMade) {
      known = property.keys(true);
      askedMade = true;
    }
  }
}
