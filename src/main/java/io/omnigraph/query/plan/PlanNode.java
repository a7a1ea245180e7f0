package io.omnigraph.query.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The logical plan of a read, as a tree of sealed records.
 *
 * <p>Pattern operators ({@link NodeScan} ... {@link AntiJoin}) produce rows of bindings: each bound
 * variable holds one node (or, for an edge binding, one edge row). On top come ranking or sorting,
 * aggregation, limit and projection, in exactly one of these two shapes (parts in brackets
 * optional):
 *
 * <pre>
 *   Project ( [Limit] ( [Rank | Sort] ( pattern )))
 *   [Limit] ( [Sort] ( Aggregate ( pattern )))
 * </pre>
 *
 * Variables are unique names: {@code $_} and other anonymous ends have been given fresh internal
 * names starting with {@code _#}.
 */
public sealed interface PlanNode {

  /**
   * All nodes of a type that fulfil the conditions (which mention only this variable, literals and
   * parameters).
   */
  record NodeScan(String variable, String nodeType, List<Condition> conditions)
      implements PlanNode {
    public NodeScan {
      conditions = List.copyOf(conditions);
    }
  }

  /**
   * The row of the outer query inside the body of an {@link AntiJoin}: exactly one input row, with
   * these variables bound.
   */
  record OuterRow(List<Binding> bindings) implements PlanNode {
    public OuterRow {
      bindings = List.copyOf(bindings);
    }
  }

  /** A bound variable: {@code typeName} is a node type, or an edge type if {@code edge}. */
  record Binding(String variable, String typeName, boolean edge) {}

  /**
   * Walks from a bound variable and binds a new one. Set semantics per incoming row: each
   * destination once, at its shortest distance, if that distance is within the hop bounds; with an
   * edge variable, one row per edge row instead (single hop).
   *
   * @param toConditions conditions on the new variable alone (inline filters); they never block
   *     further hops
   */
  record Expand(
      PlanNode input,
      String from,
      Traversal traversal,
      String to,
      String toType,
      List<Condition> toConditions)
      implements PlanNode {
    public Expand {
      toConditions = List.copyOf(toConditions);
    }
  }

  /** Keeps (and, with an edge variable, multiplies) rows whose two bound ends are connected. */
  record ExpandInto(PlanNode input, String from, Traversal traversal, String to)
      implements PlanNode {}

  /**
   * How to walk.
   *
   * @param edgeType the edge type
   * @param direction as seen from the start of the walk
   * @param minHops at least 1
   * @param maxHops at least minHops; 1 for edges between different node types
   * @param edgeVariable the edge binding; null for none
   */
  record Traversal(
      String edgeType,
      Direction direction,
      int minHops,
      int maxHops,
      @Nullable String edgeVariable) {}

  enum Direction {
    OUT,
    IN,
    BOTH
  }

  /** Every left row with every right row. */
  record CrossProduct(PlanNode left, PlanNode right) implements PlanNode {}

  /** Keeps rows that fulfil all conditions. */
  record Filter(PlanNode input, List<Condition> conditions) implements PlanNode {
    public Filter {
      conditions = List.copyOf(conditions);
    }
  }

  /**
   * Removes every input row for which the body, fed with that row through its {@link OuterRow}
   * leaf, yields at least one row.
   */
  record AntiJoin(PlanNode input, PlanNode body) implements PlanNode {}

  /**
   * Orders rows by a ranking; rows whose variable is not ranked are dropped. For RRF one row per
   * ranked id survives (the first of that id). Rows of one id follow the ids of {@code
   * tieBreakers}, variables sorted by name.
   */
  record Rank(PlanNode input, Ranking ranking, List<String> tieBreakers) implements PlanNode {
    public Rank {
      tieBreakers = List.copyOf(tieBreakers);
    }
  }

  /**
   * Orders rows: user keys, then the ids of {@code tieBreakers} ascending (variables sorted by
   * name), so the order is total. Above an {@link Aggregate} the keys are {@link Expr.ColumnRef}s
   * and the tie-breakers are group-key columns. Nulls are smallest.
   */
  record Sort(PlanNode input, List<SortKey> keys, List<String> tieBreakers) implements PlanNode {
    public Sort {
      keys = List.copyOf(keys);
      tieBreakers = List.copyOf(tieBreakers);
    }
  }

  record SortKey(Expr expression, boolean descending) {}

  /**
   * Keeps {@code limit} rows after skipping {@code offset}; both are non-negative integer literals
   * or parameters.
   */
  record Limit(PlanNode input, @Nullable Expr limit, @Nullable Expr offset) implements PlanNode {}

  /** The result columns of a query without aggregates, in written order; duplicates are kept. */
  record Project(PlanNode input, List<Projection> columns) implements PlanNode {
    public Project {
      columns = List.copyOf(columns);
    }
  }

  record Projection(String name, Expr expression) {}

  /**
   * The result of a query with aggregates: one row per distinct tuple of group keys (nulls are
   * equal), first seen first; columns in written order.
   */
  record Aggregate(PlanNode input, List<AggregateColumn> columns) implements PlanNode {
    public Aggregate {
      columns = List.copyOf(columns);
    }
  }

  /** A result column of an aggregation. */
  sealed interface AggregateColumn {
    String name();

    record GroupKey(String name, Expr expression) implements AggregateColumn {}

    record Computed(String name, Function function, boolean distinct, Expr argument)
        implements AggregateColumn {}
  }

  enum Function {
    COUNT,
    SUM,
    AVG,
    MIN,
    MAX
  }
}
