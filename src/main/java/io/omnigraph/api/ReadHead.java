package io.omnigraph.api;

import io.omnigraph.query.plan.CompiledQuery.ResultColumn;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a read before its first row.
 *
 * @param graphCommitId the head of the snapshot that is read; null where the wire form has no such
 *     key
 */
public record ReadHead(
    String queryName,
    ReadOutput.Target target,
    List<ResultColumn> columns,
    @Nullable String graphCommitId) {

  public ReadHead {
    columns = List.copyOf(columns);
  }
}
