package io.omnigraph.schema;

import java.util.List;

/**
 * The full type of a property.
 *
 * @param scalar the scalar, or the item type of a list
 * @param list true for {@code [T]}
 * @param nullable true for {@code T?}
 * @param enumValues the allowed values, sorted and distinct, if the type is an enum (its scalar is
 *     STRING); else empty
 * @param vectorDimension the dimension of a VECTOR; 0 otherwise
 */
public record PropertyType(
    ScalarType scalar,
    boolean list,
    boolean nullable,
    List<String> enumValues,
    int vectorDimension) {

  public PropertyType {
    enumValues = List.copyOf(enumValues);
  }

  public static PropertyType of(ScalarType scalar) {
    return new PropertyType(scalar, false, false, List.of(), 0);
  }

  public static PropertyType nullable(ScalarType scalar) {
    return new PropertyType(scalar, false, true, List.of(), 0);
  }

  public static PropertyType listOf(ScalarType scalar) {
    return new PropertyType(scalar, true, false, List.of(), 0);
  }

  public static PropertyType vector(int dimension) {
    return new PropertyType(ScalarType.VECTOR, false, false, List.of(), dimension);
  }

  public PropertyType asNullable(boolean value) {
    return new PropertyType(scalar, list, value, enumValues, vectorDimension);
  }

  public boolean isEnum() {
    return !enumValues.isEmpty();
  }

  /**
   * The type as written in a schema, such as {@code [String]?}, {@code Vector(3)} or {@code enum(a,
   * b)}.
   */
  @Override
  public String toString() {
    String base =
        isEnum()
            ? "enum(" + String.join(", ", enumValues) + ")"
            : scalar == ScalarType.VECTOR ? "Vector(" + vectorDimension + ")" : scalar.spelling();
    return (list ? "[" + base + "]" : base) + (nullable ? "?" : "");
  }
}
