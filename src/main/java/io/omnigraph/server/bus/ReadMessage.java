package io.omnigraph.server.bus;

import io.omnigraph.api.BlobConditions;
import io.omnigraph.api.BlobRequest;
import io.omnigraph.api.ExportRequest;
import io.omnigraph.api.InvokeStoredQueryRequest;
import io.omnigraph.api.QueryRequest;
import io.omnigraph.api.ResultFormat;
import io.omnigraph.model.ActorId;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Asks the query workers for something that only reads.
 *
 * @param id names the request, and later its result, to whoever continues or ends it
 * @param graph the id of a served graph; empty for a question to the server itself
 */
public record ReadMessage(String id, String graph, @Nullable ActorId actor, Operation operation) {

  private static final AtomicLong COUNT = new AtomicLong();

  /** With an id of its own in this process. */
  public ReadMessage(String graph, @Nullable ActorId actor, Operation operation) {
    this("read-" + COUNT.incrementAndGet(), graph, actor, operation);
  }

  /** True if the answer may be a result that is continued. */
  public boolean opensResult() {
    return operation instanceof RunQuery
        || operation instanceof InvokeQuery
        || operation instanceof Export
        || operation instanceof Blob;
  }

  /** What is asked. */
  public sealed interface Operation {}

  public record ListGraphs() implements Operation {}

  public record Snapshot(@Nullable String branch) implements Operation {}

  public record Schema() implements Operation {}

  public record ListBranches() implements Operation {}

  public record ListCommits(
      @Nullable String branch, @Nullable String actor, int limit, @Nullable String after)
      implements Operation {}

  public record ShowCommit(String id) implements Operation {}

  public record ListQueries() implements Operation {}

  /**
   * @param withCommit whether the answer names the commit that was read
   */
  public record RunQuery(QueryRequest request, ResultFormat format, boolean withCommit)
      implements Operation {}

  public record InvokeQuery(String name, InvokeStoredQueryRequest request, ResultFormat format)
      implements Operation {}

  public record Export(ExportRequest request) implements Operation {}

  public record Blob(BlobRequest request, BlobConditions conditions) implements Operation {}
}
