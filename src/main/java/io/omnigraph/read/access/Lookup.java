package io.omnigraph.read.access;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Reads the rows of one table whose text column holds one of some values, or all rows. */
final class Lookup {

  /** Longer lists are slower through an index than a scan without one. */
  private static final int LONGEST_LIST = 300;

  /** More lists than this cost more than reading everything. */
  private static final int MOST_LISTS = 8;

  private final SnapshotHandle handle;
  private final Function<ScanRequest, BatchStream> longScans;
  private final boolean mayUseIndex;
  private final QueryBudget budget;

  /**
   * @param longScans reads what may take long
   */
  Lookup(
      SnapshotHandle handle,
      Function<ScanRequest, BatchStream> longScans,
      boolean mayUseIndex,
      QueryBudget budget) {
    this.handle = handle;
    this.longScans = longScans;
    this.mayUseIndex = mayUseIndex;
    this.budget = budget;
  }

  SnapshotHandle handle() {
    return handle;
  }

  /** Whether an index on the column answers lists of ids. */
  private boolean isIndexed(String column) {
    return handle.hasScalarIndex(column);
  }

  /** Whether {@link #rows} would read the whole table for so many values. */
  boolean readsEverything(String column, int values) {
    return !mayUseIndex || values > LONGEST_LIST * MOST_LISTS || !isIndexed(column);
  }

  /**
   * Hands every matching row to the consumer, batch by batch. If {@link #readsEverything}, other
   * rows come along and the consumer sorts them out.
   */
  void rows(
      String column,
      Collection<String> values,
      List<String> projected,
      Consumer<VectorSchemaRoot> consumer) {
    if (readsEverything(column, values.size())) {
      scan(projected, null, false, consumer);
      return;
    }
    List<String> all = new ArrayList<>(values);
    for (int from = 0; from < all.size(); from += LONGEST_LIST) {
      List<String> part = all.subList(from, Math.min(all.size(), from + LONGEST_LIST));
      consume(handle.scan(ScanRequest.of(projected).where(FilterSql.in(column, part))), consumer);
    }
  }

  void scan(
      List<String> projected,
      @Nullable String filter,
      boolean useIndex,
      Consumer<VectorSchemaRoot> consumer) {
    consume(open(projected, filter, useIndex), consumer);
  }

  private void consume(BatchStream opened, Consumer<VectorSchemaRoot> consumer) {
    try (BatchStream batches = opened) {
      for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
        budget.checkTime();
        budget.countRead(bytes(batch));
        consumer.accept(batch);
      }
    }
  }

  BatchStream open(List<String> projected, @Nullable String filter, boolean useIndex) {
    ScanRequest request = ScanRequest.of(projected).where(filter);
    return longScans.apply(useIndex && mayUseIndex ? request : request.withoutScalarIndex());
  }

  static long bytes(VectorSchemaRoot batch) {
    return batch.getFieldVectors().stream().mapToLong(v -> v.getBufferSize()).sum();
  }
}
