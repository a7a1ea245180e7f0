package io.omnigraph.read.exec;

import io.omnigraph.query.plan.PlanNode.Direction;
import io.omnigraph.read.access.EdgeAccess;
import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.ConditionCompiler;
import io.omnigraph.read.expr.RowTest;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One hop from a bound variable to a new one: each neighbour once per input row (parallel edges and
 * both directions collapse), or, with an edge slot, each edge once. One loop walks the lists of the
 * rows; what is taken of each list is the step's.
 */
final class Expand extends Operator {

  private static final int NONE = -1;

  /** Neighbours between two looks at the clock, where most of them are left out. */
  private static final int CHECK = 1 << 18;

  /** What is taken of a list. */
  private enum Step {
    EVERY,
    /** The neighbours in the row's interval. */
    RANGED,
    /** The number of neighbours in the row's interval. */
    COUNT,
    /** One neighbour, if there is any; else none. */
    FIRST
  }

  private final Operator input;
  private final EdgeAccess edges;
  private final NodeAccess targets;
  private final Direction direction;
  private final int fromSlot;
  private final int toSlot;
  private final int edgeSlot;
  private final boolean everyEdge;
  private final List<RowTest> tests;
  private final RowMapper mapper;
  private final int[] wanted;
  private final @Nullable HopRange range;
  private final List<RowTest> rangeTests;
  private final boolean once;

  private @Nullable Chunk current;
  private @Nullable HopLists lists;
  private Step step = Step.EVERY;
  private boolean ranged;
  private int row;
  private int at;
  private boolean started;

  /** Where in its list each row of the next chunk was found. */
  private int[] places = {};

  private int @Nullable [] intKeys;
  private long[] longKeys = {};
  private long[] lows = {};
  private long[] highs = {};

  /**
   * @param everyEdge one row per edge; else one per neighbour
   * @param edgeSlot where edges are bound, if they are needed; -1 for nowhere
   * @param wanted slots that are looked at afterwards
   * @param range comparisons that are made while lists are walked; null for none
   * @param once whether it is enough to know which input rows lead anywhere; some of them may be
   *     delivered more often
   */
  Expand(
      OperatorStats stats,
      QueryBudget budget,
      Operator input,
      EdgeAccess edges,
      NodeAccess targets,
      Direction direction,
      int fromSlot,
      int toSlot,
      boolean everyEdge,
      int edgeSlot,
      List<RowTest> tests,
      int slotCount,
      int[] carried,
      int[] wanted,
      @Nullable HopRange range,
      boolean once) {
    super(stats, budget);
    this.input = input;
    this.edges = edges;
    this.targets = targets;
    this.direction = direction;
    this.fromSlot = fromSlot;
    this.toSlot = toSlot;
    this.everyEdge = everyEdge;
    this.edgeSlot = edgeSlot;
    this.tests = tests;
    this.wanted = wanted;
    this.range = range;
    this.rangeTests = range == null ? List.of() : range.tests();
    this.once = once;
    this.mapper =
        edgeSlot == NONE
            ? new RowMapper(slotCount, carried, toSlot)
            : new RowMapper(slotCount, carried, toSlot, edgeSlot);
  }

  @Override
  @Nullable Chunk pull() {
    if (current == null) {
      current = input.next();
      if (current == null) {
        return null;
      }
      begin(current);
    }
    Chunk source = current;
    mapper.begin();
    if (places.length < mapper.capacity()) {
      places = new int[mapper.capacity()];
    }
    int count = walk(Objects.requireNonNull(lists), source.rows());
    Chunk out = mapper.finish(source, count);
    if (row >= source.rows()) {
      current = null;
    }
    if (!targets.allLive()) {
      int[] live = new int[out.rows()];
      out.keep(live, targets.selectLive(out.slot(toSlot), out.rows(), live));
    }
    if (!ranged && !rangeTests.isEmpty()) {
      if (tests.isEmpty()) {
        ConditionCompiler.apply(rangeTests, out, wanted);
      } else {
        ConditionCompiler.apply(rangeTests, out);
      }
    }
    ConditionCompiler.apply(tests, out, wanted);
    return out;
  }

  /** Turns to the rows of a chunk. */
  private void begin(Chunk source) {
    int[] sources = source.slot(fromSlot);
    int rows = source.rows();
    if (lists == null) {
      lists = new HopLists(edges, direction, everyEdge || once);
    }
    ranged = range != null && range.prepare(source);
    boolean decided = tests.isEmpty() && (ranged || rangeTests.isEmpty()) && targets.allLive();
    step =
        decided && once
            ? Step.FIRST
            : ranged ? decided && wanted.length == 0 ? Step.COUNT : Step.RANGED : Step.EVERY;
    if (ranged && range != null) {
      Column.Keys keys = range.keys();
      intKeys = keys.ints();
      longKeys = keys.longs() == null ? longKeys : keys.longs();
      lows = range.lows();
      highs = range.highs();
    }
    lists.find(sources, rows, ranged && range != null && range.ofEdge() ? range.keys() : null);
    row = 0;
    started = false;
  }

