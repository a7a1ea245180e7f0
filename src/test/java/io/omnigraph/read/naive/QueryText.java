package io.omnigraph.read.naive;

import io.omnigraph.read.naive.NaiveQuery.Declared;
import io.omnigraph.read.naive.NaiveQuery.Hop;
import io.omnigraph.read.naive.NaiveQuery.Key;
import io.omnigraph.read.naive.NaiveQuery.Operand;
import io.omnigraph.read.naive.NaiveQuery.Output;
import io.omnigraph.read.naive.NaiveQuery.Pattern;
import io.omnigraph.read.naive.NaiveQuery.Ranked;
import io.omnigraph.read.naive.NaiveQuery.Ranking;
import io.omnigraph.read.naive.NaiveQuery.Test;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
    if (query.ranked() != null) {
      text.append(" order { ").append(ranked(query.ranked())).append(" }\n");
    } else if (!query.order().isEmpty()) {
      text.append(" order { ");
      text.append(query.order().stream().map(QueryText::key).collect(Collectors.joining(", ")));
      text.append(" }\n");
    }
    if (query.limit() != null) {
      text.append(" limit ").append(count(query, NaiveQuery.LIMIT, query.limit()));
      if (query.offset() != null) {
        text.append(" offset ").append(count(query, NaiveQuery.OFFSET, query.offset()));
      }
    }
    return text.append("\n}\n").toString();
  }

  private static String count(NaiveQuery query, String parameter, int value) {
    return query.parameters().containsKey(parameter) ? "$" + parameter : Integer.toString(value);
  }

  private static String key(Key key) {
    return (key.operand() == null ? key.column() : operand(key.operand()))
        + (key.descending() ? " desc" : "");
  }

  private static String ranked(Ranked ranked) {
    return (ranked.column() == null ? ranking(ranked.ranking()) : ranked.column())
        + (ranked.ignored() == null ? "" : ", " + key(ranked.ignored()));
  }

  private static String ranking(Ranking ranking) {
    return switch (ranking) {
      case Ranking.Nearest n ->
          call("nearest", "$" + n.variable() + "." + n.property(), operand(n.query()), null);
      case Ranking.Bm25 b -> call("bm25", operand(b.text()), operand(b.words()), null);
      case Ranking.Rrf r -> call("rrf", ranking(r.first()), ranking(r.second()), r.k());
    };
  }

  private static String call(String name, String first, String second, @Nullable Operand third) {
    String rest = third == null ? "" : ", " + operand(third);
    return name + "(" + first + ", " + second + rest + ")";
  }

  private static void pattern(Pattern pattern, StringBuilder text) {
    for (Declared d : pattern.declared()) {
      if (!d.written()) {
        continue;
      }
      text.append("  $").append(d.variable()).append(": ").append(d.type());
      if (!d.inline().isEmpty()) {
        text.append(
            d.inline().stream()
                .map(i -> i.property() + ": " + operand(i.operand()))
                .collect(Collectors.joining(", ", " { ", " }")));
      }
      text.append('\n');
    }
    pattern.written().forEach(h -> text.append("  ").append(hop(h)).append('\n'));
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
      case Test.Search s -> call(s.function(), operand(s.text()), operand(s.words()), s.edits());
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
      case Output.Score s -> ranking(s.ranking()) + " as " + s.name();
      case Output.Holds h -> test(h.test()) + " as " + h.name();
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
