package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Draws values: few different ones, so that many are equal, and extremes among them. */
final class RandomValues {

  private static final String[] TEXTS = {
    "",
    "a",
    "ab",
    "abc",
    "b",
    "Ab",
    "ä",
    "\uFB03",
    "\uD83D\uDE00",
    "a'b",
    "x\"y",
    "100%",
    "a_b",
    "line\nbreak",
    "zeta"
  };
  private static final String[] WORDS = {"hill", "hall", "halt", "mill", "river", "rover", "42"};
  private static final double[] REALS = {
    0.0,
    -0.0,
    0.5,
    1.0,
    1.5,
    2.5,
    -2.5,
    9007199254740993.0,
    0.1,
    1e300,
    -1e300,
    Double.NaN,
    Double.POSITIVE_INFINITY
  };

  /** How many of the reals are numbers in single precision too. */
  private static final int PLAIN_REALS = 9;

  private static final long[] LONGS = {
    0, 1, 2, 3, -1, -2, 9007199254740992L, 9007199254740993L, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private final SplittableRandom random;
  private final boolean spelled;

  /**
   * @param spelled only values that JSON can spell
   */
  RandomValues(SplittableRandom random, boolean spelled) {
    this.random = random;
    this.spelled = spelled;
  }

  /** A value of a kind, never null. */
  Value value(String kind) {
    return switch (kind) {
      case "String" -> new Value.Text(TEXTS[random.nextInt(TEXTS.length)]);
      case RandomSchema.ROLE ->
          new Value.Text(List.of("admin", "guest", "staff").get(random.nextInt(3)));
      case "I32" -> new Value.Int(pick32());
      case "U32" -> new Value.Int(random.nextInt(3) == 0 ? 0xFFFFFFFFL : random.nextInt(4));
      case "I64" -> new Value.Int(LONGS[random.nextInt(LONGS.length)]);
      case "U64" -> {
        long bits = LONGS[random.nextInt(LONGS.length)];
        yield bits >= 0
            ? new Value.Int(bits)
            : spelled ? new Value.Int(~bits) : new Value.BigUnsigned(bits);
      }
      case "F64" -> new Value.Real(real());
      case "F32" -> new Value.Real((float) real());
      case "Bool" -> new Value.Bool(random.nextBoolean());
      case "Date" -> new Value.Date(19_000 + random.nextInt(4));
      case "DateTime" -> new Value.DateTime(1_700_000_000_000L + random.nextInt(3) * 500L);
      case RandomSchema.WORDS -> new Value.Text(words(random.nextInt(0, 4)));
      default -> {
        if (!RandomSchema.isList(kind)) {
          throw new IllegalArgumentException(kind);
        }
        yield list(RandomSchema.itemKind(kind), true);
      }
    };
  }

  /** A vector of small integers, so that distances are exact and many of them are equal. */
  Value.Vector vector() {
    float[] elements = new float[3];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextInt(-1, 3);
    }
    return new Value.Vector(elements);
  }

  /** Words that are one or two letters apart, with a space between them. */
  String words(int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(WORDS[random.nextInt(WORDS.length)]);
    }
    return String.join(" ", words);
  }

  private double real() {
    return REALS[random.nextInt(spelled ? PLAIN_REALS : REALS.length)];
  }

  private long pick32() {
    return switch (random.nextInt(8)) {
      case 0 -> Integer.MAX_VALUE;
      case 1 -> Integer.MIN_VALUE;
      default -> random.nextInt(-2, 4);
    };
  }

  Value.ListOf list(String itemKind, boolean nulls) {
    List<Value> items = new ArrayList<>();
    for (int i = 0; i < random.nextInt(0, 4); i++) {
      items.add(nulls && random.nextInt(5) == 0 ? Value.NULL : value(itemKind));
    }
    return new Value.ListOf(items);
  }
}