  /**
   * Walks on from where the last chunk ended, until the next one is full. What the loop needs of
   * this object stands in local variables: lists are short, and fields would be read anew for each.
   */
  private int walk(HopLists hop, int rows) {
    Step taken = step;
    boolean bounded = ranged;
    boolean joined = hop.isJoined();
    boolean byEdge = bounded && range != null && range.ofEdge();
    int most = taken == Step.COUNT ? Chunk.CAPACITY : mapper.capacity();
    int[] begins = hop.begins();
    int[] ends = hop.ends();
    long[] low = lows;
    long[] high = highs;
    int[] ints = intKeys;
    long[] longs = longKeys;
    int[] keyed = byEdge ? hop.edges() : hop.targets();
    int[] taking = places;
    int[] source = mapper.from();
    int left = CHECK;
    int r = row;
    int count = 0;
    while (r < rows && count < most) {
      int begin = at;
      if (!started) {
        if (joined && hop.open(r)) {
          keyed = byEdge ? hop.edges() : hop.targets();
        }
        begin = begins[r];
      }
      int end = bounded && low[r] > high[r] ? begin : ends[r];
      int stop = taken == Step.FIRST ? end : Math.min(end, begin + most - count);
      int before = count;
      switch (taken) {
        case EVERY -> {
          for (int i = begin; i < stop; i++) {
            taking[count] = i;
            source[count++] = r;
          }
        }
        case RANGED ->
            count =
                ints != null
                    ? find(keyed, begin, stop, ints, low[r], high[r], taking, source, count, r)
                    : find(keyed, begin, stop, longs, low[r], high[r], taking, source, count, r);
        case COUNT ->
            count +=
                ints != null
                    ? matching(keyed, begin, stop, ints, low[r], high[r])
                    : matching(keyed, begin, stop, longs, low[r], high[r]);
        case FIRST -> {
          int first =
              !bounded
                  ? begin
                  : ints != null
                      ? first(keyed, begin, stop, ints, low[r], high[r])
                      : first(keyed, begin, stop, longs, low[r], high[r]);
          taking[count] = first;
          source[count] = r;
          count += first < stop ? 1 : 0;
        }
      }
      if (joined && taken != Step.COUNT) {
        fetch(hop, before, count);
      }
      left -= stop - begin;
      if (left < 0) {
        budget().checkTime();
        left = CHECK;
      }
      started = stop < end;
      if (started) {
        at = stop;
        break;
      }
      r++;
    }
    row = r;
    if (!joined && taken != Step.COUNT) {
      fetch(hop, 0, count);
    }
    return count;
  }

  /** Fills the new columns of some rows from the places that were taken. */
  private void fetch(HopLists hop, int from, int until) {
    int[] at = places;
    int[] reached = hop.targets();
    int[] target = mapper.column(toSlot);
    for (int i = from; i < until; i++) {
      target[i] = reached[at[i]];
    }
    if (edgeSlot != NONE) {
      int[] reachedBy = hop.edges();
      int[] bound = mapper.column(edgeSlot);
      for (int i = from; i < until; i++) {
        bound[i] = reachedBy[at[i]];
      }
    }
  }

  /*
   * A key lies between low and high exactly if key - low, taken as unsigned, is at most high - low:
   * one comparison, and one that the processor need not guess.
   */

  private static int find(
      int[] at,
      int begin,
      int stop,
      int[] keys,
      long low,
      long high,
      int[] taking,
      int[] source,
      int count,
      int row) {
    int base = (int) low + Integer.MIN_VALUE;
    int span = (int) high - base;
    int n = count;
    for (int i = begin; i < stop; i++) {
      taking[n] = i;
      source[n] = row;
      n += keys[at[i]] - base <= span ? 1 : 0;
    }
    return n;
  }

  private static int find(
      int[] at,
      int begin,
      int stop,
      long[] keys,
      long low,
      long high,
      int[] taking,
      int[] source,
      int count,
      int row) {
    long base = low + Long.MIN_VALUE;
    long span = high - base;
    int n = count;
    for (int i = begin; i < stop; i++) {
      taking[n] = i;
      source[n] = row;
      n += keys[at[i]] - base <= span ? 1 : 0;
    }
    return n;
  }

  private static int matching(int[] at, int begin, int stop, int[] keys, long low, long high) {
    int base = (int) low + Integer.MIN_VALUE;
    int span = (int) high - base;
    int hits = 0;
    for (int i = begin; i < stop; i++) {
      hits += keys[at[i]] - base <= span ? 1 : 0;
    }
    return hits;
  }

  private static int matching(int[] at, int begin, int stop, long[] keys, long low, long high) {
    long base = low + Long.MIN_VALUE;
    long span = high - base;
    int hits = 0;
    for (int i = begin; i < stop; i++) {
      hits += keys[at[i]] - base <= span ? 1 : 0;
    }
    return hits;
  }

  private static int first(int[] at, int begin, int stop, int[] keys, long low, long high) {
    int i = begin;
    while (i < stop && (keys[at[i]] < low || keys[at[i]] > high)) {
      i++;
    }
    return i;
  }

  private static int first(int[] at, int begin, int stop, long[] keys, long low, long high) {
    int i = begin;
    while (i < stop && (keys[at[i]] < low || keys[at[i]] > high)) {
      i++;
    }
    return i;
  }

  @Override
  public void close() {
    input.close();
  }
}
