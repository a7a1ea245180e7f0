package io.omnigraph.query.check;

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
import java.util.stream.Stream;

/** The pattern variables an expression mentions. */
final class ExpressionVariables {

  private ExpressionVariables() {}

  /** A bare variable that names a parameter of {@code scope} is none. */
  static Stream<String> of(Expression expression, Scope scope) {
    return switch (expression) {
      case PropertyAccess access -> Stream.of(access.variable().text());
      case Variable variable ->
          scope.parameter(variable.name().text()) != null
              ? Stream.empty()
              : Stream.of(variable.name().text());
      case TextCall call -> Stream.concat(of(call.field(), scope), of(call.query(), scope));
      case Nearest nearest ->
          Stream.concat(Stream.of(nearest.variable().text()), of(nearest.query(), scope));
      case Bm25 bm25 -> Stream.concat(of(bm25.field(), scope), of(bm25.query(), scope));
      case Rrf rrf -> Stream.concat(of(rrf.first(), scope), of(rrf.second(), scope));
      case Aggregate aggregate -> of(aggregate.argument(), scope);
      case Now now -> Stream.empty();
      case AliasReference alias -> Stream.empty();
      case Literal literal -> Stream.empty();
    };
  }
}
