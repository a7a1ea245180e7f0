package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The stored queries of a graph with typed parameters, sorted by name. */
public record QueryCatalogOutput(List<Entry> queries) {

  /** One stored query. */
  public record Entry(
      String name,
      String toolName,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String description,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String instruction,
      boolean mutation,
      List<Param> params) {

    public static Entry of(CompiledQuery query) {
      return new Entry(
          query.name(),
          query.name(),
          query.description(),
          query.instruction(),
          query instanceof CompiledQuery.Mutation,
          query.parameters().stream().map(Param::of).toList());
    }
  }

  /**
   * One parameter.
   *
   * @param kind string, bool, int, bigint, float, date, datetime, blob, vector or list
   * @param itemKind the kind of a list's items
   * @param vectorDim the dimension of a vector
   * @param nullable false if the parameter is required
   */
  public record Param(
      String name,
      String kind,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String itemKind,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer vectorDim,
      boolean nullable) {

    static Param of(CompiledQuery.Parameter parameter) {
      PropertyType type = parameter.type();
      String scalar = kindOf(type.scalar());
      return new Param(
          parameter.name(),
          type.list() ? "list" : scalar,
          type.list() ? scalar : null,
          type.scalar() == ScalarType.VECTOR ? type.vectorDimension() : null,
          type.nullable());
    }

    private static String kindOf(ScalarType scalar) {
      return switch (scalar) {
        case STRING -> "string";
        case BOOL -> "bool";
        case I32, U32 -> "int";
        case I64, U64 -> "bigint";
        case F32, F64 -> "float";
        case DATE -> "date";
        case DATETIME -> "datetime";
        case BLOB -> "blob";
        case VECTOR -> "vector";
      };
    }
  }
}
