package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveGraph.Row;
import io.omnigraph.read.naive.NaiveQuery.Declared;
import io.omnigraph.read.naive.NaiveQuery.Hop;
import io.omnigraph.read.naive.NaiveQuery.Inline;
import io.omnigraph.read.naive.NaiveQuery.Operand;
import io.omnigraph.read.naive.NaiveQuery.Pattern;
import io.omnigraph.read.naive.NaiveQuery.Test;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Every way to match a pattern: what each variable is bound to. */
final class NaiveMatches {

  private static final int DEFAULT_EDITS = 2;

  private final NaiveGraph graph;
  private final NaiveQuery query;
  private final NaiveWalks walks;

  /** Rows that may still be made. */
  private long left;

  /**
   * @param most rows that may be made
   */
  NaiveMatches(NaiveGraph graph, NaiveQuery query, long most) {
    this.graph = graph;
    this.query = query;
    this.walks = new NaiveWalks(graph);
    this.left = most;
  }

  static final class TooManyRowsException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Every way to extend a row of bindings by a clause list. */
  List<Map<String, Row>> assignments(Pattern pattern, Map<String, Row> outer) {
    List<Map<String, Row>> rows = List.of(outer);
    for (Declared declared : pattern.declared()) {
      if (declared.scanned()) {
        rows = rows.stream().flatMap(row -> made(scan(row, declared)).stream()).toList();
      }
    }
    for (Hop hop : pattern.hops()) {
      rows = rows.stream().flatMap(row -> made(walk(row, hop)).stream()).toList();
    }
    return rows.stream()
        .filter(row -> pattern.declared().stream().allMatch(d -> inlineHolds(row, d)))
        .filter(row -> pattern.tests().stream().allMatch(t -> holds(row, t)))
        .filter(row -> pattern.negations().stream().allMatch(n -> assignments(n, row).isEmpty()))
        .toList();
  }

  private List<Map<String, Row>> made(List<Map<String, Row>> rows) {
    left -= rows.size();
    if (left < 0) {
      throw new TooManyRowsException();
    }
    return rows;
  }

  private List<Map<String, Row>> scan(Map<String, Row> row, Declared declared) {
    return graph.all(declared.type()).stream()
        .map(node -> with(row, declared.variable(), node))
        .toList();
  }

  private static Map<String, Row> with(Map<String, Row> row, String variable, Row bound) {
    Map<String, Row> copy = new HashMap<>(row);
    copy.put(variable, bound);
    return copy;
  }

  private List<Map<String, Row>> walk(Map<String, Row> row, Hop hop) {
    String from = hop.walkFromLeft() ? hop.left() : hop.right();
    String to = hop.walkFromLeft() ? hop.right() : hop.left();
    NaiveGraph.Ends ends = RandomSchema.EDGES.get(hop.edgeType());
    String type = hop.way() == NaiveGraph.Way.BACKWARD ? ends.from() : ends.to();
    List<Map<String, Row>> next = new ArrayList<>();
    walks
        .targets(row.get(from).id(), hop)
        .forEach(
            (id, edges) -> {
              if (to != null && row.containsKey(to) && !row.get(to).id().equals(id)) {
                return;
              }
              Map<String, Row> extended =
                  to == null ? row : with(row, to, graph.nodes.get(type).get(id));
              if (hop.edgeVariable() == null) {
                next.add(extended);
                return;
              }
              for (Row edge : edges) {
                next.add(
                    hop.edgeVariable().equals("_")
                        ? extended
                        : with(extended, hop.edgeVariable(), edge));
              }
            });
    return next;
  }

  private boolean inlineHolds(Map<String, Row> row, Declared declared) {
    for (Inline inline : declared.inline()) {
      Value cell = row.get(declared.variable()).get(inline.property());
      Value wanted = value(row, inline.operand());
      boolean holds =
          inline.list()
              ? NaiveValues.listHas(cell, wanted)
              : NaiveValues.compare(cell, wanted).orElse(1) == 0;
      if (!holds) {
        return false;
      }
    }
    return true;
  }

  boolean holds(Map<String, Row> row, Test test) {
    return switch (test) {
      case Test.Compare c -> {
        var order = NaiveValues.compare(value(row, c.left()), value(row, c.right()));
        yield order.isPresent() && fulfils(c.operator(), order.getAsInt());
      }
      case Test.ListHas l -> NaiveValues.listHas(value(row, l.list()), value(row, l.item()));
      case Test.TextHas t ->
          value(row, t.text()) instanceof Value.Text text
              && value(row, t.part()) instanceof Value.Text part
              && text.value().contains(part.value());
      case Test.Starts s ->
          value(row, s.text()) instanceof Value.Text text
              && value(row, s.prefix()) instanceof Value.Text prefix
              && text.value().startsWith(prefix.value());
      case Test.Search s ->
          value(row, s.text()) instanceof Value.Text text
              && value(row, s.words()) instanceof Value.Text words
              && NaiveValues.hasToken(text.value(), words.value(), edits(s));
      case Test.Null n -> value(row, n.operand()).isNull() != n.negated();
    };
  }

  static boolean fulfils(String operator, int order) {
    return switch (operator) {
      case "=" -> order == 0;
      case "!=" -> order != 0;
      case "<" -> order < 0;
      case "<=" -> order <= 0;
      case ">" -> order > 0;
      case ">=" -> order >= 0;
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private int edits(Test.Search search) {
    if (search.edits() == null) {
      return search.function().equals("fuzzy") ? DEFAULT_EDITS : 0;
    }
    return (int) ((Value.Int) query.constant(search.edits())).value();
  }

  Value value(Map<String, Row> row, Operand operand) {
    return operand instanceof Operand.Property p
        ? row.get(p.variable()).get(p.name())
        : query.constant(operand);
  }
}
