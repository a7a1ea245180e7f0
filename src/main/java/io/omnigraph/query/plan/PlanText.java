package io.omnigraph.query.plan;

import io.omnigraph.model.Value;
import io.omnigraph.query.plan.PlanNode.AggregateColumn;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plans as text for people: one operator per line, inputs indented below it. Stateless. */
public final class PlanText {

  private static final int MOST_ITEMS = 8;

  private final StringBuilder out = new StringBuilder();

  private PlanText() {}

  /** The operators of a plan, each line ending in {@code \n}. */
  public static String of(PlanNode plan) {
    var text = new PlanText();
    text.node(plan, 0);
    return text.out.toString();
  }

  /** One operator without its inputs, as in the first line of {@link #of(PlanNode)}. */
  public static String line(PlanNode node) {
    return switch (node) {
      case PlanNode.NodeScan n ->
          "NodeScan $" + n.variable() + ": " + n.nodeType() + suffix(n.conditions());
      case PlanNode.OuterRow n ->
          "OuterRow"
              + n.bindings().stream()
                  .map(b -> " $" + b.variable() + ": " + b.typeName())
                  .collect(Collectors.joining(","));
      case PlanNode.Expand n ->
          "Expand $"
              + n.from()
              + " "
              + walk(n.traversal())
              + " $"
              + n.to()
              + ": "
              + n.toType()
              + suffix(n.toConditions());
      case PlanNode.ExpandInto n ->
          "ExpandInto $" + n.from() + " " + walk(n.traversal()) + " $" + n.to();
      case PlanNode.CrossProduct n -> "CrossProduct";
      case PlanNode.Filter n -> "Filter" + suffix(n.conditions());
      case PlanNode.AntiJoin n -> "AntiJoin";
      case PlanNode.Rank n -> "Rank " + of(n.ranking());
      case PlanNode.Sort n ->
          "Sort"
              + n.keys().stream()
                  .map(k -> " " + of(k.expression()) + (k.descending() ? " desc" : ""))
                  .collect(Collectors.joining(","))
              + (n.tieBreakers().isEmpty() ? "" : " then " + String.join(", ", n.tieBreakers()));
      case PlanNode.Limit n ->
          "Limit"
              + (n.limit() == null ? "" : " " + of(n.limit()))
              + (n.offset() == null ? "" : " offset " + of(n.offset()));
      case PlanNode.Project n ->
          "Project "
              + n.columns().stream()
                  .map(c -> named(c.name(), of(c.expression())))
                  .collect(Collectors.joining(", "));
      case PlanNode.Aggregate n ->
          "Aggregate " + n.columns().stream().map(PlanText::of).collect(Collectors.joining(", "));
    };
  }

  private void node(PlanNode node, int depth) {
    out.repeat("  ", depth).append(line(node)).append('\n');
    switch (node) {
      case PlanNode.NodeScan n -> {}
      case PlanNode.OuterRow n -> {}
      case PlanNode.Expand n -> node(n.input(), depth + 1);
      case PlanNode.ExpandInto n -> node(n.input(), depth + 1);
      case PlanNode.CrossProduct n -> {
        node(n.left(), depth + 1);
        node(n.right(), depth + 1);
      }
      case PlanNode.Filter n -> node(n.input(), depth + 1);
      case PlanNode.AntiJoin n -> {
        node(n.input(), depth + 1);
        node(n.body(), depth + 1);
      }
      case PlanNode.Rank n -> node(n.input(), depth + 1);
      case PlanNode.Sort n -> node(n.input(), depth + 1);
      case PlanNode.Limit n -> node(n.input(), depth + 1);
      case PlanNode.Project n -> node(n.input(), depth + 1);
      case PlanNode.Aggregate n -> node(n.input(), depth + 1);
    }
  }

  private static String named(String name, String expression) {
    return expression.equals("$" + name) ? expression : expression + " as " + name;
  }

  private static String of(AggregateColumn column) {
    return switch (column) {
      case AggregateColumn.GroupKey key -> named(key.name(), of(key.expression()));
      case AggregateColumn.Computed c ->
          c.function().name().toLowerCase(Locale.ROOT)
              + "("
              + (c.distinct() ? "distinct " : "")
              + of(c.argument())
              + ") as "
              + c.name();
    };
  }

