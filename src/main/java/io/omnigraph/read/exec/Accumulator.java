package io.omnigraph.read.exec;

import io.omnigraph.query.plan.PlanNode.Function;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Column;
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

  static Accumulator of(Function function, boolean distinct, QueryBudget budget) {
    return switch (function) {
      case COUNT -> distinct ? new CountDistinct(budget) : new Count();
      case SUM -> new Sum(distinct ? new KeyTable(budget) : null, false);
      case AVG -> new Sum(distinct ? new KeyTable(budget) : null, true);
      case MIN -> new Extreme(-1);
      case MAX -> new Extreme(1);
    };
  }

  static final class Count extends Accumulator {
    private long[] counts = new long[16];

    @Override
    void add(
        int[] groups, int rows, int groupCount, @Nullable Cells values, long @Nullable [] weights) {
      counts = grown(counts, groupCount);
      boolean all = values == null || !values.hasNulls();
      if (all && weights == null && groupCount == 1) {
        counts[0] += rows;
        return;
      }
      if (all && weights == null) {
        for (int i = 0; i < rows; i++) {
          counts[groups[i]]++;
        }
        return;
      }
      for (int i = 0; i < rows; i++) {
        if (values == null || !values.isNull(i)) {
          counts[groups[i]] = Math.addExact(counts[groups[i]], weights == null ? 1 : weights[i]);
        }
      }
    }

    @Override
    Column finish(int groupCount, PropertyType type) {
      return longs(Arrays.copyOf(counts, groupCount), groupCount, type);
    }
  }

  static final class CountDistinct extends Accumulator {
    private final KeyTable seen;
    private long[] counts = new long[16];

    CountDistinct(QueryBudget budget) {
      this.seen = new KeyTable(budget);
    }

    @Override
    void add(
        int[] groups, int rows, int groupCount, @Nullable Cells values, long @Nullable [] weights) {
      counts = grown(counts, groupCount);
      if (values == null) {
        throw new IllegalStateException("count(distinct) needs values");
      }
      for (int i = 0; i < rows; i++) {
        if (!values.isNull(i)) {
          int before = seen.size();
          seen.number(groups[i], values, i);
          counts[groups[i]] += seen.size() - before;
        }
      }
    }

    @Override
    Column finish(int groupCount, PropertyType type) {
      return longs(Arrays.copyOf(counts, groupCount), groupCount, type);
    }
  }

  /** Sums with Neumaier's compensation, so that the order of rows hardly shows. */
  static final class Sum extends Accumulator {
    private final @Nullable KeyTable seen;
    private final boolean average;
    private double[] sums = new double[16];
    private double[] lost = new double[16];
    private long[] counts = new long[16];

    /**
     * @param seen remembers values that were taken; null to take repeated ones too
     */
    Sum(@Nullable KeyTable seen, boolean average) {
      this.seen = seen;
      this.average = average;
    }

    @Override
    void add(
        int[] groups, int rows, int groupCount, @Nullable Cells values, long @Nullable [] weights) {
      counts = grown(counts, groupCount);
      sums = grown(sums, groupCount);
      lost = grown(lost, groupCount);
      if (values == null) {
        throw new IllegalStateException("sum needs values");
      }
      for (int i = 0; i < rows; i++) {
        if (!values.isNull(i) && isNew(groups[i], values, i)) {
          addSome(groups[i], values.realAt(i), weights == null || seen != null ? 1 : weights[i]);
        }
      }
    }

    private boolean isNew(int group, Cells values, int row) {
      if (seen == null) {
        return true;
      }
      int before = seen.size();
      seen.number(group, values, row);
      return seen.size() > before;
    }

    private void addSome(int group, double one, long times) {
      double value = one * times;
      double sum = sums[group];
      double total = sum + value;
      if (Double.isFinite(total)) {
        lost[group] +=
            Math.abs(sum) >= Math.abs(value) ? (sum - total) + value : (value - total) + sum;
      }
      sums[group] = total;
      counts[group] += times;
    }

    @Override
    Column finish(int groupCount, PropertyType type) {
      double[] out = new double[groupCount];
      boolean[] nulls = null;
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

  /** Keeps the smallest or largest value of each group, in the type it came in. */
  static final class Extreme extends Accumulator {
    private final int sign;
    private @Nullable Cells[] best = new Cells[16];
    private int[] bestRow = new int[16];

    Extreme(int sign) {
      this.sign = sign;
    }

    @Override
    void add(
        int[] groups, int rows, int groupCount, @Nullable Cells values, long @Nullable [] weights) {
      if (values == null) {
        throw new IllegalStateException("min and max need values");
      }
      if (groupCount > best.length) {
        best = Arrays.copyOf(best, Math.max(groupCount, best.length * 2));
        bestRow = Arrays.copyOf(bestRow, best.length);
      }
      for (int i = 0; i < rows; i++) {
        int group = groups[i];
        Cells known = best[group];
        if (!values.isNull(i)
            && (known == null
                || sign * Comparisons.compare(values, i, known, bestRow[group]) > 0)) {
          best[group] = values;
          bestRow[group] = i;
        }
      }
    }

    @Override
    Column finish(int groupCount, PropertyType type) {
      Column column = Column.create(type, groupCount);
      for (int g = 0; g < groupCount; g++) {
        Cells value = g < best.length ? best[g] : null;
        if (value != null) {
          column.set(g, value, bestRow[g]);
        }
      }
      return column;
    }
  }

  private static long[] grown(long[] array, int count) {
    return count <= array.length ? array : Arrays.copyOf(array, Math.max(count, array.length * 2));
  }

  private static double[] grown(double[] array, int count) {
    return count <= array.length ? array : Arrays.copyOf(array, Math.max(count, array.length * 2));
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
