package io.omnigraph.query.registry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.omnigraph.query.FieldDescriptor;
import io.omnigraph.query.OperationSummary;
import io.omnigraph.query.plan.CompiledQuery;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stored query as clients see it. Serialised by Jackson as {@code {name, tool_name, description?,
 * instruction?, mutation, params, result?, reads, writes}}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QueryCatalogEntry(
    @JsonProperty("name") String name,
    @JsonProperty("tool_name") String toolName,
    @JsonProperty("description") @Nullable String description,
    @JsonProperty("instruction") @Nullable String instruction,
    @JsonProperty("mutation") boolean mutation,
    @JsonProperty("params") List<FieldDescriptor> params,
    @JsonProperty("result") @Nullable List<FieldDescriptor> result,
    @JsonProperty("reads") List<OperationSummary.TypeReference> reads,
    @JsonProperty("writes") List<OperationSummary.TypeReference> writes) {

  static QueryCatalogEntry of(String toolName, CompiledQuery query) {
    OperationSummary summary = OperationSummary.of(query);
    return new QueryCatalogEntry(
        query.name(),
        toolName,
        query.description(),
        query.instruction(),
        query instanceof CompiledQuery.Mutation,
        summary.params(),
        summary.result(),
        summary.reads(),
        summary.writes());
  }
}
