package io.omnigraph.query.check;

import io.omnigraph.query.plan.Expr;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A checked projection.
 *
 * @param name as callers see it
 * @param alias as written; null if there is none
 * @param typed what it was resolved to, aliases of other projections already replaced
 */
record Column(String name, @Nullable String alias, Typed typed) {

  boolean isAggregate() {
    return typed instanceof Typed.Aggregated;
  }

  /** The value of a row; for an aggregate, that of its argument. */
  Expr expr() {
    return switch (typed) {
      case Typed.Scalar scalar -> scalar.expr();
      case Typed.Node node -> new Expr.VariableRef(node.variable());
      case Typed.Text text -> new Expr.TextMatches(text.match());
      case Typed.Ranked ranked -> new Expr.Score(ranked.ranking());
      case Typed.Aggregated aggregated -> aggregated.argument();
      case Typed.Alias alias -> throw unresolved();
      case Typed.Unknown unknown -> throw unresolved();
    };
  }

  PropertyType type() {
    return switch (typed) {
      case Typed.Scalar scalar -> scalar.type();
      case Typed.Node node -> PropertyType.of(ScalarType.STRING);
      case Typed.Text text -> PropertyType.nullable(ScalarType.BOOL);
      case Typed.Ranked ranked -> PropertyType.nullable(ScalarType.F64);
      case Typed.Aggregated aggregated -> aggregated.type();
      case Typed.Alias alias -> throw unresolved();
      case Typed.Unknown unknown -> throw unresolved();
    };
  }

  private IllegalStateException unresolved() {
    return new IllegalStateException("column " + name + " was not resolved");
  }
}
