package io.omnigraph.query.check;

import io.omnigraph.model.Value;
import io.omnigraph.query.ast.Clause;
import io.omnigraph.query.ast.Clause.Filter;
import io.omnigraph.query.ast.Clause.NullTest;
import io.omnigraph.query.ast.Clause.TextTest;
import io.omnigraph.query.ast.Expression;
import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.schema.PropertyType;
import org.jspecify.annotations.Nullable;

/** Resolves filters (T7). Every method returns null for a filter that is wrong and reported. */
final class FilterChecker {

  private final Problems problems;
  private final ExpressionChecker expressions;

  FilterChecker(Problems problems, ExpressionChecker expressions) {
    this.problems = problems;
    this.expressions = expressions;
  }

  @Nullable Condition textTest(TextTest test, Scope scope) {
    return expressions.resolve(test.call(), scope) instanceof Typed.Text(Expr.TextMatch match)
        ? new Condition.Text(match)
        : null;
  }

  @Nullable Condition nullTest(NullTest test, Scope scope) {
    Typed operand = expressions.resolve(test.operand(), scope);
    return switch (operand) {
      case Typed.Unknown u -> null;
      case Typed.Scalar scalar -> {
        if (Types.isBlob(scalar.type())) {
          problems.type("T7", "blob comparisons in filters are not supported", test.place());
          yield null;
        }
        yield new Condition.IsNull(scalar.expr(), test.negated());
      }
      case Typed other -> {
        problems.type(
            "T7",
            "`is null` requires a property, a parameter or a literal, got " + other.describe(),
            test.place());
        yield null;
      }
    };
  }

  @Nullable Condition filter(Filter filter, Scope scope) {
    Typed left = expressions.resolve(filter.left(), scope);
    Typed right = expressions.resolve(filter.right(), scope);
    if (left instanceof Typed.Unknown || right instanceof Typed.Unknown) {
      return null;
    }
    if (left instanceof Typed.Text || right instanceof Typed.Text) {
      return textComparison(filter, left, right);
    }
    if (left instanceof Typed.Ranked || right instanceof Typed.Ranked) {
      problems.type(
          "T7",
          "ranking functions cannot be used in filters",
          filter.place(),
          "put it into order { ... }, or project it to see the score");
      return null;
    }
    return switch (filter.operator()) {
      case CONTAINS -> contains(filter, left, right);
      case STARTS_WITH -> startsWith(filter, left, right);
      case EQ -> compare(filter, Condition.Operator.EQ, left, right);
      case NE -> compare(filter, Condition.Operator.NE, left, right);
      case LT -> compare(filter, Condition.Operator.LT, left, right);
      case LE -> compare(filter, Condition.Operator.LE, left, right);
      case GT -> compare(filter, Condition.Operator.GT, left, right);
      case GE -> compare(filter, Condition.Operator.GE, left, right);
    };
  }

  /** Only {@code call = true} has a meaning; anything else would silently be taken for it. */
  private @Nullable Condition textComparison(Filter filter, Typed left, Typed right) {
    Typed other = left instanceof Typed.Text ? right : left;
    Expr.TextMatch match = ((Typed.Text) (left instanceof Typed.Text ? left : right)).match();
    boolean isTrue =
        other
                instanceof
                Typed.Scalar(
                    Expr.Literal(Value.Bool(boolean value), PropertyType t),
                    PropertyType u)
            && value;
    if (filter.operator() == Clause.Operator.EQ && isTrue) {
      return new Condition.Text(match);
    }
    boolean phrase = match.kind() == Expr.TextMatch.Kind.MATCH_TEXT;
    problems.type(
        phrase ? "T20" : "T19",
        match.kind().name().toLowerCase(java.util.Locale.ROOT)
            + " can only be compared as `= true`",
        filter.place(),
        "to keep what does not match, write not { ... } around it");
    return null;
  }

