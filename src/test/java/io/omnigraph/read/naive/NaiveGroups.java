package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveGraph.Row;
import io.omnigraph.read.naive.NaiveQuery.Key;
import io.omnigraph.read.naive.NaiveQuery.Output;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The rows of a query with aggregates: a row per group. */
final class NaiveGroups {

  private final NaiveQuery query;
  private final NaiveMatches matches;

  NaiveGroups(NaiveQuery query, NaiveMatches matches) {
    this.query = query;
    this.matches = matches;
  }

  List<List<Value>> rows(List<Map<String, Row>> assignments) {
    Map<List<Value>, List<Map<String, Row>>> groups = new TreeMap<>(NaiveValues::ordered);
    if (query.outputs().stream().allMatch(Output.Aggregate.class::isInstance)) {
      groups.put(List.of(), new ArrayList<>());
    }
    for (Map<String, Row> row : assignments) {
      List<Value> key = new ArrayList<>();
      for (Output output : query.outputs()) {
        switch (output) {
          case Output.Plain p -> key.add(matches.value(row, p.operand()));
          case Output.Node n -> key.add(new Value.Text(row.get(n.variable()).id()));
          case Output.Score ignored -> throw new IllegalStateException();
          case Output.Holds ignored -> throw new IllegalStateException();
          case Output.Aggregate ignored -> {}
        }
      }
      groups.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
    }
    List<List<Value>> rows = new ArrayList<>();
    groups.forEach((key, members) -> rows.add(cells(key, members)));
    if (!query.order().isEmpty()) {
      rows.sort(this::compareGroups);
    }
    return rows;
  }

  private List<Value> cells(List<Value> key, List<Map<String, Row>> members) {
    List<Value> cells = new ArrayList<>();
    int k = 0;
    for (Output output : query.outputs()) {
      cells.add(output instanceof Output.Aggregate a ? aggregate(a, members) : key.get(k++));
    }
    return cells;
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
    Collection<Value> values =
        aggregate.distinct() ? new TreeSet<>(NaiveValues::ordered) : new ArrayList<>();
    for (Map<String, Row> row : rows) {
      Value value =
          aggregate.operand() == null
              ? new Value.Text(row.get(aggregate.variable()).id())
              : matches.value(row, aggregate.operand());
      if (!value.isNull()) {
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

  private static double sum(Collection<Value> values) {
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
