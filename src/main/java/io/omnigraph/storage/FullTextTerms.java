package io.omnigraph.storage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a full-text search looks for. A text is cut into tokens, the longest runs of letters and
 * digits, in lower case; nothing is stemmed, folded or dropped as a stop word, so that a hit can be
 * foretold by reading. A text matches if any of its tokens equals a term, or is at most so many
 * insertions, deletions and substitutions away from one. The index of the storage cuts the same
 * way. Immutable.
 */
public final class FullTextTerms {

  private final Set<String> terms;
  private final String distinctWords;
  private final int maxEdits;

  private FullTextTerms(Set<String> terms, String distinctWords, int maxEdits) {
    this.terms = terms;
    this.distinctWords = distinctWords;
    this.maxEdits = maxEdits;
  }

  /**
   * @param maxEdits 0 for exact tokens, at most 2
   */
  public static FullTextTerms of(String query, int maxEdits) {
    if (maxEdits < 0 || maxEdits > 2) {
      throw new IllegalArgumentException("max edits must be 0, 1 or 2, not " + maxEdits);
    }
    Map<String, String> words = new LinkedHashMap<>();
    for (String word : words(query)) {
      words.putIfAbsent(lowerCase(word), word);
    }
    return new FullTextTerms(words.keySet(), String.join(" ", words.values()), maxEdits);
  }

  /** The tokens of a text in order, with repetitions. */
  public static List<String> tokens(String text) {
    List<String> tokens = words(text);
    tokens.replaceAll(FullTextTerms::lowerCase);
    return tokens;
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      if (isTokenCharacter(c)) {
        start = start < 0 ? i : start;
      } else if (start >= 0) {
        words.add(text.substring(start, i));
        start = -1;
      }
      i += Character.charCount(c);
    }
    if (start >= 0) {
      words.add(text.substring(start));
    }
    return words;
  }

  /** One character at a time: lower case must not depend on what stands around it. */
  private static String lowerCase(String word) {
    StringBuilder lower = new StringBuilder(word.length());
    word.codePoints()
        .forEach(
            c -> {
              if (c < 128) {
                lower.append((char) Character.toLowerCase(c));
              } else {
                lower.append(Character.toString(c).toLowerCase(Locale.ROOT));
              }
            });
    return lower.toString();
  }

  private static boolean isTokenCharacter(int c) {
    if (Character.isAlphabetic(c)) {
      return true;
    }
    int type = Character.getType(c);
    return type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER;
  }

  /** True if nothing can match: the query holds no letter and no digit. */
  public boolean isEmpty() {
    return terms.isEmpty();
  }

  /**
   * The words of the query as written, joined by spaces, without those that only repeat a term.
   * Cutting it gives these terms again, which their lower case might not.
   */
  public String distinctWords() {
    return distinctWords;
  }

  /** The distinct terms in lower case. */
  public Set<String> terms() {
    return Collections.unmodifiableSet(terms);
  }

  public boolean matches(String text) {
    for (String token : tokens(text)) {
      if (matchesToken(token)) {
        return true;
      }
    }
    return false;
  }

  /**
   * How often each matching token occurs among the tokens of a text; empty if it does not match.
   */
  public Map<String, Integer> frequencies(List<String> tokens) {
    Map<String, Integer> frequencies = new HashMap<>();
    for (String token : tokens) {
      if (matchesToken(token)) {
        frequencies.merge(token, 1, Integer::sum);
      }
    }
    return frequencies;
  }

  private boolean matchesToken(String token) {
    if (terms.contains(token)) {
      return true;
    }
    if (maxEdits == 0) {
      return false;
    }
    int[] letters = token.codePoints().toArray();
    for (String term : terms) {
      if (withinEdits(term.codePoints().toArray(), letters)) {
        return true;
      }
    }
    return false;
  }

  /** Levenshtein distance over code points, cut off at the bound. */
  private boolean withinEdits(int[] a, int[] b) {
    if (Math.abs(a.length - b.length) > maxEdits) {
      return false;
    }
    int[] previous = new int[b.length + 1];
    int[] current = new int[b.length + 1];
    for (int j = 0; j <= b.length; j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length; i++) {
      current[0] = i;
      int least = i;
      for (int j = 1; j <= b.length; j++) {
        int substituted = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
        current[j] = Math.min(substituted, 1 + Math.min(previous[j], current[j - 1]));
        least = Math.min(least, current[j]);
      }
      if (least > maxEdits) {
        return false;
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return previous[b.length] <= maxEdits;
  }
}
