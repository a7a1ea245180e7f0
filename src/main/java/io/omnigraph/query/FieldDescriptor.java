package io.omnigraph.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import org.jspecify.annotations.Nullable;

/**
 * A parameter or a result column as clients see it. Serialised by Jackson as {@code {name, kind,
 * item_kind?, vector_dim?, nullable}}.
 *
 * @param kind string, bool, int (I32, U32), bigint (I64, U64), float, date, datetime, blob, vector
 *     or list
 * @param itemKind the kind of the items of a list; null otherwise
 * @param vectorDimension the dimension of a vector; null otherwise
 * @param nullable false for a parameter means that it is required
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FieldDescriptor(
    @JsonProperty("name") String name,
    @JsonProperty("kind") String kind,
    @JsonProperty("item_kind") @Nullable String itemKind,
    @JsonProperty("vector_dim") @Nullable Integer vectorDimension,
    @JsonProperty("nullable") boolean nullable) {

  public static FieldDescriptor of(String name, PropertyType type) {
    return new FieldDescriptor(
        name,
        type.list() ? "list" : kind(type.scalar()),
        type.list() ? kind(type.scalar()) : null,
        type.scalar() == ScalarType.VECTOR ? type.vectorDimension() : null,
        type.nullable());
  }

  private static String kind(ScalarType scalar) {
    return switch (scalar) {
      case STRING -> "string";
      case BLOB -> "blob";
      case BOOL -> "bool";
      case I32, U32 -> "int";
      case I64, U64 -> "bigint";
      case F32, F64 -> "float";
      case DATETIME -> "datetime";
      case DATE -> "date";
      case VECTOR -> "vector";
    };
  }
}
