package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST mutate}; {@code query_source} and {@code query_name} are accepted as
 * older names of the first two.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ChangeRequest(
    String query, @Nullable String name, @Nullable ObjectNode params, @Nullable String branch) {

  public static ChangeRequest parse(JsonFields fields) {
    String older = fields.text("query_source");
    String query = older == null ? fields.requiredText("query") : older;
    String olderName = fields.text("query_name");
    String name = fields.text("name");
    return new ChangeRequest(
        query, name == null ? olderName : name, fields.object("params"), fields.text("branch"));
  }
}
