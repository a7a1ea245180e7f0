package io.omnigraph.read.exec;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.Constraint;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.ScalarType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Recognises conditions that name one node, by its key or by another value of its own. */
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
      Expr other = equal(condition, key);
      if (other != null && isText(condition)) {
        return Optional.of(other);
      }
    }
    return Optional.empty();
  }

  /** Whether at most one node fulfils the conditions, as a value that it alone has is known. */
  static boolean namesOne(Catalog catalog, String nodeType, List<Condition> conditions) {
    NodeType type = catalog.node(nodeType).orElse(null);
    return type != null
        && type.constraints().stream()
            .map(KeyCondition::uniqueProperty)
            .anyMatch(
                property ->
                    property != null
                        && conditions.stream().anyMatch(c -> equal(c, property) != null));
  }

  private static @Nullable String uniqueProperty(Constraint constraint) {
    List<String> columns =
        constraint instanceof Constraint.Key key
            ? key.columns()
            : constraint instanceof Constraint.Unique unique ? unique.columns() : List.of();
    return columns.size() == 1 ? columns.getFirst() : null;
  }

  /** The literal or parameter that a property must equal; null if the condition is another. */
  private static @Nullable Expr equal(Condition condition, String property) {
    if (condition instanceof Condition.Compare c && c.operator() == Condition.Operator.EQ) {
      Expr other =
          isOf(c.left(), property) ? c.right() : isOf(c.right(), property) ? c.left() : null;
      if (other instanceof Expr.Literal || other instanceof Expr.ParameterRef) {
        return other;
      }
    }
    return null;
  }

  private static boolean isOf(Expr expression, String property) {
    return expression instanceof Expr.PropertyRef ref && ref.property().equals(property);
  }

  private static boolean isText(Condition condition) {
    return condition instanceof Condition.Compare c && (isText(c.left()) || isText(c.right()));
  }

  private static boolean isText(Expr expression) {
    return expression instanceof Expr.PropertyRef ref
        && ref.type().scalar() == ScalarType.STRING
        && !ref.type().list();
  }
}
