package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveGraph.Row;
import io.omnigraph.read.naive.NaiveGraph.Way;
import io.omnigraph.read.naive.NaiveQuery.Declared;
import io.omnigraph.read.naive.NaiveQuery.Hop;
import io.omnigraph.read.naive.NaiveQuery.Inline;
import io.omnigraph.read.naive.NaiveQuery.Key;
import io.omnigraph.read.naive.NaiveQuery.Operand;
import io.omnigraph.read.naive.NaiveQuery.Output;
import io.omnigraph.read.naive.NaiveQuery.Pattern;
import io.omnigraph.read.naive.NaiveQuery.Ranked;
import io.omnigraph.read.naive.NaiveQuery.Ranking;
import io.omnigraph.read.naive.NaiveQuery.Test;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Answers queries by definition. */
public final class NaiveEvaluator {

  private final NaiveGraph graph;
  private final NaiveQuery query;
  private final NaiveRanking rankings;

  /** What a hop reaches from a node: the edges to each target, none where nobody asks for them. */
  private final Map<Hop, Map<String, Map<String, List<Row>>>> reached = new HashMap<>();

  /** Rows that may still be made. */
  private long left;

  private NaiveEvaluator(NaiveGraph graph, NaiveQuery query, long most) {
    this.graph = graph;
    this.query = query;
    this.left = most;
    this.rankings = new NaiveRanking(graph, query);
  }

  /**
   * The rows of a query, in order if it orders.
   *
   * @param rows before limit and offset are applied, but without what is ranked behind them
   * @param matches how many ways the pattern is matched
   */
  public record Answer(List<List<Value>> rows, int matches) {}

  /**
   * @param most nothing is answered if that takes more than so many walked rows
   */
  public static Optional<Answer> answer(NaiveGraph graph, NaiveQuery query, long most) {
    try {
      return Optional.of(new NaiveEvaluator(graph, query, most).answer());
    } catch (TooManyRowsException e) {
      return Optional.empty();
    }
  }

  private static final class TooManyRowsException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private Answer answer() {
    List<Map<String, Row>> assignments = assignments(query.pattern(), Map.of());
    return new Answer(
        query.aggregates() ? grouped(assignments) : projected(assignments), assignments.size());
  }

  // ---- patterns

  /** Every way to extend a row of bindings by a clause list. */
  private List<Map<String, Row>> assignments(Pattern pattern, Map<String, Row> outer) {
    List<Map<String, Row>> rows = List.of(outer);
    for (Declared declared : pattern.declared()) {
      if (declared.scanned()) {
        rows = scan(rows, declared);
      }
    }
    for (Hop hop : pattern.hops()) {
      List<Map<String, Row>> next = new ArrayList<>();
      for (Map<String, Row> row : rows) {
        List<Map<String, Row>> walked = walk(row, hop);
        left -= walked.size();
        if (left < 0) {
          throw new TooManyRowsException();
        }
        next.addAll(walked);
      }
      rows = next;
    }
    return rows.stream()
        .filter(row -> pattern.declared().stream().allMatch(d -> inlineHolds(row, d)))
        .filter(row -> pattern.tests().stream().allMatch(t -> holds(row, t)))
        .filter(row -> pattern.negations().stream().allMatch(n -> assignments(n, row).isEmpty()))
        .toList();
  }

  private List<Map<String, Row>> scan(List<Map<String, Row>> rows, Declared declared) {
    List<Map<String, Row>> next = new ArrayList<>();
    for (Map<String, Row> row : rows) {
      for (Row node : graph.all(declared.type())) {
        next.add(with(row, declared.variable(), node));
      }
    }
    return next;
  }

  private static Map<String, Row> with(Map<String, Row> row, String variable, Row bound) {
    Map<String, Row> copy = new HashMap<>(row);
    copy.put(variable, bound);
    return copy;
  }

  private List<Map<String, Row>> walk(Map<String, Row> row, Hop hop) {
    String from = hop.walkFromLeft() ? hop.left() : hop.right();
    String to = hop.walkFromLeft() ? hop.right() : hop.left();
    String start = row.get(from).id();
    NaiveGraph.Ends ends = graph.edgeTypes.get(hop.edgeType());
    String type = hop.way() == Way.BACKWARD ? ends.from() : ends.to();
    Map<String, List<Row>> targets =
        reached
            .computeIfAbsent(hop, h -> new HashMap<>())
            .computeIfAbsent(start, s -> targets(s, hop));
    List<Map<String, Row>> next = new ArrayList<>();
    for (Row target : graph.all(type)) {
      List<Row> edges = targets.get(target.id());
      if (edges == null) {
        continue;
      }
      if (to != null && row.containsKey(to) && !row.get(to).id().equals(target.id())) {
        continue;
      }
      Map<String, Row> extended = to == null ? row : with(row, to, target);
      if (hop.edgeVariable() != null) {
        for (Row edge : edges) {
          next.add(with(extended, hop.edgeVariable(), edge));
        }
      } else {
        next.add(extended);
      }
    }
    return next;
  }

