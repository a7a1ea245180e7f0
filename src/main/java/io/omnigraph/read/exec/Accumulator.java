package io.omnigraph.read.exec;

import io.omnigraph.query.plan.PlanNode.Function;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.column.TextPool;
import io.omnigraph.read.expr.Comparisons;
import io.omnigraph.schema.PropertyType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One aggregate function over many groups, fed chunk by chunk. Nulls are ignored. */
abstract sealed class Accumulator {

  /**
   * Takes a chunk.
   *
   * @param groups the group of each row
   * @param values the argument; null if every row counts
   * @param weights how many equal rows each row stands for; null for one each
   */
  abstract void add(
      int[] groups, int rows, int groupCount, @Nullable Cells values, long @Nullable [] weights);

  /** The results as a column with one row per group. */
  abstract Column finish(int groupCount, PropertyType type);

  static Accumulator of(Function function, boolean distinct, boolean ordinals, QueryBudget budget) {
    return switch (function) {
      case COUNT -> distinct ? new CountDistinct(ordinals, budget) : new Count(budget);
      case SUM -> new Sum(distinct, false, budget);
      case AVG -> new Sum(distinct, true, budget);
      case MIN -> new Extreme(-1, budget);
      case MAX -> new Extreme(1, budget);
    };
  }

  static final class Count extends Accumulator {
    private final QueryBudget budget;
    private long[] counts = new long[16];

    Count(QueryBudget budget) {
      this.budget = budget;
    }

    @Override
    void add(
        int[] groups, int rows, int groupCount, @Nullable Cells values, long @Nullable [] weights) {
      counts = grown(counts, groupCount, budget);
      boolean all = values == null || !values.hasNulls();
      if (all && weights == null && groupCount == 1) {
        counts[0] += rows;
        return;
      }
      if (all && weights == null) {
        long[] perGroup = counts;
        for (int i = 0; i < rows; i++) {
          perGroup[groups[i]]++;
        }
        return;
      }
      for (int i = 0; i < rows; i++) {
        if (values == null || !values.isNull(i)) {
          counts[groups[i]] = Counts.plus(counts[groups[i]], weights == null ? 1 : weights[i]);
        }
      }
    }

    @Override
    Column finish(int groupCount, PropertyType type) {
      return longs(Arrays.copyOf(counts, groupCount), groupCount, type);
    }
  }

  static final class CountDistinct extends Accumulator {
    private final QueryBudget budget;
    private final DistinctValues seen;
    private long[] counts = new long[16];

    CountDistinct(boolean ordinals, QueryBudget budget) {
      this.budget = budget;
      this.seen = new DistinctValues(ordinals, budget);
    }

    @Override
    void add(
        int[] groups, int rows, int groupCount, @Nullable Cells values, long @Nullable [] weights) {
      counts = grown(counts, groupCount, budget);
      if (values == null) {
        throw new IllegalStateException("count(distinct) needs values");
      }
      seen.take(values, rows, groupCount);
      if (groupCount == 1 && !values.hasNulls()) {
        counts[0] += seen.addAll(rows);
      } else {
        for (int i = 0; i < rows; i++) {
          int group = groupCount == 1 ? 0 : groups[i];
          if (!values.isNull(i) && seen.isNew(group, i)) {
            counts[group]++;
          }
        }
      }
      seen.account();
    }

    @Override
    Column finish(int groupCount, PropertyType type) {
      return longs(Arrays.copyOf(counts, groupCount), groupCount, type);
    }
  }

  /**
   * Sums with Neumaier's compensation, so that the order of rows hardly shows. Ints of one group
   * are added up exactly first.
   */
  static final class Sum extends Accumulator {
    private final @Nullable DistinctValues seen;
    private final boolean average;
    private final QueryBudget budget;
    private double[] sums = new double[16];
    private double[] lost = new double[16];
    private long[] counts = new long[16];
    private long[] wholes = {};

