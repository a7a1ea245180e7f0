package io.omnigraph.schema;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule on the rows of one type. Column lists are sorted by name, as in the canonical form. */
public sealed interface Constraint {

  record Key(List<String> columns) implements Constraint {
    public Key {
      columns = List.copyOf(columns);
    }
  }

  record Unique(List<String> columns) implements Constraint {
    public Unique {
      columns = List.copyOf(columns);
    }
  }

  record Index(List<String> columns) implements Constraint {
    public Index {
      columns = List.copyOf(columns);
    }
  }

  /** Inclusive bounds; at least one is present. */
  record Range(String property, @Nullable Bound min, @Nullable Bound max) implements Constraint {}

  /** The pattern must be found somewhere in the value (not anchored). */
  record Check(String property, String pattern) implements Constraint {}

  /** A bound keeps whether it was written as an integer or a float. */
  sealed interface Bound {
    record Integer(long value) implements Bound {
      @Override
      public String toString() {
        return Long.toString(value);
      }
    }

    record Float(double value) implements Bound {
      @Override
      public String toString() {
        return Decimals.json(value);
      }
    }

    /** Orders two bounds by their exact values. */
    static int compare(Bound a, Bound b) {
      return exact(a).compareTo(exact(b));
    }

    private static BigDecimal exact(Bound bound) {
      return switch (bound) {
        case Integer i -> BigDecimal.valueOf(i.value());
        case Float f -> new BigDecimal(f.value());
      };
    }
  }

  /**
   * The one-line text that orders constraints in the canonical form and names them in messages,
   * such as {@code unique:a,b} or {@code range:age:0:120}; an open side of a range is empty.
   */
  default String textKey() {
    return switch (this) {
      case Key k -> "key:" + String.join(",", k.columns());
      case Unique u -> "unique:" + String.join(",", u.columns());
      case Index i -> "index:" + String.join(",", i.columns());
      case Range r -> "range:" + r.property() + ":" + text(r.min()) + ":" + text(r.max());
      case Check c -> "check:" + c.property() + ":" + c.pattern();
    };
  }

  /** The properties the rule names: its columns, or the one property it restricts. */
  default List<String> properties() {
    return switch (this) {
      case Key k -> k.columns();
      case Unique u -> u.columns();
      case Index i -> i.columns();
      case Range r -> List.of(r.property());
      case Check c -> List.of(c.property());
    };
  }

  private static String text(@Nullable Bound bound) {
    return bound == null ? "" : bound.toString();
  }
}
