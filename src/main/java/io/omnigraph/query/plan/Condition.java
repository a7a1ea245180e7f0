package io.omnigraph.query.plan;

/** A test on one row of bindings. Three-valued inside; a row survives only if the test is true. */
public sealed interface Condition {

  /** The comparison operators. */
  enum Operator {
    EQ("="),
    NE("!="),
    LT("<"),
    LE("<="),
    GT(">"),
    GE(">=");

    private final String symbol;

    Operator(String symbol) {
      this.symbol = symbol;
    }

    public String symbol() {
      return symbol;
    }
  }

  /**
   * Scalar comparison; null on either side is never true; numbers compare by value across types.
   */
  record Compare(Expr left, Operator operator, Expr right) implements Condition {}

  /**
   * {@code list contains scalar}, also the meaning of an inline match on a list property. Null list
   * or needle: false.
   */
  record ListContains(Expr list, Expr item) implements Condition {}

  /** {@code string contains string}: exact, case-sensitive substring. */
  record TextContains(Expr text, Expr part) implements Condition {}

  /** {@code string starts_with string}: case-sensitive prefix. */
  record StartsWith(Expr text, Expr prefix) implements Condition {}

  /** {@code is null} / {@code is not null}; two-valued. */
  record IsNull(Expr operand, boolean negated) implements Condition {}

  /** A full-text test. */
  record Text(Expr.TextMatch match) implements Condition {}
}
