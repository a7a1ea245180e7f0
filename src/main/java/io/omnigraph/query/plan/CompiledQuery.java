package io.omnigraph.query.plan;

import io.omnigraph.schema.PropertyType;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One query of a source, checked against a catalog and planned. */
public sealed interface CompiledQuery {

  String name();

  List<Parameter> parameters();

  @Nullable String description();

  @Nullable String instruction();

  OperationDescriptor descriptor();

  /** A declared parameter; {@code type.nullable()} says whether it may be null or omitted. */
  record Parameter(String name, PropertyType type) {}

  /**
   * A query that only reads.
   *
   * @param bounds ranges of the parameters that have one, by name
   */
  record Read(
      String name,
      List<Parameter> parameters,
      @Nullable String description,
      @Nullable String instruction,
      OperationDescriptor descriptor,
      PlanNode plan,
      Map<String, ParameterBounds.Bounds> bounds,
      List<ResultColumn> columns)
      implements CompiledQuery {}

  /** A query that changes the graph: statements run in order, published as one commit. */
  record Mutation(
      String name,
      List<Parameter> parameters,
      @Nullable String description,
      @Nullable String instruction,
      OperationDescriptor descriptor,
      List<MutationStatement> statements)
      implements CompiledQuery {}

  /** A result column: its name as callers see it and its type (bare variables are String). */
  record ResultColumn(String name, PropertyType type) {}
}
