package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of a read query. The server streams this shape and never holds it whole; clients read
 * it.
 *
 * @param nextCursor where the next page begins; absent on the last page, and without pages
 * @param profile how the query was executed; absent unless asked for
 */
public record ReadOutput(
    String queryName,
    Target target,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> columns,
    List<ObjectNode> rows,
    long rowCount,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String graphCommitId,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String nextCursor,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable PlanOutput profile) {

  public ReadOutput {
    columns = columns == null ? List.of() : List.copyOf(columns);
  }

  /** What was read; exactly one of the two is set. */
  public record Target(@Nullable String branch, @Nullable String snapshot) {}
}
