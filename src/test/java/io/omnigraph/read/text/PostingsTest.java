package io.omnigraph.read.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.storage.FullTextTerms;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PostingsTest {

  private static final String[] PIECES = {
    "river",
    "River",
    "RIVER2",
    "über",
    "ÜBER",
    "日本",
    "x",
    "é",
    "e\u0301",
    "🙂",
    "ß",
    "İ",
    "ﬁ",
    "Ω",
    "\u212A",
    "४२",
    "1",
    " ",
    ", ",
    "'",
    "-",
    "\n",
    "_",
    "\u00a0",
    "a".repeat(300)
  };

  @Test
  void aRowOccursUnderEachOfItsTokensAsOftenAsTheTextHoldsIt() {
    Random random = new Random(7);
    List<@Nullable String> texts = new ArrayList<>();
    for (int row = 0; row < 400; row++) {
      texts.add(row % 17 == 3 ? null : text(random));
    }
    Postings postings = of(texts);
    Map<String, TreeMap<Integer, Integer>> expected = new TreeMap<>();
    for (int row = 0; row < texts.size(); row++) {
      String text = texts.get(row);
      assertThat(postings.hasText(row)).isEqualTo(text != null);
      if (text != null) {
        assertThat(postings.length(row)).isEqualTo(FullTextTerms.countTokens(text));
        int at = row;
        FullTextTerms.of(text, 0)
            .occurrences(text)
            .frequencies()
            .forEach(
                (token, times) ->
                    expected.computeIfAbsent(token, t -> new TreeMap<>()).put(at, times));
      }
    }
    expected.forEach(
        (token, rows) -> assertThat(occurrences(postings, token)).as(token).isEqualTo(rows));
    assertThat(expected.size()).isGreaterThan(600); // the dictionary has grown several times
    assertThat(postings.term("nowhere")).isEqualTo(-1);
  }

  @Test
  void rowsThatWereNotReadAreNamedAndHoldNothing() {
    Postings.Builder builder = new Postings.Builder(6);
    add(builder, 1, "river");
    builder.addNull(3);
    add(builder, 4, "");
    Postings postings = builder.build();
    TreeSet<Integer> lacking = new TreeSet<>();
    for (int row = 0; row < 6; row++) {
      int wanted = row;
      if (postings.lacks(r -> r == wanted)) {
        lacking.add(row);
      }
    }
    assertThat(lacking).containsExactly(0, 2, 5);
    assertThat(List.of(postings.hasText(1), postings.hasText(3), postings.hasText(4)))
        .containsExactly(true, false, true);
    assertThat(postings.length(4)).isZero();
    assertThatThrownBy(() -> add(new Postings.Builder(0), 0, "x"))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> builder.addNull(2)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Map<Integer, Integer> occurrences(Postings postings, String token) {
    Map<Integer, Integer> times = new TreeMap<>();
    int term = postings.term(token);
    for (int at = postings.begin(term); at < postings.begin(term + 1); at++) {
      times.merge(postings.rows()[at], 1, Integer::sum);
    }
    return times;
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]).append(random.nextInt(9) < 2 ? "" : " ");
      text.append(random.nextInt(3) == 0 ? "w" + random.nextInt(3000) + " " : "");
    }
    return text.toString();
  }

  private static Postings of(List<@Nullable String> texts) {
    Postings.Builder builder = new Postings.Builder(texts.size());
    for (int row = 0; row < texts.size(); row++) {
      String text = texts.get(row);
      if (text == null) {
        builder.addNull(row);
      } else {
        add(builder, row, text);
      }
    }
    return builder.build();
  }

  private static void add(Postings.Builder builder, int row, String text) {
    byte[] bytes = ("." + text + "a").getBytes(StandardCharsets.UTF_8);
    builder.add(row, bytes, 1, bytes.length - 2);
  }
}
