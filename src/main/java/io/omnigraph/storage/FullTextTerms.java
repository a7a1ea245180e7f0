package io.omnigraph.storage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a full-text search looks for. A text is cut into tokens, the longest runs of letters and
 * digits, in lower case; nothing is stemmed, folded or dropped as a stop word, so that a hit can be
 * foretold by reading. A text matches if any of its tokens equals a term, or is at most so many
 * insertions, deletions and substitutions away from one. The index of the storage cuts the same
 * way. Immutable.
 */
public final class FullTextTerms {

  private final Map<String, String> words;
  private final Set<String> terms;
  private final int maxEdits;

  private FullTextTerms(Map<String, String> words, int maxEdits) {
    this.words = Collections.unmodifiableMap(words);
    this.terms = this.words.keySet();
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
    return new FullTextTerms(words, maxEdits);
  }

  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    eachWord(
        text,
        (start, end, ascii) -> {
          words.add(text.substring(start, end));
          return true;
        });
    return words;
  }

  @FunctionalInterface
  private interface WordUse {
    /** Returns false to see no further word. */
    boolean on(int start, int end, boolean ascii);
  }

  private static void eachWord(String text, WordUse use) {
    int start = -1;
    boolean ascii = true;
    for (int i = 0; i < text.length(); ) {
      int c = text.charAt(i);
      int width = 1;
      boolean inside;
      if (c < 128) {
        inside = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
      } else {
        c = text.codePointAt(i);
        width = Character.charCount(c);
        inside = isTokenCharacter(c);
        ascii &= !inside;
      }
      if (inside) {
        start = start < 0 ? i : start;
      } else if (start >= 0) {
        if (!use.on(start, i, ascii)) {
          return;
        }
        start = -1;
        ascii = true;
      }
      i += width;
    }
    if (start >= 0) {
      use.on(start, text.length(), ascii);
    }
  }

  /** How many tokens a text has. */
  public static int countTokens(String text) {
    int[] count = new int[1];
    eachWord(
        text,
        (start, end, ascii) -> {
          count[0]++;
          return true;
        });
    return count[0];
  }

  /** Hands over the tokens of a text one after the other, in lower case. */
  public static void eachToken(String text, Consumer<String> use) {
    eachWord(
        text,
        (start, end, ascii) -> {
          use.accept(lowerCase(text.substring(start, end)));
          return true;
        });
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
   * The distinct terms, in lower case, with a word of the query that stands for each as it was
   * written. Cutting the words gives the terms again, which cutting the terms might not.
   */
  public Map<String, String> words() {
    return words;
  }

  public boolean matches(String text) {
    boolean[] found = new boolean[1];
    eachWord(
        text,
        (start, end, ascii) -> {
          found[0] = matching(text, start, end, ascii) != null;
          return !found[0];
        });
    return found[0];
  }

  /**
   * What a text holds of the terms.
   *
   * @param tokens all its tokens
   * @param frequencies how often each matching token occurs, by token; empty if it does not match
   */
  public record Occurrences(int tokens, SortedMap<String, Integer> frequencies) {}

  public Occurrences occurrences(String text) {
    int[] tokens = new int[1];
    SortedMap<String, Integer> frequencies = new TreeMap<>();
    eachWord(
        text,
        (start, end, ascii) -> {
          tokens[0]++;
          String token = matching(text, start, end, ascii);
          if (token != null) {
            frequencies.merge(token, 1, Integer::sum);
          }
          return true;
        });
    return new Occurrences(tokens[0], frequencies);
  }

  /** The token at a place of a text, if it matches. Most do not: they are not cut out. */
  private @Nullable String matching(String text, int start, int end, boolean ascii) {
    if (!ascii || maxEdits > 0) {
      String token = lowerCase(text.substring(start, end));
      return matchesToken(token) ? token : null;
    }
    for (String term : terms) {
      if (term.length() == end - start
          && term.regionMatches(true, 0, text, start, end - start)
          && isAscii(term)) {
        return term;
      }
    }
    return null;
  }

  /** Comparing without case takes some letters beyond ASCII for letters of it. */
  private static boolean isAscii(String term) {
    return term.chars().allMatch(c -> c < 128);
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