  private @Nullable Condition compare(
      Filter filter, Condition.Operator operator, Typed left, Typed right) {
    if (!(left instanceof Typed.Scalar(Expr leftExpr, PropertyType leftType))
        || !(right instanceof Typed.Scalar(Expr rightExpr, PropertyType rightType))) {
      problems.type(
          "T7",
          "filter comparisons require scalar operands, got "
              + left.describe()
              + " and "
              + right.describe(),
          filter.place(),
          scalarHint(left, right));
      return null;
    }
    String message = null;
    if (leftType.list() || rightType.list()) {
      if (isVectorLiteral(leftType, rightType) || isVectorLiteral(rightType, leftType)) {
        message = "vector comparisons in filters are not supported";
      } else {
        message =
            "list comparisons in filters are not supported; use `contains` for list membership";
      }
    } else if (Types.isVector(leftType) || Types.isVector(rightType)) {
      message = "vector comparisons in filters are not supported";
    } else if (Types.isBlob(leftType) || Types.isBlob(rightType)) {
      message = "blob comparisons in filters are not supported";
    } else if (!Types.compatible(leftType, rightType)) {
      message = "cannot compare " + leftType + " with " + rightType;
    }
    if (message != null) {
      problems.type("T7", message, filter.place(), comparisonHint(filter, leftType, rightType));
      return null;
    }
    return new Condition.Compare(leftExpr, operator, rightExpr);
  }

  private static boolean isVectorLiteral(PropertyType vector, PropertyType list) {
    return Types.isVector(vector) && list.list();
  }

  private static @Nullable String scalarHint(Typed left, Typed right) {
    for (Typed side : java.util.List.of(left, right)) {
      if (side instanceof Typed.Alias(String name)) {
        return name.equals("null")
            ? "there is no null literal; write is null or is not null"
            : "to compare with a text, put it in double quotes";
      }
      if (side instanceof Typed.Node node) {
        return "compare one of its properties, as in $" + node.variable() + ".property";
      }
      if (side instanceof Typed.Aggregated) {
        return "results of aggregates cannot be filtered";
      }
    }
    return null;
  }

  private static @Nullable String comparisonHint(
      Filter filter, PropertyType left, PropertyType right) {
    Expression text =
        filter.right() instanceof Expression.TextLiteral ? filter.right() : filter.left();
    PropertyType other = text == filter.right() ? left : right;
    if (!(text instanceof Expression.TextLiteral) || other.list()) {
      return null;
    }
    return switch (other.scalar()) {
      case DATE -> "write date(\"YYYY-MM-DD\")";
      case DATETIME -> "write datetime(\"YYYY-MM-DDTHH:MM:SSZ\")";
      case STRING, BLOB, BOOL, I32, I64, U32, U64, F32, F64, VECTOR -> null;
    };
  }

  private @Nullable Condition contains(Filter filter, Typed left, Typed right) {
    if (isVector(left) || isVector(right)) {
      return wrong(filter, "vector membership filters are not supported");
    }
    if (!(left instanceof Typed.Scalar(Expr leftExpr, PropertyType leftType))
        || !(leftType.list() || Types.isText(leftType))) {
      return wrong(
          filter,
          "contains requires a list property (membership) or a String property (substring) on the"
              + " left, got "
              + left.describe());
    }
    if (!(right instanceof Typed.Scalar(Expr rightExpr, PropertyType rightType))
        || rightType.list()) {
      return wrong(filter, "contains requires a scalar right operand");
    }
    if (!leftType.list()) {
      return Types.isText(rightType)
          ? new Condition.TextContains(leftExpr, rightExpr)
          : wrong(filter, "cannot compare " + leftType + " with " + rightType);
    }
    return Types.compatible(Types.itemOf(leftType), rightType)
        ? new Condition.ListContains(leftExpr, rightExpr)
        : wrong(filter, "cannot test membership of " + rightType + " in " + leftType);
  }

  private static boolean isVector(Typed typed) {
    return typed instanceof Typed.Scalar scalar && Types.isVector(scalar.type());
  }

  private @Nullable Condition startsWith(Filter filter, Typed left, Typed right) {
    if (!(left instanceof Typed.Scalar(Expr leftExpr, PropertyType leftType))
        || !Types.isText(leftType)) {
      return wrong(
          filter, "starts_with requires a String property on the left, got " + left.describe());
    }
    if (!(right instanceof Typed.Scalar(Expr rightExpr, PropertyType rightType))
        || !Types.isText(rightType)) {
      return wrong(filter, "starts_with requires a String right operand, got " + right.describe());
    }
    return new Condition.StartsWith(leftExpr, rightExpr);
  }

  private @Nullable Condition wrong(Filter filter, String message) {
    problems.type("T7", message, filter.place());
    return null;
  }
}
