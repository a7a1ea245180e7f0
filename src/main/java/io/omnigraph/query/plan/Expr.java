package io.omnigraph.query.plan;

import io.omnigraph.model.Value;
import io.omnigraph.schema.PropertyType;
import org.jspecify.annotations.Nullable;

/**
 * A typed expression over one row of bindings (or, for {@link ColumnRef}, one row of an
 * aggregation's result).
 */
public sealed interface Expr {

  /** {@code $v.prop} of a node variable or an edge binding. */
  record PropertyRef(String variable, String property, PropertyType type) implements Expr {}

  /** A bare node variable: its value is the node's id string. */
  record VariableRef(String variable) implements Expr {}

  /**
   * A literal; {@code type} is its static type (integer literals I64, float literals F64). Date
   * texts are already decoded.
   */
  record Literal(Value value, PropertyType type) implements Expr {}

  /** A declared parameter, bound to a typed {@link Value} before execution. */
  record ParameterRef(String name, PropertyType type) implements Expr {}

  /** {@code now()}: one instant per request, millisecond precision. */
  record Now() implements Expr {}

  /** {@code search/fuzzy/match_text} as a Bool projection. */
  record TextMatches(TextMatch match) implements Expr {}

  /**
   * {@code bm25/nearest/rrf} as an F64 projection: score or distance; null for a row that was not
   * ranked by it.
   */
  record Score(Ranking ranking) implements Expr {}

  /** A column of the aggregation below, by output name. */
  record ColumnRef(String column) implements Expr {}

  /**
   * {@code search}, {@code match_text} (token match, any term) and {@code fuzzy} (Levenshtein
   * terms).
   *
   * @param kind which function was written
   * @param field a String property
   * @param query a String literal or parameter
   * @param maxEdits 0..2, for FUZZY only; literal, parameter or null for the default 2
   */
  record TextMatch(Kind kind, PropertyRef field, Expr query, @Nullable Expr maxEdits) {
    public enum Kind {
      SEARCH,
      FUZZY,
      MATCH_TEXT
    }
  }
}
