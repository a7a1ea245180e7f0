package io.omnigraph.query.check;

import io.omnigraph.model.Value;
import io.omnigraph.query.ast.Expression;
import io.omnigraph.query.ast.Expression.Bm25;
import io.omnigraph.query.ast.Expression.ListLiteral;
import io.omnigraph.query.ast.Expression.Nearest;
import io.omnigraph.query.ast.Expression.PropertyAccess;
import io.omnigraph.query.ast.Expression.RankingCall;
import io.omnigraph.query.ast.Expression.Rrf;
import io.omnigraph.query.ast.Expression.TextCall;
import io.omnigraph.query.ast.Name;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.Ranking;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Resolves full-text tests and rankings (T15 of nearest, T19, T20, T21). */
final class SearchChecker {

  private static final long DEFAULT_RRF_K = 60;
  private static final long MOST_EDITS = 2;

  private final ExpressionChecker expressions;
  private final Problems problems;

  SearchChecker(ExpressionChecker expressions, Problems problems) {
    this.expressions = expressions;
    this.problems = problems;
  }

  Typed text(TextCall call, Scope scope) {
    String code =
        switch (call.function()) {
          case SEARCH, FUZZY -> "T19";
          case MATCH_TEXT -> "T20";
        };
    String word = call.function().word();
    Expr.PropertyRef field = textField(code, word, call.field(), scope);
    Expr query = textQuery(code, word, call.query(), scope);
    boolean fits = true;
    Expr maxEdits = null;
    if (call.maxEdits() != null) {
      maxEdits = integer(code, "fuzzy max_edits", call.maxEdits(), scope);
      fits = maxEdits != null;
      if (maxEdits instanceof Expr.Literal(Value.Int(long edits), var t) && edits > MOST_EDITS) {
        problems.type(
            code,
            "fuzzy max_edits must be between 0 and " + MOST_EDITS + ", got " + edits,
            call.maxEdits().place());
        fits = false;
      }
    }
    if (field == null || query == null || !fits) {
      return Typed.UNKNOWN;
    }
    Expr.TextMatch.Kind kind =
        switch (call.function()) {
          case SEARCH -> Expr.TextMatch.Kind.SEARCH;
          case FUZZY -> Expr.TextMatch.Kind.FUZZY;
          case MATCH_TEXT -> Expr.TextMatch.Kind.MATCH_TEXT;
        };
    return new Typed.Text(new Expr.TextMatch(kind, field, query, maxEdits));
  }

  Typed ranking(RankingCall call, Scope scope) {
    Ranking ranking =
        switch (call) {
          case Nearest nearest -> nearest(nearest, scope);
          case Bm25 bm25 -> bm25(bm25, scope);
          case Rrf rrf -> rrf(rrf, scope);
        };
    return ranking == null ? Typed.UNKNOWN : new Typed.Ranked(ranking);
  }

  private @Nullable Ranking bm25(Bm25 call, Scope scope) {
    Expr.PropertyRef field = textField("T20", "bm25", call.field(), scope);
    Expr query = textQuery("T20", "bm25", call.query(), scope);
    return field == null || query == null ? null : new Ranking.Bm25(field, query);
  }

  private @Nullable Ranking rrf(Rrf call, Scope scope) {
    Typed first = ranking(call.first(), scope);
    Typed second = ranking(call.second(), scope);
    Expr k =
        call.k() == null
            ? new Expr.Literal(new Value.Int(DEFAULT_RRF_K), PropertyType.of(ScalarType.I64))
            : integer("T21", "rrf k", call.k(), scope);
    if (k instanceof Expr.Literal(Value.Int(long value), var t) && value <= 0) {
      Expression written = call.k();
      problems.type(
          "T21", "rrf k must be greater than 0", written == null ? call.place() : written.place());
      return null;
    }
    if (k == null
        || !(first instanceof Typed.Ranked(Ranking a))
        || !(second instanceof Typed.Ranked(Ranking b))) {
      return null;
    }
    if (!a.variable().equals(b.variable())) {
      problems.type(
          "T21",
          "rrf arms must rank the same variable, got `$"
              + a.variable()
              + "` and `$"
              + b.variable()
              + "`",
          call.place());
      return null;
    }
    return new Ranking.Rrf(a, b, k);
  }

  // ------------------------------------------------------------------ text

  private Expr.@Nullable PropertyRef textField(
      String code, String function, Expression expression, Scope scope) {
    if (rejectedEdgeBinding(expression, scope)) {
      return null;
    }
    return switch (expressions.resolve(expression, scope)) {
      case Typed.Unknown u -> null;
      case Typed.Scalar(Expr.PropertyRef ref, PropertyType type) when Types.isText(type) -> ref;
      case Typed.Scalar(Expr.PropertyRef ref, PropertyType type) ->
          noText(code, function, "field must be String, got " + type, expression);
      case Typed.Scalar scalar when Types.isText(scalar.type()) ->
          noText(code, function, "field must be String property, got a value", expression);
      case Typed other ->
          noText(code, function, "field must be String, got " + other.describe(), expression);
    };
  }

