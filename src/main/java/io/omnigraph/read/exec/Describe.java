package io.omnigraph.read.exec;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.query.plan.PlanNode.AggregateColumn;
import io.omnigraph.query.plan.PlanNode.Traversal;
import io.omnigraph.query.plan.Ranking;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Words for explained plans, close to how the query was written. */
final class Describe {

  private Describe() {}

  static String scan(PlanNode.NodeScan scan) {
    return "$" + scan.variable() + ": " + scan.nodeType() + where(scan.conditions());
  }

  static String where(List<Condition> conditions) {
    return conditions.isEmpty() ? "" : " where " + conditions(conditions);
  }

  static String conditions(List<Condition> conditions) {
    return conditions.stream().map(Describe::condition).collect(Collectors.joining(" and "));
  }

  static String walk(String from, Traversal traversal, String to) {
    String bounds =
        traversal.minHops() == 1 && traversal.maxHops() == 1
            ? ""
            : "{" + traversal.minHops() + "," + traversal.maxHops() + "}";
    String edge = traversal.edgeVariable() == null ? "" : "$" + traversal.edgeVariable() + ":";
    String arrow =
        switch (traversal.direction()) {
          case OUT -> "-" + edge + traversal.edgeType() + bounds + "->";
          case IN -> "<-" + edge + traversal.edgeType() + bounds + "-";
          case BOTH -> "-" + edge + traversal.edgeType() + bounds + "-";
        };
    return "$" + from + " " + arrow + " $" + to;
  }

  static String ranking(Ranking ranking) {
    return switch (ranking) {
      case Ranking.Nearest n -> "nearest(" + expression(n.field()) + ")";
      case Ranking.Bm25 b -> "bm25(" + expression(b.field()) + ")";
      case Ranking.Rrf r -> "rrf(" + ranking(r.first()) + ", " + ranking(r.second()) + ")";
    };
  }

  static String aggregate(PlanNode.Aggregate aggregate) {
    return aggregate.columns().stream()
        .map(
            column ->
                switch (column) {
                  case AggregateColumn.GroupKey key -> "by " + expression(key.expression());
                  case AggregateColumn.Computed c ->
                      c.function().name().toLowerCase(Locale.ROOT)
                          + "("
                          + (c.distinct() ? "distinct " : "")
                          + expression(c.argument())
                          + ")";
                })
        .collect(Collectors.joining(", "));
  }

  private static String condition(Condition condition) {
    return switch (condition) {
      case Condition.Compare c ->
          expression(c.left()) + " " + c.operator().symbol() + " " + expression(c.right());
      case Condition.ListContains l -> expression(l.list()) + " contains " + expression(l.item());
      case Condition.TextContains t -> expression(t.text()) + " contains " + expression(t.part());
      case Condition.StartsWith s ->
          expression(s.text()) + " starts_with " + expression(s.prefix());
      case Condition.IsNull n ->
          expression(n.operand()) + (n.negated() ? " is not null" : " is null");
      case Condition.Text t -> text(t.match());
    };
  }

  private static String text(Expr.TextMatch match) {
    return match.kind().name().toLowerCase(Locale.ROOT)
        + "("
        + expression(match.field())
        + ", "
        + expression(match.query())
        + ")";
  }

  private static String expression(Expr expression) {
    return switch (expression) {
      case Expr.PropertyRef p -> "$" + p.variable() + "." + p.property();
      case Expr.VariableRef v -> "$" + v.variable();
      case Expr.Literal l -> literal(l);
      case Expr.ParameterRef p -> "$" + p.name();
      case Expr.Now ignored -> "now()";
      case Expr.TextMatches t -> text(t.match());
      case Expr.Score s -> ranking(s.ranking());
      case Expr.ColumnRef c -> c.column();
    };
  }

  private static String literal(Expr.Literal literal) {
    return switch (literal.value()) {
      case io.omnigraph.model.Value.Text t -> "\"" + t.value() + "\"";
      case io.omnigraph.model.Value.Int i -> Long.toString(i.value());
      case io.omnigraph.model.Value.Real r -> Double.toString(r.value());
      case io.omnigraph.model.Value.Bool b -> Boolean.toString(b.value());
      case io.omnigraph.model.Value.Null ignored -> "null";
      case io.omnigraph.model.Value.BigUnsigned u -> Long.toUnsignedString(u.bits());
      case io.omnigraph.model.Value.Date d ->
          "date(\"" + java.time.LocalDate.ofEpochDay(d.epochDay()) + "\")";
      case io.omnigraph.model.Value.DateTime d ->
          "datetime(\"" + java.time.Instant.ofEpochMilli(d.epochMilli()) + "\")";
      case io.omnigraph.model.Value.ListOf l -> "[" + l.items().size() + " items]";
      case io.omnigraph.model.Value.Vector v -> "Vector(" + v.elements().length + ")";
    };
  }
}
