package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveGraph.Row;
import io.omnigraph.read.naive.NaiveQuery.Ranking;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Rankings by their formulas, over all texts and vectors of a graph. */
final class NaiveRanking {

  private static final double K1 = 1.2;
  private static final double B = 0.75;
  private static final long DEFAULT_K = 60;

  private final NaiveGraph graph;
  private final NaiveQuery query;

  NaiveRanking(NaiveGraph graph, NaiveQuery query) {
    this.graph = graph;
    this.query = query;
  }

  /**
   * Distances or scores by node id, best first.
   *
   * @param candidates the nodes that may be ranked
   * @param wanted how many of the nearest are ranked; a text ranks all its hits
   */
  Map<String, Double> rank(Ranking ranking, Collection<Row> candidates, long wanted) {
    return switch (ranking) {
      case Ranking.Nearest nearest -> nearest(nearest, candidates, wanted);
      case Ranking.Bm25 bm25 -> bm25(bm25, candidates);
      case Ranking.Rrf rrf -> fused(rrf, candidates, wanted);
    };
  }

  private Map<String, Double> nearest(
      Ranking.Nearest nearest, Collection<Row> candidates, long wanted) {
    float[] target = ((Value.Vector) query.constant(nearest.query())).elements();
    Map<String, Double> distances = new LinkedHashMap<>();
    for (Row candidate : candidates) {
      if (candidate.get(nearest.property()) instanceof Value.Vector vector) {
        double squares = 0;
        for (int i = 0; i < target.length; i++) {
          squares += Math.pow((double) vector.elements()[i] - target[i], 2);
        }
        distances.put(candidate.id(), Math.sqrt(squares));
      }
    }
    return sorted(distances, Comparator.naturalOrder(), wanted);
  }

  private Map<String, Double> bm25(Ranking.Bm25 bm25, Collection<Row> candidates) {
    List<String> words =
        query.constant(bm25.words()) instanceof Value.Text text
            ? tokens(text).distinct().toList()
            : List.of();
    Map<String, Double> scores = new LinkedHashMap<>();
    for (Row candidate : candidates) {
      if (candidate.get(bm25.text().name()) instanceof Value.Text text) {
        double score = score(tokens(text).toList(), words, corpus(candidate.type(), bm25));
        if (score > 0) {
          // The precision in which scores are compared.
          scores.put(candidate.id(), (double) (float) score);
        }
      }
    }
    return sorted(scores, Comparator.reverseOrder(), Long.MAX_VALUE);
  }

  /** Every text of the property, as tokens; not only those of candidates. */
  private List<List<String>> corpus(String type, Ranking.Bm25 bm25) {
    List<List<String>> texts = new ArrayList<>();
    for (Row node : graph.all(type)) {
      if (node.get(bm25.text().name()) instanceof Value.Text text) {
        texts.add(tokens(text).toList());
      }
    }
    return texts;
  }

  private static Stream<String> tokens(Value.Text text) {
    return Stream.of(text.value().split(" ")).filter(token -> !token.isEmpty());
  }

  private static double score(
      List<String> document, List<String> words, List<List<String>> corpus) {
    double averageLength = corpus.stream().mapToInt(List::size).average().orElseThrow();
    double score = 0;
    for (String word : words) {
      long times = document.stream().filter(word::equals).count();
      if (times > 0) {
        long with = corpus.stream().filter(d -> d.contains(word)).count();
        double rarity = Math.log(1 + (corpus.size() - with + 0.5) / (with + 0.5));
        double norm = K1 * (1 - B + B * document.size() / averageLength);
        score += rarity * times * (K1 + 1) / (times + norm);
      }
    }
    return score;
  }

  /** Equal scores keep the first arm's order, then the second's. */
  private Map<String, Double> fused(Ranking.Rrf rrf, Collection<Row> candidates, long wanted) {
    double k = rrf.k() == null ? DEFAULT_K : ((Value.Int) query.constant(rrf.k())).value();
    Map<String, Double> sums = new LinkedHashMap<>();
    for (Ranking arm : List.of(rrf.first(), rrf.second())) {
      int rank = 0;
      for (String id : rank(arm, candidates, wanted).keySet()) {
        sums.merge(id, 1 / (k + rank + 1), Double::sum);
        rank++;
      }
    }
    return firsts(
        sums.entrySet().stream().sorted(Map.Entry.comparingByValue(Comparator.reverseOrder())),
        wanted);
  }

  private static Map<String, Double> sorted(
      Map<String, Double> scores, Comparator<Double> better, long wanted) {
    return firsts(
        scores.entrySet().stream()
            .sorted(
                Map.Entry.<String, Double>comparingByValue(better)
                    .thenComparing(Map.Entry.comparingByKey(NaiveValues::texts))),
        wanted);
  }

  private static Map<String, Double> firsts(
      Stream<Map.Entry<String, Double>> entries, long wanted) {
    Map<String, Double> kept = new LinkedHashMap<>();
    entries.limit(wanted).forEach(e -> kept.put(e.getKey(), e.getValue()));
    return kept;
  }
}
