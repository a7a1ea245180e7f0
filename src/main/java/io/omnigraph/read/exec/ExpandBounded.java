package io.omnigraph.read.exec;

import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.ConditionCompiler;
import io.omnigraph.read.expr.RowTest;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Several hops from a bound variable to a new one, by breadth-first walks. */
final class ExpandBounded extends Operator {

  private final Operator input;
  private final BoundedWalk walk;
  private final NodeAccess targets;
  private final int fromSlot;
  private final List<RowTest> tests;
  private final RowMapper mapper;
  private final int toSlot;
  private final int[] wanted;

  private @Nullable Chunk current;
  private @Nullable IntArrayList pending;
  private int row;
  private int given;

  ExpandBounded(
      OperatorStats stats,
      QueryBudget budget,
      Operator input,
      BoundedWalk walk,
      NodeAccess targets,
      int fromSlot,
      int toSlot,
      List<RowTest> tests,
      int slotCount,
      int[] carried,
      int[] wanted) {
    super(stats, budget);
    this.input = input;
    this.walk = walk;
    this.targets = targets;
    this.fromSlot = fromSlot;
    this.tests = tests;
    this.mapper = new RowMapper(slotCount, carried, toSlot);
    this.toSlot = toSlot;
    this.wanted = wanted;
  }

  @Override
  @Nullable Chunk pull() {
    if (current == null) {
      current = input.next();
      if (current == null) {
        return null;
      }
      walk.prepare(current.slot(fromSlot), current.rows());
      row = 0;
      pending = null;
    }
    Chunk source = current;
    mapper.begin();
    int capacity = mapper.capacity();
    int[] toColumn = mapper.column(toSlot);
    int count = 0;
    while (row < source.rows() && count < capacity) {
      if (pending == null) {
        budget().checkTime();
        pending = walk.from(source.slot(fromSlot)[row]);
        given = 0;
      }
      int length = Math.min(pending.size() - given, capacity - count);
      pending.getElements(given, toColumn, count, length);
      java.util.Arrays.fill(mapper.from(), count, count + length, row);
      count += length;
      given += length;
      if (given == pending.size()) {
        pending = null;
        row++;
      }
    }
    Chunk out = mapper.finish(source, count);
    if (row >= source.rows()) {
      current = null;
    }
    if (!targets.allLive()) {
      int[] live = new int[out.rows()];
      out.keep(live, targets.selectLive(toColumn, out.rows(), live));
    }
    ConditionCompiler.apply(tests, out, wanted);
    return out;
  }

  @Override
  public void close() {
    input.close();
  }
}
