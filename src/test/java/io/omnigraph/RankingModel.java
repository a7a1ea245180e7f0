package io.omnigraph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Documents that cite one another, and their rankings by a naive evaluator.
 *
 * @param docs by name
 * @param edges by id, as {@code from>to}
 */
record RankingModel(TreeMap<String, Doc> docs, TreeMap<String, String> edges) {

  record Doc(@Nullable String body, float @Nullable [] at, int n) {
    List<String> tokens() {
      return body == null
          ? List.of()
          : Stream.of(body.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+"))
              .filter(token -> !token.isEmpty())
              .toList();
    }
  }

  RankingModel() {
    this(new TreeMap<>(), new TreeMap<>());
  }

  RankingModel copy() {
    return new RankingModel(new TreeMap<>(docs), new TreeMap<>(edges));
  }

  /** What may be ranked, by the clauses that bind it. */
  Map<String, Set<String>> patterns(int n) {
    Map<String, Set<String>> patterns = new LinkedHashMap<>();
    patterns.put("$d: Doc", docs.keySet());
    Set<String> ofNumber = new TreeSet<>();
    docs.forEach((name, doc) -> ofNumber.addAll(doc.n() == n ? Set.of(name) : Set.of()));
    patterns.put("$d: Doc { n: " + n + " }", ofNumber);
    Set<String> cited = new TreeSet<>();
    edges.values().forEach(edge -> cited.add(edge.split(">")[1]));
    patterns.put("$a: Doc  $a cites $d", cited);
    return patterns;
  }

  /** BM25 of every document that holds a word. */
  Map<String, Double> scores(String words) {
    List<List<String>> corpus = new ArrayList<>();
    for (Doc doc : docs.values()) {
      if (doc.body() != null) {
        corpus.add(doc.tokens());
      }
    }
    double average = corpus.stream().mapToInt(List::size).average().orElse(1);
    Map<String, Double> scores = new HashMap<>();
    Set<String> terms = new TreeSet<>(new Doc(words, null, 0).tokens());
    docs.forEach(
        (name, doc) -> {
          List<String> tokens = doc.tokens();
          double score = 0;
          for (String term : terms) {
            long times = tokens.stream().filter(term::equals).count();
            double with = corpus.stream().filter(other -> other.contains(term)).count();
            double rarity = Math.log(1 + (corpus.size() - with + 0.5) / (with + 0.5));
            score += rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * tokens.size() / average));
          }
          if (score > 0) {
            scores.put(name, (double) (float) score);
          }
        });
    return scores;
  }

  /** The distance of every document that has a vector. */
  Map<String, Double> distances(float[] point) {
    Map<String, Double> distances = new HashMap<>();
    docs.forEach(
        (name, doc) -> {
          if (doc.at() != null) {
            double sum = 0;
            for (int i = 0; i < point.length; i++) {
              sum += Math.pow(doc.at()[i] - point[i], 2);
            }
            distances.put(name, Math.sqrt(sum));
          }
        });
    return distances;
  }

  /** Those candidates that have a value, in its order, equal ones by name. */
  static List<String> ranked(
      Set<String> candidates, Map<String, Double> values, boolean highestFirst) {
    Comparator<String> byValue = Comparator.comparing(values::get);
    return candidates.stream()
        .filter(values::containsKey)
        .sorted(
            (highestFirst ? byValue.reversed() : byValue).thenComparing(Comparator.naturalOrder()))
        .toList();
  }

  /** Reciprocal rank fusion with the constant 7, first arm first. */
  static Map<String, Double> fused(List<String> first, List<String> second) {
    Map<String, Double> sums = new LinkedHashMap<>();
    for (List<String> arm : List.of(first, second)) {
      for (int rank = 0; rank < arm.size(); rank++) {
        sums.merge(arm.get(rank), 1.0 / (7 + rank + 1), Double::sum);
      }
    }
    return sums;
  }

  static List<String> limited(List<String> names, int limit) {
    return names.subList(0, limit < 0 ? names.size() : Math.min(limit, names.size()));
  }
}
