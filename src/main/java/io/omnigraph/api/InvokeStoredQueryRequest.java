package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The optional body of {@code POST queries/{name}}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record InvokeStoredQueryRequest(
    @Nullable ObjectNode params,
    @Nullable String branch,
    @Nullable String snapshot,
    @Nullable Boolean expectMutation,
    @Nullable QueryOptionsRequest options) {

  public InvokeStoredQueryRequest(
      @Nullable ObjectNode params,
      @Nullable String branch,
      @Nullable String snapshot,
      @Nullable Boolean expectMutation) {
    this(params, branch, snapshot, expectMutation, null);
  }

  public static final InvokeStoredQueryRequest EMPTY =
      new InvokeStoredQueryRequest(null, null, null, null);

  public static InvokeStoredQueryRequest parse(JsonFields fields) {
    return new InvokeStoredQueryRequest(
        fields.object("params"),
        fields.text("branch"),
        fields.text("snapshot"),
        fields.flag("expect_mutation"),
        QueryRequest.optionsOf(fields));
  }
}
