package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.plan.Expr;
import java.util.Map;

/** Evaluates the expressions of mutations: literals, parameters and {@code now()}. */
final class ExprValues {

  private final Parameters parameters;

  ExprValues(Parameters parameters) {
    this.parameters = parameters;
  }

  Value of(Expr expression) {
    return switch (expression) {
      case Expr.Literal literal -> literal.value();
      case Expr.ParameterRef parameter -> parameter(parameter);
      case Expr.Now now -> new Value.DateTime(parameters.now().toEpochMilli());
      case Expr.PropertyRef p -> unsupported(p);
      case Expr.VariableRef v -> unsupported(v);
      case Expr.TextMatches t -> unsupported(t);
      case Expr.Score s -> unsupported(s);
      case Expr.ColumnRef c -> unsupported(c);
    };
  }

  private Value parameter(Expr.ParameterRef reference) {
    Value value = parameters.get(reference.name());
    if (value == null) {
      throw new BadRequestException(
          "missing_parameter",
          "parameter '" + reference.name() + "' not provided",
          Map.of("parameter", reference.name()));
    }
    return value;
  }

  private static Value unsupported(Expr expression) {
    throw new IllegalArgumentException(
        "a mutation holds literals, parameters and now() only, not " + expression);
  }
}
