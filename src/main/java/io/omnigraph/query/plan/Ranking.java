package io.omnigraph.query.plan;

import io.omnigraph.query.plan.Expr.PropertyRef;

/** A ranking of the distinct nodes of one variable. */
public sealed interface Ranking {

  /** The ranked variable. */
  String variable();

  /**
   * Ascending L2 distance of a vector property; {@code query} is a Vector literal/parameter, or a
   * String that is embedded at run time.
   */
  record Nearest(PropertyRef field, Expr query) implements Ranking {
    @Override
    public String variable() {
      return field.variable();
    }
  }

  /** Descending BM25 score of a String property; only nodes with a hit. */
  record Bm25(PropertyRef field, Expr query) implements Ranking {
    @Override
    public String variable() {
      return field.variable();
    }
  }

  /**
   * Reciprocal rank fusion of two arms over the same variable: score = sum of 1 / (k + rank + 1),
   * ranks from 0. {@code k} defaults to literal 60.
   */
  record Rrf(Ranking first, Ranking second, Expr k) implements Ranking {
    @Override
    public String variable() {
      return first.variable();
    }
  }
}
