package io.omnigraph.read.exec;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.ScalarType;
import java.util.List;
import java.util.Optional;

/** Recognises conditions that name one node by its key. */
final class KeyCondition {

  private KeyCondition() {}

  /**
   * The literal or parameter that a single String key must equal; such a node's id is the key's
   * text.
   */
  static Optional<Expr> of(Catalog catalog, String nodeType, List<Condition> conditions) {
    NodeType type = catalog.node(nodeType).orElse(null);
    if (type == null || type.keyColumns().size() != 1) {
      return Optional.empty();
    }
    String key = type.keyColumns().getFirst();
    for (Condition condition : conditions) {
      if (condition instanceof Condition.Compare c && c.operator() == Condition.Operator.EQ) {
        Expr other = isKey(c.left(), key) ? c.right() : isKey(c.right(), key) ? c.left() : null;
        if (other instanceof Expr.Literal || other instanceof Expr.ParameterRef) {
          return Optional.of(other);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isKey(Expr expression, String key) {
    return expression instanceof Expr.PropertyRef ref
        && ref.property().equals(key)
        && ref.type().scalar() == ScalarType.STRING
        && !ref.type().list();
  }
}
