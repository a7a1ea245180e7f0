package io.omnigraph.server.bus;

import io.omnigraph.WriteOptions;
import io.omnigraph.api.BranchCreateRequest;
import io.omnigraph.api.ChangeRequest;
import io.omnigraph.api.InvokeStoredQueryRequest;
import io.omnigraph.api.WriteConditions;
import io.omnigraph.model.ActorId;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.TabularInput;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Asks the write workers for a change. Once a worker has begun, it runs to its end whatever the
 * caller does.
 *
 * @param operationId names the operation in commits, in recovery and in every answer
 * @param conditions hold for mutations and loads
 */
public record WriteMessage(
    String operationId,
    String graph,
    @Nullable ActorId actor,
    WriteConditions conditions,
    Operation operation) {

  /** What accompanies the write into the graph. */
  public WriteOptions options() {
    return conditions.options(actor, operationId);
  }

  /** What is to be done. */
  public sealed interface Operation {}

  public record Mutate(ChangeRequest request) implements Operation {}

  public record InvokeMutation(String name, InvokeStoredQueryRequest request)
      implements Operation {}

  /** A load whose records are inside a JSON body that the worker parses: it may be large. */
  public record LoadBody(byte[] json) implements Operation {}

  /** A load whose records were written to a file, which the worker deletes. */
  public record LoadFile(
      Path records, LoadMode mode, @Nullable String branch, @Nullable String from)
      implements Operation {}

  /** A load of a tabular file, which the worker deletes. */
  public record LoadTable(
      TabularInput file, LoadMode mode, @Nullable String branch, @Nullable String from)
      implements Operation {}

  public record CreateBranch(BranchCreateRequest request) implements Operation {}

  public record DeleteBranch(String branch) implements Operation {}
}
