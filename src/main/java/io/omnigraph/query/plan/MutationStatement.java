package io.omnigraph.query.plan;

import java.util.List;

/** One statement of a mutation. Expressions are literals, parameters or {@code now()}. */
public sealed interface MutationStatement {

  record InsertNode(String nodeType, List<Assignment> assignments) implements MutationStatement {}

  record InsertEdge(String edgeType, Expr from, Expr to, List<Assignment> assignments)
      implements MutationStatement {}

  record UpdateNode(String nodeType, List<Assignment> assignments, Predicate where)
      implements MutationStatement {}

  record DeleteNode(String nodeType, Predicate where) implements MutationStatement {}

  record DeleteEdge(String edgeType, Predicate where) implements MutationStatement {}

  record Assignment(String property, Expr value) {}

  /**
   * {@code column op value}; for edges the columns {@code src} and {@code dst} stand for {@code
   * from} and {@code to}.
   */
  record Predicate(String column, Condition.Operator operator, Expr value) {}
}
