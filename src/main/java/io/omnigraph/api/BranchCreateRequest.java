package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST branches}. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BranchCreateRequest(String name, @Nullable String from) {

  public static BranchCreateRequest parse(JsonFields fields) {
    return new BranchCreateRequest(fields.requiredText("name"), fields.text("from"));
  }
}
