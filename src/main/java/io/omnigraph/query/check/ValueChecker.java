package io.omnigraph.query.check;

import io.omnigraph.query.ast.Expression;
import io.omnigraph.query.ast.Expression.ListLiteral;
import io.omnigraph.query.ast.Expression.Literal;
import io.omnigraph.query.ast.Expression.Now;
import io.omnigraph.query.ast.Expression.TextLiteral;
import io.omnigraph.query.ast.Expression.Variable;
import io.omnigraph.query.plan.CompiledQuery.Parameter;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import org.jspecify.annotations.Nullable;

/** Checks a value that is matched with, assigned to or compared with a named property (T3, T7). */
final class ValueChecker {

  /** What the value is for. */
  enum Use {
    /** Inline match of a binding: equality, or membership on a list property. */
    MATCH,
    /** Assignment of a mutation. */
    ASSIGN,
    /** The {@code where} of a mutation. */
    PREDICATE
  }

  private final Problems problems;

  ValueChecker(Problems problems) {
    this.problems = problems;
  }

  /** The resolved value; null if it does not fit, which is reported. */
  @Nullable Expr check(
      String owner, String property, PropertyType type, Expression value, Use use, Scope scope) {
    if (use == Use.MATCH && Types.isBlob(type)) {
      problems.type(
          "T3",
          "blob property `" + owner + "." + property + "` cannot be used in match patterns",
          value.place());
      return null;
    }
    if (use != Use.ASSIGN && !comparable(type, value, use)) {
      return null;
    }
    return switch (value) {
      case Literal literal -> literal(property, type, literal, use);
      case Variable variable -> parameter(property, type, variable, use, scope);
      case Now now -> now(property, type, now, use);
      case Expression other -> throw new IllegalStateException("not a value: " + other);
    };
  }

  private boolean comparable(PropertyType type, Expression value, Use use) {
    if (Types.isVector(type)) {
      if (use == Use.MATCH
          && value instanceof ListLiteral list
          && list.items().size() != type.vectorDimension()) {
        return true; // A worse mistake, which is reported with the literal.
      }
      problems.type("T7", "vector comparisons in filters are not supported", value.place());
      return false;
    }
    if (type.list() && use == Use.PREDICATE) {
      problems.type(
          "T7",
          "list comparisons in filters are not supported; use `contains` for list membership",
          value.place());
      return false;
    }
    return true;
  }

  private @Nullable Expr literal(String property, PropertyType type, Literal literal, Use use) {
    if (literal instanceof ListLiteral list) {
      if (Types.isVector(type) && !type.list()) {
        return vector(property, type, list);
      }
      if (type.list() && use == Use.MATCH) {
        problems.type(
            "T3",
            "list equality is not supported for property `"
                + property
                + "`; use a scalar value to match list membership",
            literal.place());
        return null;
      }
      if (type.list() && list.items().isEmpty()) {
        return new Expr.Literal(
            new io.omnigraph.model.Value.ListOf(java.util.List.of()),
            PropertyType.listOf(type.scalar()));
      }
    }
    Expr.Literal resolved = Types.literal(literal, problems);
    if (resolved == null) {
      return null;
    }
    if (type.list() && use == Use.MATCH) {
      if (!Types.compatible(Types.itemOf(type), resolved.type())) {
        problems.type(
            "T3",
            "property `"
                + property
                + "` has type "
                + type
                + " but membership match got "
                + resolved.type(),
            literal.place());
        return null;
      }
      return resolved;
    }
    if (!fits(type, resolved.type())) {
      problems.type(
          "T3",
          "property `" + property + "` has type " + type + " but got " + resolved.type(),
          literal.place(),
          literalHint(type, literal));
      return null;
    }
    if (type.isEnum()
        && literal instanceof TextLiteral text
        && !type.enumValues().contains(text.value())) {
      problems.type(
          "T3",
          "property `"
              + property
              + "` expects one of ["
              + String.join(", ", type.enumValues())
              + "], got '"
              + text.value()
              + "'",
          literal.place(),
          io.omnigraph.model.DidYouMean.hint(text.value(), type.enumValues()));
      return null;
    }
    return resolved;
  }

  private @Nullable Expr vector(String property, PropertyType type, ListLiteral list) {
    Expr.Literal vector = Types.vector(list);
    if (vector == null) {
      Expr.Literal resolved = Types.literal(list, problems);
      if (resolved != null) {
        problems.type(
            "T3",
            "property `" + property + "` has type " + type + " but got " + resolved.type(),
            list.place());
      }
      return null;
    }
    if (list.items().size() != type.vectorDimension()) {
      problems.type(
          "T3",
          "property `"
              + property
              + "` has type "
              + type
              + " but got vector literal with "
              + list.items().size()
              + " elements",
          list.place());
      return null;
    }
    return vector;
  }

  private static @Nullable String literalHint(PropertyType type, Literal literal) {
    if (!(literal instanceof TextLiteral) || type.list()) {
      return null;
    }
    return switch (type.scalar()) {
      case DATE -> "write date(\"YYYY-MM-DD\")";
      case DATETIME -> "write datetime(\"YYYY-MM-DDTHH:MM:SSZ\")";
      case STRING, BLOB, BOOL, I32, I64, U32, U64, F32, F64, VECTOR -> null;
    };
  }

  private @Nullable Expr parameter(
      String property, PropertyType type, Variable variable, Use use, Scope scope) {
    String name = variable.name().text();
    Parameter parameter = scope.parameter(name);
    if (parameter == null) {
      problems.type(
          "T14",
          (use == Use.MATCH ? "match" : "mutation")
              + " variable `$"
              + name
              + "` must be a declared query parameter",
          variable.place(),
          ExpressionChecker.unboundHint(variable.name(), scope.parameterNames()));
      return null;
    }
    PropertyType given = parameter.type();
    if (type.list() && use == Use.MATCH) {
      if (given.list()) {
        problems.type(
            "T7",
            "list equality is not supported for property `"
                + property
                + "`; use a scalar parameter for membership matching",
            variable.place());
        return null;
      }
      if (!Types.compatible(Types.itemOf(type), given)) {
        membership(property, type, given, variable);
        return null;
      }
    } else if (!fits(type, given)) {
      incompatible(property, type, given, variable);
      return null;
    }
    return new Expr.ParameterRef(name, given);
  }

  private @Nullable Expr now(String property, PropertyType type, Now now, Use use) {
    PropertyType given = PropertyType.of(ScalarType.DATETIME);
    if (type.list() && use == Use.MATCH) {
      if (type.scalar() != ScalarType.DATETIME) {
        membership(property, type, given, now);
        return null;
      }
    } else if (!fits(type, given)) {
      incompatible(property, type, given, now);
      return null;
    }
    return new Expr.Now();
  }

  private void membership(
      String property, PropertyType type, PropertyType given, Expression value) {
    problems.type(
        "T7",
        "cannot compare "
            + given
            + " membership against "
            + type
            + " for property `"
            + property
            + "`",
        value.place());
  }

  private void incompatible(
      String property, PropertyType type, PropertyType given, Expression value) {
    problems.type(
        "T7",
        "cannot assign/compare " + given + " with " + type + " for property `" + property + "`",
        value.place());
  }

  /** Compatible, or text for a Blob (a URI or base64). */
  private static boolean fits(PropertyType type, PropertyType given) {
    return Types.compatible(type, given) || Types.isBlob(type) && Types.isText(given);
  }
}
