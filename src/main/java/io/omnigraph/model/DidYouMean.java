package io.omnigraph.model;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the known name a mistyped one was probably meant to be. Stateless, thread-safe. */
public final class DidYouMean {

  /** Longer words are not compared: nobody mistypes them, and the comparison is quadratic. */
  private static final int LONGEST_WORD = 64;

  /** Among more names than this a near one means little, and finding it takes long. */
  private static final int MOST_CANDIDATES = 10_000;

  private DidYouMean() {}

  /**
   * The candidate nearest to a word by edit distance (a transposition counts as one edit), case
   * ignored. Empty if none is near: more than a third of the word, and at least one edit, may
   * differ. Of equally near ones the first in text order wins.
   */
  public static Optional<String> nearest(String word, Collection<String> candidates) {
    if (word.isEmpty() || word.length() > LONGEST_WORD || candidates.size() > MOST_CANDIDATES) {
      return Optional.empty();
    }
    String folded = word.toLowerCase(Locale.ROOT);
    int best = Math.max(1, word.length() / 3) + 1;
    String found = null;
    for (String candidate : candidates) {
      if (candidate.length() > LONGEST_WORD || candidate.equals(word)) {
        continue;
      }
      int distance = distance(folded, candidate.toLowerCase(Locale.ROOT), best);
      boolean tie = distance == best && found != null && candidate.compareTo(found) < 0;
      if (distance < best || tie) {
        best = distance;
        found = candidate;
      }
    }
    return Optional.ofNullable(found);
  }

  /** The hint text {@code did you mean `x`?}; null if no candidate is near. */
  public static @Nullable String hint(String word, Collection<String> candidates) {
    return nearest(word, candidates).map(name -> "did you mean `" + name + "`?").orElse(null);
  }

  /** Optimal string alignment distance, or {@code limit + 1} as soon as it must be greater. */
  private static int distance(String a, String b, int limit) {
    if (Math.abs(a.length() - b.length()) > limit) {
      return limit + 1;
    }
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] row = new int[b.length() + 1];
      row[0] = i;
      int smallest = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(substitution, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
        smallest = Math.min(smallest, row[j]);
      }
      if (smallest > limit) {
        return limit + 1;
      }
      beforeLast = last;
      last = row;
    }
    return last[b.length()];
  }
}
