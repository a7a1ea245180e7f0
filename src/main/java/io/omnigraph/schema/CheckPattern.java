package io.omnigraph.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * A compiled pattern of {@code @check}: an RE2 regular expression (matching takes time linear in
 * the value), to be found anywhere in the value. Immutable, thread-safe.
 */
public final class CheckPattern {

  /** In characters; also bounds how deep groups can nest. */
  private static final int LONGEST = 1000;

  /** Nested counted repetitions multiply; a pattern may unfold to this many steps. */
  private static final int MOST_STEPS = 10_000;

  private static final java.util.regex.Pattern COUNTS =
      java.util.regex.Pattern.compile("\\{(\\d{1,9})(?:,(\\d{0,9}))?\\}");

  private final Pattern pattern;

  private CheckPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * Compiles the pattern of a checked schema.
   *
   * @throws IllegalArgumentException if it is not a pattern that the schema compiler accepts
   */
  public static CheckPattern of(Constraint.Check check) {
    Optional<String> problem = problem(check.pattern());
    if (problem.isPresent()) {
      throw new IllegalArgumentException(problem.get());
    }
    return new CheckPattern(Pattern.compile(check.pattern()));
  }

  /** Whether the pattern occurs somewhere in the value. */
  public boolean foundIn(String value) {
    return pattern.matcher(value).find();
  }

  /** What is wrong with a pattern; empty if it is usable. */
  static Optional<String> problem(String pattern) {
    if (pattern.length() > LONGEST) {
      return Optional.of("longer than " + LONGEST + " characters");
    }
    if (new Unfolding(pattern).steps() > MOST_STEPS) {
      return Optional.of("repetitions unfold to more than " + MOST_STEPS + " steps");
    }
    try {
      Pattern.compile(pattern);
      return Optional.empty();
    } catch (PatternSyntaxException invalid) {
      return Optional.of(invalid.getDescription() + ": `" + invalid.getPattern() + "`");
    }
  }

  /**
   * Counts the steps a pattern has once its counted repetitions are written out, without writing
   * them out. Reads just enough syntax for that; malformed patterns yield some number.
   */
  private static final class Unfolding {
    private final String pattern;
    private final Deque<Long> outer = new ArrayDeque<>();
    private long sum;
    private long last;
    private int at;

    Unfolding(String pattern) {
      this.pattern = pattern;
    }

    long steps() {
      while (at < pattern.length() && sum <= MOST_STEPS) {
        step(pattern.charAt(at));
      }
      return sum;
    }

    private void step(char c) {
      switch (c) {
        case '\\' -> escape();
        case '[' -> characterClass();
        case '(' -> {
          outer.push(sum);
          sum = 0;
          at++;
        }
        case ')' -> {
          long group = sum + 1;
          sum = outer.isEmpty() ? sum : outer.pop();
          add(group);
          at++;
        }
        case '{' -> repetition();
        default -> {
          add(1);
          at++;
        }
      }
    }

    private void add(long steps) {
      last = steps;
      sum += steps;
    }

    private void escape() {
      if (pattern.startsWith("\\Q", at)) {
        int end = pattern.indexOf("\\E", at + 2);
        int stop = end < 0 ? pattern.length() : end;
        sum += Math.max(0, stop - at - 2);
        last = 1;
        at = end < 0 ? stop : end + 2;
      } else {
        add(1);
        at += 2;
      }
    }

    private void characterClass() {
      at++;
      if (at < pattern.length() && pattern.charAt(at) == '^') {
        at++;
      }
      boolean first = true;
      while (at < pattern.length() && (first || pattern.charAt(at) != ']')) {
        int named = pattern.startsWith("[:", at) ? pattern.indexOf(":]", at + 2) : -1;
        if (named > 0) {
          at = named + 2;
        } else {
          at += pattern.charAt(at) == '\\' ? 2 : 1;
        }
        first = false;
      }
      add(1);
      at++;
    }

    /** The larger number of {@code {n}}, {@code {n,}} or {@code {n,m}} multiplies the last step. */
    private void repetition() {
      Matcher counts = COUNTS.matcher(pattern).region(at, pattern.length());
      if (!counts.lookingAt()) {
        add(1);
        at++;
        return;
      }
      long min = Long.parseLong(counts.group(1));
      String max = counts.group(2);
      long most = max == null || max.isEmpty() ? min : Math.max(min, Long.parseLong(max));
      long repeated = Math.max(1, most) * last;
      sum += repeated - last;
      last = repeated;
      at = counts.end();
    }
  }
}
