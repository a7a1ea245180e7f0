package io.omnigraph.storage.lance;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.ScanRequest.FullText;
import io.omnigraph.storage.ScanRequest.Nearest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;
import org.lance.index.DistanceType;
import org.lance.ipc.FullTextQuery;
import org.lance.ipc.LanceScanner;
import org.lance.ipc.Query;
import org.lance.ipc.ScanOptions;

/** Turns scan requests into scans of the library. */
final class LanceScan {

  /** Most terms that a misspelt word may stand for: all of them, or hits would get lost. */
  private static final int MAX_EXPANSIONS = 1_000_000;

  /** Partitions of a vector index that are always looked into. */
  private static final int LEAST_PARTITIONS = 24;

  private LanceScan() {}

  static BatchStream open(LanceSnapshot snapshot, ScanRequest request, BufferAllocator allocator) {
    if (request.filter() != null) {
      BlobFilterGuard.check(snapshot.schema(), request.filter());
      BlobFilterGuard.checkProjection(snapshot.schema(), request.columns());
    }
    if (request.limit() == 0) {
      // The library takes a limit of zero for none.
      return emptyStream();
    }
    if (request.fullText() != null || request.nearest() != null) {
      refuseVersionColumns(request);
    }
    return snapshot.call(
        "scan",
        () ->
            request.fullText() == null
                ? rows(snapshot, request, null, allocator)
                : FullTextScan.open(snapshot, request, allocator));
  }

  /** Rows written a moment ago are still in memory. */
  private static BatchStream rows(
      LanceSnapshot snapshot,
      ScanRequest request,
      @Nullable FullText search,
      BufferAllocator allocator)
      throws Exception {
    Optional<BatchStream> recent = snapshot.recentRows(request, allocator);
    if (recent.isPresent()) {
      return recent.get();
    }
    Nearest nearest = request.nearest();
    return nearest != null && nearest.useIndex() && comesShort(snapshot, request, nearest)
        ? start(snapshot, request.nearest(nearest.exact()), search, allocator)
        : start(snapshot, request, search, allocator);
  }

  /**
   * Whether the index yields fewer neighbours than were asked for. Once files were folded it still
   * knows the rows that had been deleted, and they take the places of living ones.
   */
  private static boolean comesShort(LanceSnapshot snapshot, ScanRequest request, Nearest nearest)
      throws Exception {
    if (!LanceIndices.hasVectorIndex(snapshot, nearest.column())) {
      return false;
    }
    long found = 0;
    // A column of the table: row ids alone are given back without a look whether they are alive.
    ScanRequest bare =
        request.projecting(List.of(snapshot.schema().getFields().getFirst().getName()));
    try (BatchStream hits = start(snapshot, bare, null, snapshot.storageAllocator())) {
      for (VectorSchemaRoot batch = hits.next(); batch != null; batch = hits.next()) {
        found += batch.getRowCount();
      }
    }
    long wanted = request.limit() < 0 ? nearest.k() : Math.min(nearest.k(), request.limit());
    return found < wanted;
  }

  /** The library fails on them in a search, with words that help nobody. */
  private static void refuseVersionColumns(ScanRequest request) {
    for (String column : List.of(ScanRequest.CREATED_AT_VERSION, ScanRequest.UPDATED_AT_VERSION)) {
      if (request.columns().contains(column)) {
        throw new BadRequestException(
            "storage_unsupported", "a search cannot project the column " + column);
      }
    }
  }

  /**
   * Starts a scan of the library.
   *
   * @param search the search to hand to the library's index; the request's own is not looked at
   */
  static BatchStream start(
      LanceSnapshot snapshot,
      ScanRequest request,
      @Nullable FullText search,
      BufferAllocator allocator)
      throws Exception {
    LanceScanner scanner =
        LanceScanner.create(
            snapshot.readingDataset(),
            options(snapshot, request, search),
            snapshot.storageAllocator());
    BufferAllocator charged = allocator == snapshot.storageAllocator() ? null : allocator;
    try {
      return new ReaderStream(snapshot, scanner, scanner.scanBatches(), request.columns(), charged);
    } catch (Exception | LinkageError e) {
      scanner.close();
      throw e;
    }
  }

  static BatchStream emptyStream() {
    return new BatchStream() {
      @Override
      public @Nullable VectorSchemaRoot next() {
        return null;
      }

      @Override
      public void close() {}
    };
  }

  private static ScanOptions options(
      LanceSnapshot snapshot, ScanRequest request, @Nullable FullText search) {
    ScanOptions.Builder scan =
        new ScanOptions.Builder()
            .columns(request.columns())
            .useScalarIndex(request.useScalarIndex())
            .prefilter(true);
    if (request.filter() != null) {
      scan.filter(request.filter());
    }
    if (request.limit() >= 0) {
      scan.limit(request.limit());
    }
    if (request.offset() > 0) {
      scan.offset(request.offset());
    }
    if (request.batchRows() > 0) {
      scan.batchSize(request.batchRows());
    }
    if (request.fragments() != null) {
      scan.fragmentIds(request.fragments());
    }
    if (search != null) {
      scan.fullTextQuery(fullText(search));
    }
    if (request.nearest() != null) {
      scan.nearest(nearest(snapshot, request.nearest()));
    }
    return scan.build();
  }

  private static FullTextQuery fullText(FullText search) {
    // The edit distance is always given: left out, the library finds nothing.
    return FullTextQuery.match(
        search.query(),
        search.column(),
        1.0f,
        Optional.of(search.maxEdits()),
        MAX_EXPANSIONS,
        FullTextQuery.Operator.OR,
        0);
  }

  private static Query nearest(LanceSnapshot snapshot, Nearest search) {
    Field column = snapshot.schema().findField(search.column());
    if (!(column.getType() instanceof ArrowType.FixedSizeList list)) {
      throw new BadRequestException(
          "not_a_vector", "column '" + search.column() + "' does not hold vectors");
    }
    if (list.getListSize() != search.vector().length) {
      // The library would silently return unranked rows.
      throw new BadRequestException(
          "vector_dimension_mismatch",
          "column '"
              + search.column()
              + "' holds vectors of "
              + list.getListSize()
              + " numbers; the query has "
              + search.vector().length,
          Map.of("column", search.column()));
    }
    Query.Builder query =
        new Query.Builder()
            .setColumn(search.column())
            .setKey(search.vector())
            .setK(search.k())
            .setDistanceType(DistanceType.L2)
            .setUseIndex(search.useIndex());
    if (search.useIndex()) {
      query.setMinimumNprobes(LEAST_PARTITIONS);
    }
    return query.build();
  }
}
