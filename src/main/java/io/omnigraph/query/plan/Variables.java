package io.omnigraph.query.plan;

import java.util.HashSet;
import java.util.Set;

/** Which variables conditions and expressions mention. */
public final class Variables {

  private Variables() {}

  /** The node and edge variables of a condition. */
  public static Set<String> of(Condition condition) {
    var into = new HashSet<String>();
    collect(condition, into);
    return into;
  }

  /** Adds the node and edge variables of a condition. */
  public static void collect(Condition condition, Set<String> into) {
    switch (condition) {
      case Condition.Compare c -> collect(c.left(), c.right(), into);
      case Condition.ListContains c -> collect(c.list(), c.item(), into);
      case Condition.TextContains c -> collect(c.text(), c.part(), into);
      case Condition.StartsWith c -> collect(c.text(), c.prefix(), into);
      case Condition.IsNull c -> collect(c.operand(), into);
      case Condition.Text c -> into.add(c.match().field().variable());
    }
  }

  private static void collect(Expr left, Expr right, Set<String> into) {
    collect(left, into);
    collect(right, into);
  }

  /** Adds the node and edge variables of an expression. */
  public static void collect(Expr expression, Set<String> into) {
    switch (expression) {
      case Expr.PropertyRef ref -> into.add(ref.variable());
      case Expr.VariableRef ref -> into.add(ref.variable());
      case Expr.TextMatches text -> into.add(text.match().field().variable());
      case Expr.Score score -> into.add(score.ranking().variable());
      case Expr.Literal l -> {}
      case Expr.ParameterRef p -> {}
      case Expr.Now n -> {}
      case Expr.ColumnRef c -> {}
    }
  }
}
