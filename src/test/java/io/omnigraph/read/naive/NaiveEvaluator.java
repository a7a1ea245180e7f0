package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveGraph.Row;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Answers queries by definition. */
public final class NaiveEvaluator {

  private NaiveEvaluator() {}

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
    NaiveMatches matches = new NaiveMatches(graph, query, most);
    List<Map<String, Row>> assignments;
    try {
      assignments = matches.assignments(query.pattern(), Map.of());
    } catch (NaiveMatches.TooManyRowsException e) {
      return Optional.empty();
    }
    List<List<Value>> rows =
        query.aggregates()
            ? new NaiveGroups(query, matches).rows(assignments)
            : new NaiveRows(query, matches, new NaiveRanking(graph, query)).rows(assignments);
    return Optional.of(new Answer(rows, assignments.size()));
  }
}
