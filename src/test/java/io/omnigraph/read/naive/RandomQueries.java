package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveQuery.Key;
import io.omnigraph.read.naive.NaiveQuery.Output;
import io.omnigraph.read.naive.NaiveQuery.Parameter;
import io.omnigraph.read.naive.NaiveQuery.Pattern;
import io.omnigraph.read.naive.NaiveQuery.Ranked;
import io.omnigraph.read.naive.NaiveQuery.Ranking;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Draws queries over a schema of random graphs. */
public final class RandomQueries {

  private final QueryDraft draft;
  private final RandomPatterns patterns;
  private final RandomRankings rankings;
  private final RandomOutputs outputs;

  private RandomQueries(QueryDraft draft, SplittableRandom random) {
    this.draft = draft;
    RandomTests filters = new RandomTests(draft);
    this.patterns = new RandomPatterns(draft, filters);
    this.rankings = new RandomRankings(random, draft.values, draft.parameters);
    this.outputs = new RandomOutputs(draft, rankings, filters);
  }

  /** One query over the whole schema. */
  public static NaiveQuery draw(SplittableRandom random) {
    return draw(random, RandomSchema.KINDS, false);
  }

  /**
   * One query.
   *
   * @param kinds property name to kind, per type
   * @param spelled only values that JSON can spell
   */
  public static NaiveQuery draw(
      SplittableRandom random, Map<String, Map<String, String>> kinds, boolean spelled) {
    return new RandomQueries(new QueryDraft(random, kinds, spelled), random).draw();
  }

  private NaiveQuery draw() {
    Pattern pattern = patterns.draw();
    boolean aggregate = draft.chance(4);
    List<Output> returned = aggregate ? outputs.aggregates() : outputs.projections();
    Ranked ranked =
        aggregate || draft.people().isEmpty() || draft.chance(2) ? null : ranked(returned);
    List<Key> order =
        ranked != null || draft.chance(3) ? List.of() : outputs.keys(returned, aggregate);
    boolean mustLimit = ranked != null && !(ranked.ranking() instanceof Ranking.Bm25);
    Integer limit = mustLimit || draft.chance(3) ? count(NaiveQuery.LIMIT, 6) : null;
    Integer offset = limit != null && draft.chance(3) ? count(NaiveQuery.OFFSET, 4) : null;
    return new NaiveQuery(
        pattern, returned, order, ranked, limit, offset, new LinkedHashMap<>(draft.parameters));
  }

  /** A number of rows, written out or given as a parameter of some integer type. */
  private int count(String name, int bound) {
    int count = draft.chance(6) ? 100 * draft.below(2) : draft.below(bound);
    if (draft.chance(2)) {
      String type = draft.pick(List.of("I32", "I64", "U32", "U64"));
      draft.parameters.put(name, new Parameter(type, new Value.Int(count)));
    }
    return count;
  }

  /** Order by a ranking; its score may be returned, and then may be ordered by. */
  private Ranked ranked(List<Output> returned) {
    Ranking ranking = rankings.draw(draft.pick(draft.people()));
    String column = null;
    if (draft.chance(2)) {
      returned.add(new Output.Score("rank", ranking));
      column = draft.chance(2) ? "rank" : null;
    }
    Key ignored = draft.chance(4) ? outputs.keys(List.of(), false).getFirst() : null;
    return new Ranked(ranking, column, ignored);
  }
}