  private @Nullable Expr textQuery(
      String code, String function, Expression expression, Scope scope) {
    return switch (expressions.resolve(expression, scope)) {
      case Typed.Unknown u -> null;
      case Typed.Scalar(Expr.PropertyRef ref, PropertyType type) when Types.isText(type) -> {
        noText(
            code, function, "query must be String literal or parameter, got property", expression);
        yield null;
      }
      case Typed.Scalar scalar when Types.isText(scalar.type()) -> scalar.expr();
      case Typed other -> {
        noText(code, function, "query must be String, got " + other.describe(), expression);
        yield null;
      }
    };
  }

  private Expr.@Nullable PropertyRef noText(
      String code, String function, String message, Expression expression) {
    problems.type(code, function + " " + message, expression.place());
    return null;
  }

  private boolean rejectedEdgeBinding(Expression field, Scope scope) {
    if (!(field instanceof PropertyAccess access)) {
      return false;
    }
    return rejectedEdgeBinding(access.variable(), scope);
  }

  private boolean rejectedEdgeBinding(Name variable, Scope scope) {
    Scope.Bound bound = scope.variable(variable.text());
    if (bound == null || !bound.edge()) {
      return false;
    }
    problems.type(
        "T23",
        "edge binding `$" + variable.text() + "` cannot be searched or ranked",
        variable.place());
    return true;
  }

  /** A non-null integer literal or parameter; null if it is something else, which is reported. */
  private @Nullable Expr integer(String code, String what, Expression expression, Scope scope) {
    Typed typed = expressions.resolve(expression, scope);
    if (typed instanceof Typed.Unknown) {
      return null;
    }
    if (typed instanceof Typed.Scalar(Expr expr, PropertyType type)
        && Types.isIntegerScalar(type)
        && !type.nullable()
        && (expr instanceof Expr.Literal || expr instanceof Expr.ParameterRef)) {
      return expr;
    }
    problems.type(
        code,
        what + " must be an integer scalar, got " + typed.describe(),
        expression.place(),
        "write an integer literal or a parameter of a type such as I32");
    return null;
  }

  // ------------------------------------------------------------------ vectors

  private @Nullable Ranking nearest(Nearest call, Scope scope) {
    if (rejectedEdgeBinding(call.variable(), scope)) {
      return null;
    }
    Scope.Bound bound = scope.variable(call.variable().text());
    if (bound == null) {
      problems.type(
          "T15",
          "variable `$" + call.variable().text() + "` is not bound",
          call.variable().place(),
          ExpressionChecker.unboundHint(call.variable(), scope.variableNames()));
      return null;
    }
    EntityType type = expressions.typeOf(bound);
    if (type == null) {
      return null;
    }
    Optional<Property> property = type.property(call.property().text());
    if (property.isEmpty()) {
      problems.type(
          "T15",
          "type `" + type.name() + "` has no property `" + call.property().text() + "`",
          call.property().place(),
          ExpressionChecker.propertyHint(call.property().text(), type, call.variable().text()));
      return null;
    }
    PropertyType propertyType = property.get().type();
    if (!Types.isVector(propertyType) || propertyType.list()) {
      problems.type(
          "T15",
          "nearest requires a Vector property, got "
              + type.name()
              + "."
              + property.get().name()
              + ": "
              + propertyType,
          call.property().place());
      return null;
    }
    Expr query = vectorQuery(call.query(), propertyType.vectorDimension(), scope);
    return query == null
        ? null
        : new Ranking.Nearest(
            new Expr.PropertyRef(call.variable().text(), property.get().name(), propertyType),
            query);
  }

  private @Nullable Expr vectorQuery(Expression query, int dimension, Scope scope) {
    if (query instanceof ListLiteral list) {
      Expr.Literal vector = Types.vector(list);
      if (vector != null) {
        int elements = list.items().size();
        if (elements != dimension) {
          mismatch(dimension, "query literal has " + elements + " elements", query);
          return null;
        }
        return vector;
      }
    }
    return switch (expressions.resolve(query, scope)) {
      case Typed.Unknown u -> null;
      case Typed.Scalar(Expr.PropertyRef ref, PropertyType type) -> {
        problems.type(
            "T15",
            "nearest query must be a literal or a parameter, got property of type " + type,
            query.place());
        yield null;
      }
      case Typed.Scalar(Expr expr, PropertyType type) when Types.isText(type) -> expr;
      case Typed.Scalar(Expr expr, PropertyType type) when Types.isVector(type) -> {
        if (type.vectorDimension() != dimension) {
          mismatch(dimension, "query is " + type.asNullable(false), query);
          yield null;
        }
        yield expr;
      }
      case Typed.Scalar(Expr expr, PropertyType type) -> {
        problems.type(
            "T15",
            "nearest query must be Vector(" + dimension + ") or String, got " + type,
            query.place());
        yield null;
      }
      case Typed other -> {
        problems.type(
            "T15",
            "nearest query must be a scalar expression, got " + other.describe(),
            query.place());
        yield null;
      }
    };
  }

  private void mismatch(int dimension, String got, Expression query) {
    problems.type(
        "T15",
        "nearest vector dimension mismatch: property is Vector(" + dimension + "), " + got,
        query.place());
  }
}
