package io.omnigraph.read.naive;

import io.omnigraph.read.naive.NaiveQuery.Declared;
import io.omnigraph.read.naive.NaiveQuery.Hop;
import io.omnigraph.read.naive.NaiveQuery.Operand;
import io.omnigraph.read.naive.NaiveQuery.Output;
import io.omnigraph.read.naive.NaiveQuery.Pattern;
import io.omnigraph.read.naive.NaiveQuery.Test;
import java.util.Locale;
import java.util.stream.Collectors;

/** Spells a query in the language. */
public final class QueryText {

  private QueryText() {}

  public static String of(NaiveQuery query) {
    StringBuilder text = new StringBuilder("query q(");
    text.append(
        query.parameters().entrySet().stream()
            .map(p -> "$" + p.getKey() + ": " + p.getValue().type())
            .collect(Collectors.joining(", ")));
    text.append(") {\n match {\n");
    pattern(query.pattern(), text);
    text.append(" }\n return { ");
    query.outputs().forEach(o -> text.append(output(o)).append(' '));
    text.append("}\n");
    if (!query.order().isEmpty()) {
      text.append(" order { ");
      text.append(
          query.order().stream()
              .map(
                  k ->
                      (k.operand() == null ? k.column() : operand(k.operand()))
                          + (k.descending() ? " desc" : ""))
              .collect(Collectors.joining(", ")));
      text.append(" }\n");
    }
    if (query.limit() != null) {
      text.append(" limit ").append(query.limit());
      if (query.offset() != null) {
        text.append(" offset ").append(query.offset());
      }
    }
    return text.append("\n}\n").toString();
  }

  private static void pattern(Pattern pattern, StringBuilder text) {
    for (Declared d : pattern.declared()) {
      text.append("  $").append(d.variable()).append(": ").append(d.type());
      if (!d.inline().isEmpty()) {
        text.append(
            d.inline().stream()
                .map(i -> i.property() + ": " + operand(i.operand()))
                .collect(Collectors.joining(", ", " { ", " }")));
      }
      text.append('\n');
    }
    pattern.hops().forEach(h -> text.append("  ").append(hop(h)).append('\n'));
    pattern.tests().forEach(t -> text.append("  ").append(test(t)).append('\n'));
    for (Pattern negation : pattern.negations()) {
      text.append("  not {\n");
      pattern(negation, text);
      text.append("  }\n");
    }
  }

  private static String hop(Hop hop) {
    String word =
        hop.edgeType().substring(0, 1).toLowerCase(Locale.ROOT) + hop.edgeType().substring(1);
    String edge = hop.edgeVariable() == null ? "" : "$" + hop.edgeVariable() + ":";
    String bounds = hop.bounds() ? "{" + hop.min() + "," + hop.max() + "}" : "";
    return "$"
        + (hop.left() == null ? "_" : hop.left())
        + " "
        + edge
        + (hop.undirected() ? "<" + word + ">" : word)
        + bounds
        + " $"
        + (hop.right() == null ? "_" : hop.right());
  }

  private static String test(Test test) {
    return switch (test) {
      case Test.Compare c -> operand(c.left()) + " " + c.operator() + " " + operand(c.right());
      case Test.ListHas l -> operand(l.list()) + " contains " + operand(l.item());
      case Test.TextHas t -> operand(t.text()) + " contains " + operand(t.part());
      case Test.Starts s -> operand(s.text()) + " starts_with " + operand(s.prefix());
      case Test.Search s ->
          (s.edits() == null ? "search(" : "fuzzy(")
              + operand(s.text())
              + ", "
              + operand(s.words())
              + (s.edits() == null ? ")" : ", " + s.edits() + ")");
      case Test.Null n -> operand(n.operand()) + (n.negated() ? " is not null" : " is null");
    };
  }

  private static String operand(Operand operand) {
    return switch (operand) {
      case Operand.Property p -> "$" + p.variable() + "." + p.name();
      case Operand.Literal l -> l.text();
      case Operand.Param p -> "$" + p.name();
    };
  }

  private static String output(Output output) {
    return switch (output) {
      case Output.Plain p -> operand(p.operand()) + " as " + p.name();
      case Output.Node n -> "$" + n.variable() + " as " + n.name();
      case Output.Aggregate a ->
          a.function()
              + "("
              + (a.distinct() ? "distinct " : "")
              + (a.operand() == null ? "$" + a.variable() : operand(a.operand()))
              + ") as "
              + a.name();
    };
  }
}
