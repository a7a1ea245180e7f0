package io.omnigraph.query.check;

import io.omnigraph.model.DidYouMean;
import io.omnigraph.query.ast.Expression;
import io.omnigraph.query.ast.Expression.Aggregate;
import io.omnigraph.query.ast.Expression.AliasReference;
import io.omnigraph.query.ast.Expression.Bm25;
import io.omnigraph.query.ast.Expression.Literal;
import io.omnigraph.query.ast.Expression.Nearest;
import io.omnigraph.query.ast.Expression.Now;
import io.omnigraph.query.ast.Expression.PropertyAccess;
import io.omnigraph.query.ast.Expression.Rrf;
import io.omnigraph.query.ast.Expression.TextCall;
import io.omnigraph.query.ast.Expression.Variable;
import io.omnigraph.query.ast.Name;
import io.omnigraph.query.ast.QueryDeclaration.Projection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Checks the projections of {@code return} (T9 of grouping, T23, T24) and names the columns. */
final class ProjectionChecker {

  private final Problems problems;
  private final ExpressionChecker expressions;
  private final Scope scope;

  ProjectionChecker(Problems problems, ExpressionChecker expressions, Scope scope) {
    this.problems = problems;
    this.expressions = expressions;
    this.scope = scope;
  }

  List<Column> check(List<Projection> projections) {
    var aliases = new HashMap<String, Typed>();
    var resolved = new ArrayList<Typed>();
    for (Projection projection : projections) {
      Typed typed = expressions.resolve(projection.expression(), scope);
      if (typed instanceof Typed.Scalar scalar
          && expressions.blobIsRead(scalar, projection.expression())) {
        typed = Typed.UNKNOWN;
      }
      resolved.add(typed);
      if (projection.alias() != null && !(typed instanceof Typed.Alias)) {
        aliases.putIfAbsent(projection.alias().text(), typed);
      }
    }
    var columns = new ArrayList<Column>();
    for (int i = 0; i < projections.size(); i++) {
      Projection projection = projections.get(i);
      columns.add(
          new Column(
              columnName(projection),
              projection.alias() == null ? null : projection.alias().text(),
              withoutAlias(projection.expression(), resolved.get(i), aliases)));
    }
    checkGrouping(projections, columns);
    return columns;
  }

  private Typed withoutAlias(Expression expression, Typed typed, Map<String, Typed> aliases) {
    if (!(typed instanceof Typed.Alias(String name))) {
      return typed;
    }
    Typed target = aliases.get(name);
    if (target == null) {
      problems.plan(
          null,
          "alias '" + name + "' not found in return",
          expression.place(),
          name.equals("null")
              ? "there is no null literal"
              : DidYouMean.hint(name, aliases.keySet().stream().sorted().toList()));
      return Typed.UNKNOWN;
    }
    return target;
  }

  private void checkGrouping(List<Projection> projections, List<Column> columns) {
    if (columns.stream().noneMatch(Column::isAggregate)) {
      return;
    }
    for (Projection projection : projections) {
      boolean allowed =
          switch (projection.expression()) {
            case Aggregate a -> true;
            case PropertyAccess p -> true;
            case Variable v -> true;
            case Now n -> false;
            case AliasReference a -> false;
            case TextCall t -> false;
            case Nearest n -> false;
            case Bm25 b -> false;
            case Rrf r -> false;
            case Literal l -> false;
          };
      if (!allowed) {
        problems.type(
            "T9",
            "non-aggregate expressions in an aggregate query must be property accesses or"
                + " variables",
            projection.expression().place());
      }
    }
  }

  private static String columnName(Projection projection) {
    Name alias = projection.alias();
    return alias == null ? nameOf(projection.expression()) : alias.text();
  }

  /** The name of a column without alias. */
  static String nameOf(Expression expression) {
    return switch (expression) {
      case PropertyAccess access -> access.variable().text() + "." + access.property().text();
      case Variable variable -> variable.name().text();
      case AliasReference alias -> alias.name().text();
      case Aggregate aggregate -> nameOf(aggregate.argument());
      case TextCall call -> call.function().word();
      case Nearest nearest -> "nearest";
      case Bm25 bm25 -> "bm25";
      case Rrf rrf -> "rrf";
      case Now now -> "now";
      case Literal literal -> "literal";
    };
  }
}
