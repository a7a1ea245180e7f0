package io.omnigraph.read.exec;

import io.omnigraph.query.Parameters;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.Ranking;
import io.omnigraph.read.access.GraphAccess;
import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.column.Bits;
import io.omnigraph.read.expr.Scope;
import io.omnigraph.read.search.Ranked;
import io.omnigraph.read.search.Ranker;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The names of one running query. */
final class QueryScope implements Scope {

  private final PlanStudy study;
  private final GraphAccess graph;
  private final Parameters parameters;
  private final Ranker ranker;
  private final Map<Expr.TextMatch, Bits> textHits = new HashMap<>();
  private final Map<Ranking, Ranked> rankings = new HashMap<>();
  private final Map<String, ResultColumn> results = new HashMap<>();

  QueryScope(PlanStudy study, GraphAccess graph, Parameters parameters, Ranker ranker) {
    this.study = study;
    this.graph = graph;
    this.parameters = parameters;
    this.ranker = ranker;
  }

  @Override
  public Binding binding(String name) {
    PlanStudy.Variable variable = study.variable(name);
    return variable.edge()
        ? new Binding.Edge(variable.slot(), graph.edges(variable.typeName()))
        : new Binding.Node(variable.slot(), graph.nodes(variable.typeName()));
  }

  NodeAccess nodes(String variable) {
    return graph.nodes(study.variable(variable).typeName());
  }

  @Override
  public Parameters parameters() {
    return parameters;
  }

  Bits hits(Expr.TextMatch match) {
    Bits known = textHits.get(match);
    if (known == null) {
      known = ranker.matches(match, nodes(match.field().variable()));
      textHits.put(match, known);
    }
    return known;
  }

  @Override
  public Membership textMatches(Expr.TextMatch match) {
    return hits(match)::get;
  }

  /** Remembers what the plan's ranking found, for projections of its score. */
  Ranked rank(Ranking ranking, int[] candidates, int count, long wanted) {
    Ranked ranked = ranker.rank(ranking, nodes(ranking.variable()), candidates, count, wanted);
    rankings.put(ranking, ranked);
    return ranked;
  }

  /**
   * The scores of the plan's own rankings; of another one, which is no fusion, computed over the
   * nodes asked about.
   */
  @Override
  public NodeScores scores(Ranking ranking) {
    Ranked own = rankings.get(ranking);
    if (own != null) {
      return new KnownScores(own);
    }
    if (ranking instanceof Ranking.Bm25 bm25) {
      // A score by text depends on no other candidate: one search serves all rows.
      return new KnownScores(ranker.everyHit(bm25, nodes(ranking.variable())));
    }
    return new NodeScores() {
      private Ranked current = new Ranked();

      @Override
      public void prepare(int[] ordinals, int count) {
        int[] distinct = Arrays.stream(ordinals, 0, count).distinct().toArray();
        current =
            ranker.rank(
                ranking, nodes(ranking.variable()), distinct, distinct.length, Long.MAX_VALUE);
      }

      @Override
      public boolean has(int ordinal) {
        return current.has(ordinal);
      }

      @Override
      public double score(int ordinal) {
        return current.score(ordinal);
      }
    };
  }

  private record KnownScores(Ranked ranked) implements NodeScores {
    @Override
    public boolean has(int ordinal) {
      return ranked.has(ordinal);
    }

    @Override
    public double score(int ordinal) {
      return ranked.score(ordinal);
    }
  }

  void result(String name, ResultColumn column) {
    results.put(name, column);
  }

  @Override
  public ResultColumn resultColumn(String name) {
    return Objects.requireNonNull(results.get(name), name);
  }
}
