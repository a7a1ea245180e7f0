package io.omnigraph.read.exec;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Condition.Operator;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.read.expr.ConditionCompiler;
import io.omnigraph.read.expr.OperandCompiler;
import io.omnigraph.read.expr.RowTest;
import io.omnigraph.schema.ScalarType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sorts the conditions that hold right after a hop: those that compare one ordered property of what
 * the hop reaches with what is known before it, and the rest.
 *
 * @param ranged of one property; empty for none
 * @param rest all others, in their order
 */
record HopConditions(List<Ranged> ranged, List<Condition> rest) {

  /** A condition, read from the property's side. */
  record Ranged(
      Expr.PropertyRef property, Operator operator, Expr other, Condition.Compare condition) {}

  static HopConditions of(PlanNode.Expand hop, List<Condition> conditions) {
    List<Ranged> ranged = new ArrayList<>();
    List<Condition> rest = new ArrayList<>();
    for (Condition condition : conditions) {
      Ranged found = condition instanceof Condition.Compare compare ? ranged(hop, compare) : null;
      if (found != null
          && (ranged.isEmpty() || ranged.getFirst().property().equals(found.property()))) {
        ranged.add(found);
      } else {
        rest.add(condition);
      }
    }
    return new HopConditions(ranged, rest);
  }

  private static @Nullable Ranged ranged(PlanNode.Expand hop, Condition.Compare compare) {
    if (compare.operator() == Operator.NE) {
      return null;
    }
    if (compare.left() instanceof Expr.PropertyRef property
        && isOrdered(hop, property)
        && isKnownBefore(hop, compare.right())) {
      return new Ranged(property, compare.operator(), compare.right(), compare);
    }
    if (compare.right() instanceof Expr.PropertyRef property
        && isOrdered(hop, property)
        && isKnownBefore(hop, compare.left())) {
      return new Ranged(property, turned(compare.operator()), compare.left(), compare);
    }
    return null;
  }

  private static boolean isOrdered(PlanNode.Expand hop, Expr.PropertyRef property) {
    ScalarType scalar = property.type().scalar();
    return isNew(hop, property.variable())
        && !property.type().list()
        && switch (scalar) {
          case I32, I64, U32, U64, F32, F64, BOOL, DATE, DATETIME -> true;
          case STRING, VECTOR, BLOB -> false;
        };
  }

  private static boolean isNew(PlanNode.Expand hop, String variable) {
    return variable.equals(hop.to()) || variable.equals(hop.traversal().edgeVariable());
  }

  private static boolean isKnownBefore(PlanNode.Expand hop, Expr expression) {
    return switch (expression) {
      case Expr.PropertyRef ref -> !isNew(hop, ref.variable());
      case Expr.Literal ignored -> true;
      case Expr.ParameterRef ignored -> true;
      case Expr.Now ignored -> true;
      case Expr.VariableRef ignored -> false;
      case Expr.Score ignored -> false;
      case Expr.TextMatches ignored -> false;
      case Expr.ColumnRef ignored -> false;
    };
  }

  /** The operator with its sides exchanged. */
  static Operator turned(Operator operator) {
    return switch (operator) {
      case LT -> Operator.GT;
      case LE -> Operator.GE;
      case GT -> Operator.LT;
      case GE -> Operator.LE;
      case EQ -> Operator.EQ;
      case NE -> Operator.NE;
    };
  }

  /** The ranged conditions over the rows that hop. */
  List<Intervals.Bound> bounds(OperandCompiler operands) {
    return ranged.stream()
        .map(r -> new Intervals.Bound(r.operator(), operands.compile(r.other())))
        .toList();
  }

  /** The ranged conditions over the rows that the hop makes. */
  List<RowTest> tests(ConditionCompiler conditions) {
    return ranged.stream().map(r -> conditions.compile(r.condition())).toList();
  }
}
