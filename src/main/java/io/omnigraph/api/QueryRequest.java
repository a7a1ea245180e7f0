package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST query}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QueryRequest(
    String query,
    @Nullable String name,
    @Nullable ObjectNode params,
    @Nullable String branch,
    @Nullable String snapshot,
    @Nullable QueryOptionsRequest options) {

  public QueryRequest(
      String query,
      @Nullable String name,
      @Nullable ObjectNode params,
      @Nullable String branch,
      @Nullable String snapshot) {
    this(query, name, params, branch, snapshot, null);
  }

  /** The options, or the defaults. */
  public QueryOptionsRequest how() {
    return options == null ? QueryOptionsRequest.NONE : options;
  }

  static @Nullable QueryOptionsRequest optionsOf(JsonFields fields) {
    JsonFields options = fields.nested("options");
    return options == null ? null : QueryOptionsRequest.parse(options);
  }

  public static QueryRequest parse(JsonFields fields) {
    return new QueryRequest(
        fields.requiredText("query"),
        fields.text("name"),
        fields.object("params"),
        fields.text("branch"),
        fields.text("snapshot"),
        optionsOf(fields));
  }
}