  private Map<String, List<Row>> targets(String start, Hop hop) {
    Map<String, List<Row>> targets = new HashMap<>();
    for (String id : graph.reach(hop.edgeType(), start, hop.way(), hop.min(), hop.max())) {
      targets.put(
          id,
          hop.edgeVariable() == null
              ? List.of()
              : graph.between(hop.edgeType(), start, id, hop.way()));
    }
    return targets;
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

  private boolean holds(Map<String, Row> row, Test test) {
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
              && NaiveValues.hasToken(
                  text.value(), words.value(), s.edits() == null ? 0 : s.edits());
      case Test.Null n -> value(row, n.operand()).isNull() != n.negated();
    };
  }

  private static boolean fulfils(String operator, int order) {
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

  private Value value(Map<String, Row> row, Operand operand) {
    return switch (operand) {
      case Operand.Property p -> row.get(p.variable()).get(p.name());
      case Operand.Literal l -> l.value();
      case Operand.Param p -> query.parameters().get(p.name()).value();
    };
  }

  // ---- results

  private List<List<Value>> projected(List<Map<String, Row>> assignments) {
    Map<String, Double> scores =
        query.ranked() == null ? Map.of() : scores(query.ranked().ranking(), assignments);
    List<Map<String, Row>> sorted = new ArrayList<>(assignments);
    if (query.ranked() != null) {
      sorted = ranked(query.ranked(), assignments, List.copyOf(scores.keySet()));
    } else if (!query.order().isEmpty()) {
      sorted.sort(this::compareRows);
    }
    List<List<Value>> rows = new ArrayList<>();
    for (Map<String, Row> row : sorted) {
      List<Value> cells = new ArrayList<>();
      for (Output output : query.outputs()) {
        cells.add(
            switch (output) {
              case Output.Plain p -> value(row, p.operand());
              case Output.Score s -> score(s.ranking(), row, scores, assignments);
              case Output.Node n -> new Value.Text(row.get(n.variable()).id());
              case Output.Aggregate a -> throw new IllegalStateException();
            });
      }
      rows.add(cells);
    }
    return rows;
  }

  /** The ranking of the distinct nodes that fulfil the pattern. */
  private Map<String, Double> scores(Ranking ranking, List<Map<String, Row>> assignments) {
    long offset = query.offset() == null ? 0 : query.offset();
    long wanted = query.limit() == null ? Long.MAX_VALUE : offset + query.limit();
    return rankings.rank(ranking, candidates(ranking, assignments), wanted);
  }

  private static Collection<Row> candidates(Ranking ranking, List<Map<String, Row>> assignments) {
    Map<String, Row> candidates = new LinkedHashMap<>();
    assignments.forEach(
        row -> candidates.put(row.get(ranking.variable()).id(), row.get(ranking.variable())));
    return candidates.values();
  }

  /** Rows by the rank of their node, then by the ids of all they bind; fusion keeps the first. */
  private static List<Map<String, Row>> ranked(
      Ranked ranked, List<Map<String, Row>> assignments, List<String> places) {
    String variable = ranked.ranking().variable();
    List<Map<String, Row>> rows = new ArrayList<>(assignments);
    rows.removeIf(row -> !places.contains(row.get(variable).id()));
    rows.sort(
        Comparator.comparingInt((Map<String, Row> row) -> places.indexOf(row.get(variable).id()))
            .thenComparing(NaiveEvaluator::compareIds));
    if (ranked.ranking() instanceof Ranking.Rrf) {
      Set<String> seen = new HashSet<>();
      rows.removeIf(row -> !seen.add(row.get(variable).id()));
    }
    return rows;
  }

  private Value score(
      Ranking ranking,
      Map<String, Row> row,
      Map<String, Double> own,
      List<Map<String, Row>> assignments) {
    Row node = row.get(ranking.variable());
    Double score =
        query.ranked() != null && query.ranked().ranking().equals(ranking)
            ? own.get(node.id())
            : rankings
                .rank(ranking, candidates(ranking, assignments), Long.MAX_VALUE)
                .get(node.id());
    return score == null ? Value.NULL : new Value.Real(score);
  }

  private int compareRows(Map<String, Row> left, Map<String, Row> right) {
    for (Key key : query.order()) {
      int order =
          key.operand() == null
              ? NaiveValues.ordered(
                  columnValue(left, key.column()), columnValue(right, key.column()))
              : NaiveValues.ordered(value(left, key.operand()), value(right, key.operand()));
      if (order != 0) {
        return key.descending() ? -order : order;
      }
    }
    return compareIds(left, right);
  }

  private static int compareIds(Map<String, Row> left, Map<String, Row> right) {
    for (String variable : new TreeMap<>(left).keySet()) {
      int order = NaiveValues.texts(left.get(variable).id(), right.get(variable).id());
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private Value columnValue(Map<String, Row> row, String column) {
    for (Output output : query.outputs()) {
      if (output.name().equals(column) && output instanceof Output.Plain p) {
        return value(row, p.operand());
      }
    }
    throw new IllegalArgumentException(column);
  }

  private List<List<Value>> grouped(List<Map<String, Row>> assignments) {
    List<List<Value>> keys = new ArrayList<>();
    List<List<Map<String, Row>>> members = new ArrayList<>();
    for (Map<String, Row> row : assignments) {
      List<Value> key = new ArrayList<>();
      for (Output output : query.outputs()) {
        switch (output) {
          case Output.Plain p -> key.add(value(row, p.operand()));
          case Output.Node n -> key.add(new Value.Text(row.get(n.variable()).id()));
          case Output.Score ignored -> throw new IllegalStateException();
          case Output.Aggregate ignored -> {}
        }
      }
      int group = 0;
      while (group < keys.size() && !NaiveValues.same(keys.get(group), key)) {
        group++;
      }
      if (group == keys.size()) {
        keys.add(key);
        members.add(new ArrayList<>());
      }
      members.get(group).add(row);
    }
    boolean noKeys = query.outputs().stream().allMatch(Output.Aggregate.class::isInstance);
    if (noKeys && keys.isEmpty()) {
      keys.add(List.of());
      members.add(List.of());
    }
    List<List<Value>> rows = new ArrayList<>();
    for (int g = 0; g < keys.size(); g++) {
      List<Value> cells = new ArrayList<>();
      int k = 0;
      for (Output output : query.outputs()) {
        cells.add(
            output instanceof Output.Aggregate a
                ? aggregate(a, members.get(g))
                : keys.get(g).get(k++));
      }
      rows.add(cells);
    }
    if (!query.order().isEmpty()) {
      rows.sort(this::compareGroups);
    }
    return rows;
  }

  private int compareGroups(List<Value> left, List<Value> right) {
    for (Key key : query.order()) {
      int column = indexOf(key.column());
      int order = NaiveValues.ordered(left.get(column), right.get(column));
      if (order != 0) {
        return key.descending() ? -order : order;
      }
    }
    for (int i = 0; i < left.size(); i++) {
      if (!(query.outputs().get(i) instanceof Output.Aggregate)) {
        int order = NaiveValues.ordered(left.get(i), right.get(i));
        if (order != 0) {
          return order;
        }
      }
    }
    return 0;
  }

  private int indexOf(String column) {
    for (int i = 0; i < query.outputs().size(); i++) {
      if (query.outputs().get(i).name().equals(column)) {
        return i;
      }
    }
    throw new IllegalArgumentException(column);
  }

  private Value aggregate(Output.Aggregate aggregate, List<Map<String, Row>> rows) {
    if (aggregate.operand() == null && !aggregate.distinct()) {
      return new Value.Int(rows.size());
    }
    List<Value> values = new ArrayList<>();
    for (Map<String, Row> row : rows) {
      Value value =
          aggregate.operand() == null
              ? new Value.Text(row.get(aggregate.variable()).id())
              : value(row, aggregate.operand());
      boolean repeated =
          aggregate.distinct() && values.stream().anyMatch(v -> NaiveValues.ordered(v, value) == 0);
      if (!value.isNull() && !repeated) {
        values.add(value);
      }
    }
    if (aggregate.function().equals("count")) {
      return new Value.Int(values.size());
    }
    if (values.isEmpty()) {
      return Value.NULL;
    }
    Comparator<Value> order = NaiveValues::ordered;
    return switch (aggregate.function()) {
      case "min" -> values.stream().min(order).orElseThrow();
      case "max" -> values.stream().max(order).orElseThrow();
      case "sum" -> new Value.Real(sum(values));
      case "avg" -> new Value.Real(sum(values) / values.size());
      default -> throw new IllegalArgumentException(aggregate.function());
    };
  }

  private static double sum(List<Value> values) {
    double special = 0;
    BigDecimal sum = BigDecimal.ZERO;
    for (Value value : values) {
      if (value instanceof Value.Real real && !Double.isFinite(real.value())) {
        special += real.value();
      } else {
        // Sums are those of floats: integers beyond 2^53 are rounded first.
        sum = sum.add(new BigDecimal(NaiveValues.exact(value).doubleValue()));
      }
    }
    return special + sum.doubleValue();
  }
}
