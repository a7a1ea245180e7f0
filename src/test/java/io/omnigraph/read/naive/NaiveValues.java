package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/** The order of values by definition: numbers as exact decimals, texts by code points. */
final class NaiveValues {

  private NaiveValues() {}

  /** Empty if either is null or they do not compare. */
  static OptionalInt compare(Value left, Value right) {
    if (left.isNull() || right.isNull()) {
      return OptionalInt.empty();
    }
    if (isNumber(left) && isNumber(right)) {
      return OptionalInt.of(numbers(left, right));
    }
    return switch (left) {
      case Value.Text l when right instanceof Value.Text r ->
          OptionalInt.of(texts(l.value(), r.value()));
      case Value.Bool l when right instanceof Value.Bool r ->
          OptionalInt.of(Boolean.compare(l.value(), r.value()));
      case Value.Date l when right instanceof Value.Date r ->
          OptionalInt.of(Integer.compare(l.epochDay(), r.epochDay()));
      case Value.DateTime l when right instanceof Value.DateTime r ->
          OptionalInt.of(Long.compare(l.epochMilli(), r.epochMilli()));
      default -> OptionalInt.empty();
    };
  }

  static boolean isNumber(Value value) {
    return value instanceof Value.Int
        || value instanceof Value.BigUnsigned
        || value instanceof Value.Real;
  }

  private static int numbers(Value left, Value right) {
    int a = special(left);
    int b = special(right);
    if (a != 0 || b != 0) {
      return Integer.compare(a, b);
    }
    return exact(left).compareTo(exact(right));
  }

  /** NaN is above infinity, infinity above every number. */
  private static int special(Value value) {
    if (value instanceof Value.Real real) {
      double d = real.value();
      return Double.isNaN(d) ? 2 : Double.isInfinite(d) ? (d > 0 ? 1 : -1) : 0;
    }
    return 0;
  }

  static BigDecimal exact(Value value) {
    return switch (value) {
      case Value.Int i -> BigDecimal.valueOf(i.value());
      case Value.BigUnsigned u -> new BigDecimal(new BigInteger(Long.toUnsignedString(u.bits())));
      case Value.Real r -> new BigDecimal(r.value());
      default -> throw new IllegalArgumentException(value.toString());
    };
  }

  static int texts(String left, String right) {
    if (left.equals(right)) {
      return 0;
    }
    int[] a = left.codePoints().toArray();
    int[] b = right.codePoints().toArray();
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      if (a[i] != b[i]) {
        return Integer.compare(a[i], b[i]);
      }
    }
    return Integer.compare(a.length, b.length);
  }

  static boolean listHas(Value list, Value item) {
    return list instanceof Value.ListOf l
        && l.items().stream().anyMatch(i -> compare(i, item).orElse(1) == 0);
  }

  /** For ordering and grouping: null first, then by value, lists item by item. */
  static int ordered(Value left, Value right) {
    if (left.isNull() || right.isNull()) {
      return Boolean.compare(!left.isNull(), !right.isNull());
    }
    if (left instanceof Value.ListOf l && right instanceof Value.ListOf r) {
      return ordered(l.items(), r.items());
    }
    if (left instanceof Value.Vector l && right instanceof Value.Vector r) {
      return Arrays.compare(l.elements(), r.elements());
    }
    return compare(left, right).orElseThrow();
  }

  static int ordered(List<Value> left, List<Value> right) {
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      int order = ordered(left.get(i), right.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.size(), right.size());
  }

  /** Whether a word of a text is at most so many edits away from one of some words. */
  static boolean hasToken(String text, String words, int edits) {
    for (String token : text.split(" ")) {
      for (String word : words.split(" ")) {
        if (!token.isEmpty() && !word.isEmpty() && distance(token, word) <= edits) {
          return true;
        }
      }
    }
    return false;
  }

  /** Insertions, deletions and substitutions, by the textbook recursion. */
  private static int distance(String a, String b) {
    if (a.isEmpty() || b.isEmpty()) {
      return a.length() + b.length();
    }
    if (a.charAt(0) == b.charAt(0)) {
      return distance(a.substring(1), b.substring(1));
    }
    return 1
        + Math.min(
            distance(a.substring(1), b.substring(1)),
            Math.min(distance(a.substring(1), b), distance(a, b.substring(1))));
  }
}
