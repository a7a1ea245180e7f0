package io.omnigraph.read.exec;

import io.omnigraph.read.access.OrdinalStream;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.ConditionCompiler;
import io.omnigraph.read.expr.RowTest;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All nodes of a stream that pass the tests. */
final class NodeScan extends Operator {

  private final Supplier<OrdinalStream> source;
  private final List<RowTest> tests;
  private final Chunk out;
  private final int slot;
  private final int capacity;
  private int[] column = {};
  private @Nullable OrdinalStream stream;

  /**
   * @param capacity most rows per chunk
   */
  NodeScan(
      OperatorStats stats,
      QueryBudget budget,
      Supplier<OrdinalStream> source,
      int slot,
      int slotCount,
      int capacity,
      List<RowTest> tests) {
    super(stats, budget);
    this.source = source;
    this.slot = slot;
    this.tests = tests;
    this.out = new Chunk(slotCount);
    this.capacity = capacity;
  }

  @Override
  @Nullable Chunk pull() {
    if (stream == null) {
      stream = source.get();
      column = new int[Math.clamp(stream.most(), 1, capacity)];
      String words = stream.words();
      if (!words.isEmpty()) {
        stats().addReason(words);
      }
    }
    int count = stream.next(column);
    if (count < 0) {
      return null;
    }
    out.slot(slot, column);
    out.rows(count);
    ConditionCompiler.apply(tests, out);
    return out;
  }

  @Override
  public void close() {
    if (stream != null) {
      stream.close();
      stream = null;
    }
  }
}
