package io.omnigraph.query.check;

import io.omnigraph.model.DidYouMean;
import io.omnigraph.query.ast.Expression;
import io.omnigraph.query.ast.Expression.AliasReference;
import io.omnigraph.query.ast.Expression.Nearest;
import io.omnigraph.query.ast.Expression.PropertyAccess;
import io.omnigraph.query.ast.QueryDeclaration.Ordering;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode.SortKey;
import io.omnigraph.query.plan.Ranking;
import io.omnigraph.schema.PropertyType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks {@code order} (T17, T18, T21) against the checked columns. */
final class OrderChecker {

  private final Problems problems;
  private final ExpressionChecker expressions;
  private final Scope scope;
  private final List<Column> columns;
  private final boolean aggregate;

  OrderChecker(
      Problems problems, ExpressionChecker expressions, Scope scope, List<Column> columns) {
    this.problems = problems;
    this.expressions = expressions;
    this.scope = scope;
    this.columns = columns;
    this.aggregate = columns.stream().anyMatch(Column::isAggregate);
  }

  /**
   * What decides the order of rows: a ranking, or else sort keys.
   *
   * @param isWritten false if the query has no {@code order}
   * @param keys without constant ones, which decide nothing
   */
  record Order(boolean isWritten, @Nullable Ranking ranking, List<SortKey> keys) {}

  /** A key with what it stands for, aliases of projections replaced. */
  private record Key(Ordering ordering, Typed typed) {}

  Order check(List<Ordering> orderings, boolean limited) {
    var keys = new ArrayList<Key>();
    for (Ordering ordering : orderings) {
      keys.add(new Key(ordering, resolve(ordering.expression())));
    }
    checkLimits(keys, limited);
    boolean direct = orderings.stream().anyMatch(o -> o.expression() instanceof Nearest);
    for (Ordering ordering : orderings) {
      if (direct && ordering.expression() instanceof AliasReference) {
        problems.type(
            "T18",
            "alias-based ordering is not supported together with nearest in phase 1",
            ordering.place());
      }
    }
    if (!keys.isEmpty() && !aggregate && keys.getFirst().typed() instanceof Typed.Ranked ranked) {
      return new Order(true, ranked.ranking(), List.of());
    }
    var sortKeys = new ArrayList<SortKey>();
    for (Key key : keys) {
      Expr expression = aggregate ? columnKey(key) : rowKey(key);
      if (expression != null) {
        sortKeys.add(new SortKey(expression, key.ordering().descending()));
      }
    }
    return new Order(!keys.isEmpty(), null, sortKeys);
  }

  private Typed resolve(Expression expression) {
    Typed typed = expressions.resolve(expression, scope);
    if (!(typed instanceof Typed.Alias(String name))) {
      return typed;
    }
    for (Column column : columns) {
      if (name.equals(column.alias())) {
        return column.typed();
      }
    }
    notFound(name, expression);
    return Typed.UNKNOWN;
  }

  private void notFound(String name, Expression expression) {
    List<String> candidates =
        aggregate
            ? columns.stream().map(Column::name).toList()
            : columns.stream().map(Column::alias).filter(Objects::nonNull).toList();
    problems.plan(
        null,
        "alias '" + name + "' not found for ordering",
        expression.place(),
        DidYouMean.hint(name, candidates));
  }

  private void checkLimits(List<Key> keys, boolean limited) {
    if (limited) {
      return;
    }
    for (Key key : keys) {
      if (key.typed() instanceof Typed.Ranked(Ranking.Rrf rrf)) {
        problems.type(
            "T21", "rrf ordering requires a limit clause", key.ordering().place(), "add limit n");
      }
    }
    for (Key key : keys) {
      if (key.typed() instanceof Typed.Ranked(Ranking.Nearest nearest)) {
        problems.type(
            "T17",
            "nearest ordering requires a limit clause",
            key.ordering().place(),
            "add limit n");
      }
    }
  }

  /** A key of a query without aggregates; null for one that is wrong, or constant. */
  private @Nullable Expr rowKey(Key key) {
    return switch (key.typed()) {
      case Typed.Unknown u -> null;
      case Typed.Scalar(Expr expr, PropertyType type) -> {
        if (expressions.blobIsRead(new Typed.Scalar(expr, type), key.ordering().expression())) {
          yield null;
        }
        boolean aliased = key.ordering().expression() instanceof AliasReference;
        boolean sortable = !type.list() && !Types.isVector(type);
        if (!sortable || !(expr instanceof Expr.PropertyRef) && !aliased) {
          yield unsupported(key);
        }
        yield expr instanceof Expr.PropertyRef ? expr : null;
      }
      case Typed.Node node ->
          key.ordering().expression() instanceof AliasReference
              ? new Expr.VariableRef(node.variable())
              : unsupported(key);
      case Typed.Text t -> unsupported(key);
      case Typed.Ranked r -> unsupported(key);
      case Typed.Aggregated a -> unsupported(key);
      case Typed.Alias a -> unsupported(key);
    };
  }

  /** A key of a query with aggregates: a result column by alias, or a projected property. */
  private @Nullable Expr columnKey(Key key) {
    Expression expression = key.ordering().expression();
    if (key.typed() instanceof Typed.Unknown) {
      return null;
    }
    if (key.typed() instanceof Typed.Scalar scalar
        && (scalar.type().list() || Types.isVector(scalar.type()))) {
      return unsupported(key);
    }
    if (expression instanceof AliasReference(var name)) {
      return new Expr.ColumnRef(name.text());
    }
    if (expression instanceof PropertyAccess
        && key.typed() instanceof Typed.Scalar(Expr expr, PropertyType type)) {
      for (Column column : columns) {
        if (!column.isAggregate()
            && column.typed() instanceof Typed.Scalar projected
            && projected.expr().equals(expr)) {
          return new Expr.ColumnRef(column.name());
        }
      }
      notFound(ProjectionChecker.nameOf(expression), expression);
      return null;
    }
    return unsupported(key);
  }

  private @Nullable Expr unsupported(Key key) {
    problems.plan(
        null,
        "unsupported ordering expression",
        key.ordering().place(),
        aggregate
            ? "order by an alias or by a property that is returned"
            : "order by a property, an alias, or first by a ranking");
    return null;
  }
}
