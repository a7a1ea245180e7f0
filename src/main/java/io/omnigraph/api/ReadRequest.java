package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The body of the deprecated {@code POST read}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ReadRequest(
    String querySource,
    @Nullable String queryName,
    @Nullable ObjectNode params,
    @Nullable String branch,
    @Nullable String snapshot) {

  public static QueryRequest parse(JsonFields fields) {
    return new QueryRequest(
        fields.requiredText("query_source"),
        fields.text("query_name"),
        fields.object("params"),
        fields.text("branch"),
        fields.text("snapshot"));
  }
}
