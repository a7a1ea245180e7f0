package io.omnigraph.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.omnigraph.model.TableKey;
import io.omnigraph.query.plan.CompiledQuery;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an operation takes, gives and touches, as clients see it. Serialised by Jackson.
 *
 * @param kind read or mutation
 * @param params the declared parameters in order
 * @param result the result columns of a read in order; null for a mutation
 * @param reads the types it reads, sorted
 * @param writes the types it writes, sorted
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record OperationSummary(
    @JsonProperty("name") String name,
    @JsonProperty("kind") String kind,
    @JsonProperty("params") List<FieldDescriptor> params,
    @JsonProperty("result") @Nullable List<FieldDescriptor> result,
    @JsonProperty("reads") List<TypeReference> reads,
    @JsonProperty("writes") List<TypeReference> writes) {

  /**
   * A node or edge type.
   *
   * @param kind node or edge
   */
  public record TypeReference(
      @JsonProperty("kind") String kind, @JsonProperty("type_name") String typeName) {}

  public static OperationSummary of(CompiledQuery query) {
    return new OperationSummary(
        query.name(),
        kind(query),
        query.parameters().stream().map(p -> FieldDescriptor.of(p.name(), p.type())).toList(),
        query instanceof CompiledQuery.Read read
            ? read.columns().stream().map(c -> FieldDescriptor.of(c.name(), c.type())).toList()
            : null,
        references(query.descriptor().reads()),
        references(query.descriptor().writes()));
  }

  private static String kind(CompiledQuery query) {
    return switch (query) {
      case CompiledQuery.Read read -> "read";
      case CompiledQuery.Mutation mutation -> "mutation";
    };
  }

  private static List<TypeReference> references(Set<TableKey> tables) {
    return tables.stream().map(t -> new TypeReference(t.kind().word(), t.typeName())).toList();
  }
}
