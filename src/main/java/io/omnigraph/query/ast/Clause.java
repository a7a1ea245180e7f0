package io.omnigraph.query.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One clause of {@code match} or of a {@code not} block. */
public sealed interface Clause {

  Place place();

  /** {@code not { ... }}; {@code place} is the word {@code not}. */
  record Not(List<Clause> body, Place place) implements Clause {
    public Not {
      body = List.copyOf(body);
    }
  }

  /** {@code $v: Type { property: value, ... }}. */
  record Binding(Name variable, Name type, List<PropertyMatch> matches, Place place)
      implements Clause {
    public Binding {
      matches = List.copyOf(matches);
    }
  }

  /** {@code property: value} of a binding. */
  record PropertyMatch(Name property, Expression value) {}

  /**
   * {@code $from $edge:word{min,max} $to}, with {@code <word>} for undirected ones.
   *
   * @param edgeVariable the edge binding; null if none is written
   * @param bounds the hop bounds; null if none are written
   */
  record Traversal(
      Name from,
      @Nullable Name edgeVariable,
      Name edge,
      boolean undirected,
      @Nullable HopBounds bounds,
      Name to,
      Place place)
      implements Clause {}

  /**
   * {@code {min,max}}.
   *
   * @param max null if left open
   */
  record HopBounds(long min, @Nullable Long max, Place place) {}

  /** {@code left operator right}. */
  record Filter(Expression left, Operator operator, Expression right, Place place)
      implements Clause {}

  /** {@code operand is [not] null}. */
  record NullTest(Expression operand, boolean negated, Place place) implements Clause {}

  /** A text call alone, which stands for {@code <call> = true}. */
  record TextTest(Expression.TextCall call) implements Clause {
    @Override
    public Place place() {
      return call.place();
    }
  }

  /** The operators of a filter. */
  enum Operator {
    EQ("="),
    NE("!="),
    LT("<"),
    LE("<="),
    GT(">"),
    GE(">="),
    CONTAINS("contains"),
    STARTS_WITH("starts_with");

    private final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }

    public String symbol() {
      return symbol;
    }
  }
}
