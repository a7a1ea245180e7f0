package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.Operand;
import io.omnigraph.schema.PropertyType;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Groups rows by keys, groups in order of first sight, and computes aggregates. Delivers row
 * numbers of its result, whose columns are asked for by {@link #column}. Without keys there is
 * exactly one group, even over no rows.
 */
final class Aggregate extends Operator {

  /** A column of the result. */
  sealed interface Output {
    record Key(KeyNumbers numbers, PropertyType type) implements Output {}

    /**
     * @param argument null if every row counts
     */
    record Computed(Accumulator accumulator, @Nullable Operand argument, PropertyType type)
        implements Output {}
  }

  /** What a computed value takes while the result is put together. */
  private static final long RESULT_BYTES = 24;

  private final Operator input;
  private final List<Output> outputs;
  private final int resultSlot;
  private final Column[] results;
  private final List<KeyNumbers> keys;
  private final @Nullable KeyTable table;
  private long accounted;
  private final Chunk out;
  private int groups = -1;
  private int given;

  Aggregate(
      OperatorStats stats,
      QueryBudget budget,
      Operator input,
      List<Output> outputs,
      int resultSlot,
      int slotCount) {
    super(stats, budget);
    this.input = input;
    this.outputs = outputs;
    this.resultSlot = resultSlot;
    this.results = new Column[outputs.size()];
    this.out = new Chunk(slotCount);
    this.keys =
        outputs.stream()
            .filter(Output.Key.class::isInstance)
            .map(o -> ((Output.Key) o).numbers())
            .toList();
    this.table = keys.isEmpty() ? null : new KeyTable(budget, keys);
  }

  /** The result's n-th column; complete once the first chunk was delivered. */
  Column column(int index) {
    return Objects.requireNonNull(results[index], "the aggregation has not run");
  }

  @Override
  @Nullable Chunk pull() {
    if (groups < 0) {
      run();
    }
    int count = Math.min(Chunk.CAPACITY, groups - given);
    if (count == 0) {
      return null;
    }
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = given + i;
    }
    given += count;
    out.slot(resultSlot, numbers);
    out.rows(count);
    return out;
  }

  private void run() {
    for (int i = 0; i < results.length; i++) {
      if (outputs.get(i) instanceof Output.Key key) {
        results[i] = Column.create(key.type(), 16);
      }
    }
    int[] numbers = {};
    int known = table == null ? 1 : 0;
    for (Chunk chunk = input.next(); chunk != null; chunk = input.next()) {
      int rows = chunk.rows();
      if (numbers.length < rows) {
        numbers = new int[numbers.length == 0 ? rows : Chunk.CAPACITY];
      }
      if (table != null) {
        known = number(table, chunk, numbers, known);
      }
      for (Output output : outputs) {
        if (output instanceof Output.Computed computed) {
          Operand argument = computed.argument();
          computed
              .accumulator()
              .add(
                  numbers,
                  rows,
                  known,
                  argument == null ? null : argument.evaluate(chunk),
                  chunk.weights());
        }
      }
    }
    groups = known;
    for (int i = 0; i < results.length; i++) {
      if (outputs.get(i) instanceof Output.Computed computed) {
        budget().reserve(RESULT_BYTES * groups);
        results[i] = computed.accumulator().finish(groups, computed.type());
      }
    }
  }

  private int number(KeyTable tuples, Chunk chunk, int[] numbers, int before) {
    tuples.number(chunk, numbers);
    int rows = chunk.rows();
    int known = before;
    for (int i = 0; i < rows; i++) {
      if (numbers[i] == known) {
        show(chunk, i, known++);
      }
    }
    if (known > before) {
      account();
    }
    return known;
  }

  /** Writes the keys of a new group into the result. */
  private void show(Chunk chunk, int row, int group) {
    int k = 0;
    for (int c = 0; c < results.length; c++) {
      if (outputs.get(c) instanceof Output.Key) {
        results[c].set(group, keys.get(k++).values(chunk), row);
      }
    }
  }

  /** Reserves what the result has grown by, with room for the copy that growing takes. */
  private void account() {
    long bytes = 0;
    for (int c = 0; c < results.length; c++) {
      if (outputs.get(c) instanceof Output.Key) {
        bytes += results[c].bytes() * 3 / 2;
      }
    }
    if (bytes > accounted) {
      budget().reserve(bytes - accounted);
      accounted = bytes;
    }
  }

  @Override
  public void close() {
    input.close();
  }
}
