package io.omnigraph.read;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.ResourceLimitException;
import io.omnigraph.query.plan.CompiledQuery.ResultColumn;
import io.omnigraph.read.access.PageKey;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.exec.OperatorStats;
import io.omnigraph.read.exec.QueryRun;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The cursor over a running query. */
final class EngineCursor implements QueryCursor {

  private final List<ResultColumn> columns;
  private final Snapshot snapshot;
  private final QueryRun run;
  private final boolean planOnly;
  private final QueryBudget budget;
  private final BufferAllocator allocator;
  private final Schema schema;
  private @Nullable VectorSchemaRoot current;
  private boolean closed;

  /**
   * @param schema of the batches, as the columns say
   * @param planOnly there will be no rows
   * @param allocator owned by the cursor from now on
   */
  EngineCursor(
      List<ResultColumn> columns,
      Schema schema,
      Snapshot snapshot,
      QueryRun run,
      boolean planOnly,
      QueryBudget budget,
      BufferAllocator allocator) {
    this.columns = columns;
    this.snapshot = snapshot;
    this.run = run;
    this.planOnly = planOnly;
    this.budget = budget;
    this.allocator = allocator;
    this.schema = schema;
  }

  @Override
  public List<ResultColumn> columns() {
    return columns;
  }

  @Override
  public Snapshot snapshot() {
    return snapshot;
  }

  @Override
  public @Nullable VectorSchemaRoot next() {
    if (planOnly) {
      throw new IllegalStateException("the query was only planned");
    }
    freeCurrent();
    if (closed) {
      return null;
    }
    QueryRun.Batch batch = run.next();
    if (batch == null) {
      return null;
    }
    current = VectorSchemaRoot.create(schema, allocator);
    try {
      for (int i = 0; i < columns.size(); i++) {
        ResultWriter.write(batch.columns().get(i), batch.rows(), current.getVector(i));
      }
    } catch (OutOfMemoryException e) {
      throw new ResourceLimitException(
          "query_result_limit",
          "a batch of results needs more than " + allocator.getLimit() + " bytes",
          Map.of("resource", "query_batch_bytes", "limit", allocator.getLimit()),
          e);
    }
    current.setRowCount(batch.rows());
    return current;
  }

  @Override
  public @Nullable PageKey endOfPage() {
    return run.endOfPage();
  }

  @Override
  public QueryProfile profile() {
    return new QueryProfile(
        operator(run.operators()),
        budget.elapsedNanos(),
        budget.peakBytes(),
        budget.bytesRead(),
        run.cacheHits(),
        run.cacheMisses());
  }

  private static QueryProfile.Operator operator(OperatorStats stats) {
    List<OperatorStats> inputs = stats.children();
    return new QueryProfile.Operator(
        stats.name(),
        stats.detail(),
        stats.path(),
        stats.reason(),
        inputs.stream().mapToLong(OperatorStats::rows).sum(),
        stats.rows(),
        stats.batches(),
        own(stats.bytesRead(), inputs.stream().mapToLong(OperatorStats::bytesRead).sum()),
        own(stats.memoryBytes(), inputs.stream().mapToLong(OperatorStats::memoryBytes).sum()),
        stats.cacheHits(),
        stats.cacheBuilds(),
        stats.nanos(),
        own(stats.nanos(), inputs.stream().mapToLong(OperatorStats::nanos).sum()),
        stats.children().stream().map(EngineCursor::operator).toList());
  }

  private static long own(long total, long below) {
    return Math.max(0, total - below);
  }

  @Override
  public void cancel() {
    budget.cancel();
  }

  private void freeCurrent() {
    if (current != null) {
      current.close();
      current = null;
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try (allocator;
          run) {
        freeCurrent();
      } finally {
        budget.releaseAll();
      }
    }
  }
}
