package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveGraph.Row;
import io.omnigraph.read.naive.NaiveQuery.Key;
import io.omnigraph.read.naive.NaiveQuery.Output;
import io.omnigraph.read.naive.NaiveQuery.Ranked;
import io.omnigraph.read.naive.NaiveQuery.Ranking;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The rows of a query without aggregates: a row per match, in order. */
final class NaiveRows {

  private final NaiveQuery query;
  private final NaiveMatches matches;
  private final NaiveRanking rankings;

  NaiveRows(NaiveQuery query, NaiveMatches matches, NaiveRanking rankings) {
    this.query = query;
    this.matches = matches;
    this.rankings = rankings;
  }

  List<List<Value>> rows(List<Map<String, Row>> assignments) {
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
              case Output.Plain p -> matches.value(row, p.operand());
              case Output.Score s -> score(s.ranking(), row, scores, assignments);
              case Output.Holds h -> new Value.Bool(matches.holds(row, h.test()));
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
            .thenComparing(NaiveRows::compareIds));
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
              : NaiveValues.ordered(
                  matches.value(left, key.operand()), matches.value(right, key.operand()));
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
        return matches.value(row, p.operand());
      }
    }
    throw new IllegalArgumentException(column);
  }
}