    /**
     * @param distinct take each value of a group once
     */
    Sum(boolean distinct, boolean average, QueryBudget budget) {
      this.seen = distinct ? new DistinctValues(false, budget) : null;
      this.average = average;
      this.budget = budget;
    }

    @Override
    void add(
        int[] groups, int rows, int groupCount, @Nullable Cells values, long @Nullable [] weights) {
      counts = grown(counts, groupCount, budget);
      sums = grown(sums, groupCount, budget);
      lost = grown(lost, groupCount, budget);
      if (values == null) {
        throw new IllegalStateException("sum needs values");
      }
      boolean plain = seen == null && weights == null && !values.hasNulls();
      if (plain && groupCount == 1 && values.isNarrow() && !values.isConstant()) {
        addInts(values.ints(), values.places(rows), rows);
        return;
      }
      if (plain && groupCount > 1 && values.isNarrow() && !values.isConstant()) {
        addInts(groups, groupCount, values.ints(), values.places(rows), rows);
        return;
      }
      if (seen != null) {
        seen.take(values, rows, groupCount);
      }
      for (int i = 0; i < rows; i++) {
        int group = groupCount == 1 ? 0 : groups[i];
        if (!values.isNull(i) && (seen == null || seen.isNew(group, i))) {
          addSome(group, values.realAt(i), weights == null || seen != null ? 1 : weights[i], 1);
        }
      }
      if (seen != null) {
        seen.account();
      }
    }

    /** At most 4096 ints add up to a long that is a float without loss. */
    private void addInts(int[] values, int[] places, int rows) {
      long whole = 0;
      for (int i = 0; i < rows; i++) {
        whole += values[places[i]];
      }
      addSome(0, whole, 1, rows);
    }

    /** Ints of many groups add up to longs without loss until the end, two to the 32 of them. */
    private void addInts(int[] groups, int groupCount, int[] values, int[] places, int rows) {
      wholes = grown(wholes, groupCount, budget);
      long[] sum = wholes;
      long[] count = counts;
      for (int i = 0; i < rows; i++) {
        int group = groups[i];
        sum[group] += values[places[i]];
        count[group]++;
      }
    }

    /**
     * @param times how often the value is added
     * @param per how many values it stands for each time
     */
    private void addSome(int group, double one, long times, int per) {
      double value = one * times;
      double sum = sums[group];
      double total = sum + value;
      if (Double.isFinite(total)) {
        lost[group] +=
            Math.abs(sum) >= Math.abs(value) ? (sum - total) + value : (value - total) + sum;
        if (times != 1) {
          lost[group] += Math.fma(one, times, -value); // what the product was rounded by
        }
      }
      sums[group] = total;
      counts[group] = Counts.plus(counts[group], times * per);
    }

    @Override
    Column finish(int groupCount, PropertyType type) {
      double[] out = new double[groupCount];
      boolean[] nulls = null;
      for (int g = 0; g < Math.min(wholes.length, groupCount); g++) {
        addSome(g, wholes[g], 1, 0);
      }
      for (int g = 0; g < groupCount; g++) {
        if (g >= counts.length || counts[g] == 0) {
          nulls = Cells.markNull(nulls, g, groupCount);
        } else {
          double sum = Double.isFinite(sums[g]) ? sums[g] + lost[g] : sums[g];
          out[g] = average ? sum / counts[g] : sum;
        }
      }
      return fill(Cells.ofReals(out, nulls), groupCount, type);
    }
  }

  /**
   * Keeps the smallest or largest value of each group, in the type it came in: longs and the bits
   * of floats as longs, texts as places in the pools they stand in.
   */
  static final class Extreme extends Accumulator {
    private final int sign;
    private final QueryBudget budget;
    private Cells.Kind kind = Cells.Kind.NULL;
    private boolean[] has = new boolean[16];
    private long[] best = new long[16];
    private byte[][] pools = {};

    Extreme(int sign, QueryBudget budget) {
      this.sign = sign;
      this.budget = budget;
    }

