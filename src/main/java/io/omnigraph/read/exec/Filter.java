package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.ConditionCompiler;
import io.omnigraph.read.expr.RowTest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps rows that pass every test. */
final class Filter extends Operator {

  private final Operator input;
  private final List<RowTest> tests;
  private final int[] wanted;

  /**
   * @param wanted slots that are looked at afterwards
   */
  Filter(
      OperatorStats stats, QueryBudget budget, Operator input, List<RowTest> tests, int[] wanted) {
    super(stats, budget);
    this.input = input;
    this.tests = tests;
    this.wanted = wanted;
  }

  @Override
  @Nullable Chunk pull() {
    Chunk chunk = input.next();
    if (chunk != null) {
      ConditionCompiler.apply(tests, chunk, wanted);
    }
    return chunk;
  }

  @Override
  public void close() {
    input.close();
  }
}
