package io.omnigraph.read.exec;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.read.expr.OperandCompiler;

/** The value of a limit or an offset. */
final class Bounds {

  private Bounds() {}

  static long of(OperandCompiler operands, String what, Expr expression) {
    if (operands.constantOf(expression) instanceof Value.Int number && number.value() >= 0) {
      return number.value();
    }
    throw new BadRequestException("invalid_" + what, what + " must be a non-negative integer");
  }
}