    @Override
    void add(
        int[] groups, int rows, int groupCount, @Nullable Cells values, long @Nullable [] weights) {
      if (values == null) {
        throw new IllegalStateException("min and max need values");
      }
      if (values.kind() == Cells.Kind.NULL) {
        return;
      }
      kind = values.kind();
      grow(groupCount);
      for (int i = 0; i < rows; i++) {
        if (!values.isNull(i)) {
          take(groupCount == 1 ? 0 : groups[i], values, i);
        }
      }
    }

    private void take(int group, Cells values, int row) {
      switch (kind) {
        case INTEGER, BOOL, DATE, DATETIME -> {
          long value = values.longAt(row);
          if (!has[group] || sign * Long.compare(value, best[group]) > 0) {
            keep(group, value);
          }
        }
        case UNSIGNED -> {
          long value = values.longAt(row);
          if (!has[group] || sign * Long.compareUnsigned(value, best[group]) > 0) {
            keep(group, value);
          }
        }
        case REAL -> {
          double value = values.realAt(row);
          if (!has[group]
              || sign * Comparisons.compare(value, Double.longBitsToDouble(best[group])) > 0) {
            keep(group, Double.doubleToRawLongBits(value));
          }
        }
        case TEXT -> {
          byte[] pool = values.pool();
          int start = values.startAt(row);
          if (!has[group]
              || sign * TextPool.compare(pool, start, pools[group], (int) best[group]) > 0) {
            keep(group, start);
            pools[group] = pool;
          }
        }
        case LIST, VECTOR, NULL ->
            throw new IllegalStateException("no smallest or largest among values of kind " + kind);
      }
    }

    private void keep(int group, long value) {
      best[group] = value;
      has[group] = true;
    }

    private void grow(int groupCount) {
      best = grown(best, groupCount, budget);
      if (has.length < best.length) {
        has = Arrays.copyOf(has, best.length);
      }
      if (kind == Cells.Kind.TEXT && pools.length < best.length) {
        budget.reserve(8L * (best.length - pools.length));
        pools = Arrays.copyOf(pools, best.length);
      }
    }

    @Override
    Column finish(int groupCount, PropertyType type) {
      Column column = Column.create(type, groupCount);
      int[] one = {0};
      long[] value = new long[1];
      double[] real = new double[1];
      for (int g = 0; g < Math.min(groupCount, has.length); g++) {
        if (has[g]) {
          value[0] = best[g];
          one[0] = (int) best[g];
          real[0] = Double.longBitsToDouble(best[g]);
          column.set(
              g,
              switch (kind) {
                case TEXT -> Cells.ofTexts(pools[g], one, null);
                case REAL -> Cells.ofReals(real, null);
                case INTEGER, UNSIGNED, BOOL, DATE, DATETIME -> Cells.ofLongs(kind, value, null);
                case LIST, VECTOR, NULL -> Cells.nulls(1);
              },
              0);
        }
      }
      return column;
    }
  }

  private static long[] grown(long[] array, int count, QueryBudget budget) {
    if (count <= array.length) {
      return array;
    }
    int length = longer(array.length, count, budget);
    return Arrays.copyOf(array, length);
  }

  private static double[] grown(double[] array, int count, QueryBudget budget) {
    if (count <= array.length) {
      return array;
    }
    int length = longer(array.length, count, budget);
    return Arrays.copyOf(array, length);
  }

  private static int longer(int length, int count, QueryBudget budget) {
    int longer = (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(count, length * 2L));
    budget.reserve(9L * (longer - length));
    return longer;
  }

  private static Column longs(long[] values, int count, PropertyType type) {
    return fill(Cells.ofLongs(Cells.Kind.INTEGER, values, null), count, type);
  }

  private static Column fill(Cells cells, int count, PropertyType type) {
    Column column = Column.create(type, count);
    for (int i = 0; i < count; i++) {
      column.set(i, cells, i);
    }
    return column;
  }
}
