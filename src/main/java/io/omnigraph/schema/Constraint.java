package io.omnigraph.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule on the rows of one type. Column lists are sorted by name, as in the canonical form. */
public sealed interface Constraint {

  record Key(List<String> columns) implements Constraint {}

  record Unique(List<String> columns) implements Constraint {}

  record Index(List<String> columns) implements Constraint {}

  /** Inclusive bounds; at least one is present. */
  record Range(String property, @Nullable Bound min, @Nullable Bound max) implements Constraint {}

  /** The pattern must be found somewhere in the value (not anchored). */
  record Check(String property, String pattern) implements Constraint {}

  /** A bound keeps whether it was written as an integer or a float. */
  sealed interface Bound {
    record Integer(long value) implements Bound {}

    record Float(double value) implements Bound {}
  }
}
