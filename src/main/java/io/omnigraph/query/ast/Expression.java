package io.omnigraph.query.ast;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression as written. */
public sealed interface Expression {

  Place place();

  /** {@code now()}. */
  record Now(Place place) implements Expression {}

  /** {@code $v.property}. */
  record PropertyAccess(Name variable, Name property) implements Expression {
    @Override
    public Place place() {
      return variable.place().to(property.place());
    }
  }

  /** A bare {@code $v}: a parameter or a pattern variable. */
  record Variable(Name name) implements Expression {
    @Override
    public Place place() {
      return name.place();
    }
  }

  /** A bare name: refers to the alias of a projection. */
  record AliasReference(Name name) implements Expression {
    @Override
    public Place place() {
      return name.place();
    }
  }

  /** {@code count(...)} and its kin. */
  record Aggregate(AggregateFunction function, boolean distinct, Expression argument, Place place)
      implements Expression {}

  /** The aggregate functions. */
  enum AggregateFunction {
    COUNT("count"),
    SUM("sum"),
    AVG("avg"),
    MIN("min"),
    MAX("max");

    private final String word;

    AggregateFunction(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** {@code search}, {@code match_text} and {@code fuzzy}. */
  record TextCall(
      TextFunction function,
      Expression field,
      Expression query,
      @Nullable Expression maxEdits,
      Place place)
      implements Expression {}

  /** The text functions. */
  enum TextFunction {
    SEARCH("search"),
    MATCH_TEXT("match_text"),
    FUZZY("fuzzy");

    private final String word;

    TextFunction(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** A function that ranks. */
  sealed interface RankingCall extends Expression {}

  /** {@code nearest($v.property, query)}. */
  record Nearest(Name variable, Name property, Expression query, Place place)
      implements RankingCall {}

  /** {@code bm25(field, query)}. */
  record Bm25(Expression field, Expression query, Place place) implements RankingCall {}

  /** {@code rrf(first, second, k)}. */
  record Rrf(RankingCall first, RankingCall second, @Nullable Expression k, Place place)
      implements RankingCall {}

  /** A literal. */
  sealed interface Literal extends Expression {}

  record TextLiteral(String value, Place place) implements Literal {}

  record IntLiteral(long value, Place place) implements Literal {}

  record FloatLiteral(double value, Place place) implements Literal {}

  record BoolLiteral(boolean value, Place place) implements Literal {}

  /** {@code date("...")}, the text not yet read. */
  record DateLiteral(String text, Place place) implements Literal {}

  /** {@code datetime("...")}, the text not yet read. */
  record DateTimeLiteral(String text, Place place) implements Literal {}

  record ListLiteral(List<Literal> items, Place place) implements Literal {
    public ListLiteral {
      items = List.copyOf(items);
    }
  }
}