  private static String walk(PlanNode.Traversal traversal) {
    String edge = traversal.edgeType();
    if (traversal.edgeVariable() != null) {
      edge = "$" + traversal.edgeVariable() + ":" + edge;
    }
    if (traversal.minHops() != 1 || traversal.maxHops() != 1) {
      edge += "{" + traversal.minHops() + "," + traversal.maxHops() + "}";
    }
    return switch (traversal.direction()) {
      case OUT -> "-" + edge + "->";
      case IN -> "<-" + edge + "-";
      case BOTH -> "<-" + edge + "->";
    };
  }

  private static String suffix(List<Condition> conditions) {
    return conditions.isEmpty()
        ? ""
        : conditions.stream().map(PlanText::of).collect(Collectors.joining(" and ", " [", "]"));
  }

  /** A condition as it would be written in a query. */
  public static String of(Condition condition) {
    return switch (condition) {
      case Condition.Compare c -> of(c.left()) + " " + c.operator().symbol() + " " + of(c.right());
      case Condition.ListContains c -> of(c.list()) + " contains " + of(c.item());
      case Condition.TextContains c -> of(c.text()) + " contains " + of(c.part());
      case Condition.StartsWith c -> of(c.text()) + " starts_with " + of(c.prefix());
      case Condition.IsNull c -> of(c.operand()) + (c.negated() ? " is not null" : " is null");
      case Condition.Text c -> of(c.match());
    };
  }

  /** An expression as it would be written in a query. */
  public static String of(Expr expression) {
    return switch (expression) {
      case Expr.PropertyRef e -> "$" + e.variable() + "." + e.property();
      case Expr.VariableRef e -> "$" + e.variable();
      case Expr.Literal e -> of(e.value());
      case Expr.ParameterRef e -> "$" + e.name();
      case Expr.Now e -> "now()";
      case Expr.TextMatches e -> of(e.match());
      case Expr.Score e -> of(e.ranking());
      case Expr.ColumnRef e -> e.column();
    };
  }

  private static String of(Expr.TextMatch match) {
    return call(
        match.kind().name().toLowerCase(Locale.ROOT),
        match.field(),
        match.query(),
        match.maxEdits());
  }

  /** A ranking as it would be written in a query. */
  public static String of(Ranking ranking) {
    return switch (ranking) {
      case Ranking.Nearest r -> call("nearest", r.field(), r.query(), null);
      case Ranking.Bm25 r -> call("bm25", r.field(), r.query(), null);
      case Ranking.Rrf r -> "rrf(" + of(r.first()) + ", " + of(r.second()) + ", " + of(r.k()) + ")";
    };
  }

  private static String call(String word, Expr first, Expr second, @Nullable Expr third) {
    return word
        + "("
        + of(first)
        + ", "
        + of(second)
        + (third == null ? "" : ", " + of(third))
        + ")";
  }

  private static String of(Value value) {
    return switch (value) {
      case Value.Null v -> "null";
      case Value.Text v -> quoted(v.value());
      case Value.Bool v -> String.valueOf(v.value());
      case Value.Int v -> String.valueOf(v.value());
      case Value.BigUnsigned v -> Long.toUnsignedString(v.bits());
      case Value.Real v -> String.valueOf(v.value());
      case Value.Date v -> "date(\"" + LocalDate.ofEpochDay(v.epochDay()) + "\")";
      case Value.DateTime v -> "datetime(\"" + Instant.ofEpochMilli(v.epochMilli()) + "\")";
      case Value.ListOf v -> list(v.items().stream().map(PlanText::of).toList());
      case Value.Vector v -> "Vector(" + v.elements().length + ")";
    };
  }

  private static String list(List<String> items) {
    return items.size() <= MOST_ITEMS
        ? "[" + String.join(", ", items) + "]"
        : "[" + String.join(", ", items.subList(0, MOST_ITEMS)) + ", ...]";
  }

  private static String quoted(String text) {
    return "\""
        + text.replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\t", "\\t")
        + "\"";
  }
}
