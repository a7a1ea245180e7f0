package io.omnigraph.model;

import java.util.List;

/**
 * One typed value of the graph: what literals, parameters and cells hold. Numbers keep full width:
 * integers of every declared width travel as {@code long} (U64 up to {@code Long.MAX_VALUE} in
 * parameters; cells may hold all 64 bits), floats as {@code double}.
 */
public sealed interface Value {

  Value NULL = new Null();

  record Null() implements Value {}

  record Text(String value) implements Value {}

  record Bool(boolean value) implements Value {}

  /** A signed integer. */
  record Int(long value) implements Value {}

  /** An unsigned 64-bit integer above {@code Long.MAX_VALUE}; smaller ones are {@link Int}. */
  record BigUnsigned(long bits) implements Value {}

  record Real(double value) implements Value {}

  /** Days since 1970-01-01. */
  record Date(int epochDay) implements Value {}

  /** Milliseconds since 1970-01-01T00:00:00Z. */
  record DateTime(long epochMilli) implements Value {}

  record ListOf(List<Value> items) implements Value {
    public ListOf {
      items = List.copyOf(items);
    }
  }

  /** A dense vector of floats. The array is owned by this value and must not be changed. */
  record Vector(float[] elements) implements Value {
    @Override
    public boolean equals(Object other) {
      return other instanceof Vector v && java.util.Arrays.equals(elements, v.elements);
    }

    @Override
    public int hashCode() {
      return java.util.Arrays.hashCode(elements);
    }

    @Override
    public String toString() {
      return "Vector" + java.util.Arrays.toString(elements);
    }
  }

  default boolean isNull() {
    return this instanceof Null;
  }
}
