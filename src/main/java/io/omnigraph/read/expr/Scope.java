package io.omnigraph.read.expr;

import io.omnigraph.query.Parameters;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.Ranking;
import io.omnigraph.read.access.EdgeAccess;
import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.column.Column;

/** What expressions refer to: the variables of a query, its parameters and its searches. */
public interface Scope {

  /** Where a variable stands and what it is bound to. */
  sealed interface Binding {
    int slot();

    record Node(int slot, NodeAccess access) implements Binding {}

    record Edge(int slot, EdgeAccess access) implements Binding {}
  }

  Binding binding(String variable);

  Parameters parameters();

  /** Which nodes a full-text test matches. */
  Membership textMatches(Expr.TextMatch match);

  /** Score or distance of nodes under a ranking. */
  NodeScores scores(Ranking ranking);

  /** A column of the aggregation below, and the slot that numbers its rows. */
  ResultColumn resultColumn(String name);

  /**
   * @param slot holds the row number of the aggregation's result
   */
  record ResultColumn(int slot, Column column) {}

  /** A set of node ordinals. */
  @FunctionalInterface
  interface Membership {
    boolean contains(int ordinal);
  }

  /** A score per node ordinal; NaN is not used: nodes that are not ranked have none. */
  interface NodeScores {
    boolean has(int ordinal);

    double score(int ordinal);

    /** Makes sure that {@link #has} and {@link #score} know these nodes. */
    default void prepare(int[] ordinals, int count) {}
  }
}
