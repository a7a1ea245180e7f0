package io.omnigraph.storage.lance;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.Bm25;
import io.omnigraph.storage.FullTextTerms;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.ScanRequest.FullText;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import it.unimi.dsi.fastutil.longs.LongSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/**
 * Full-text search whose answer does not depend on what the index covers. Over rows that an index
 * does not cover the library cuts texts in another way and overlooks misspelt words altogether, so
 * such rows are read and judged here, by the same rules as the index. Nor does it depend on how
 * many segments the index has: asked for some fragments, or with a filter that no index answers,
 * the library looks into the first segment only and silently loses what the others hold, so then
 * the search goes over everything and both conditions are applied to its hits.
 */
final class FullTextScan {

  private final LanceSnapshot snapshot;
  private final ScanRequest request;
  private final FullText search;
  private final FullTextTerms terms;
  private final BufferAllocator allocator;

  /** Fragments that the index covers and the request wants. */
  private final Set<Integer> covered;

  /** The other fragments that the request wants. */
  private final List<Integer> uncovered;

  private final boolean manySegments;

  /** Rows outside the covered fragments, by stable id: hits among them do not count. */
  private @Nullable LongSet foreign;

  /** Rows that fulfil the request's filter, by stable id. */
  private @Nullable LongSet matching;

  private FullTextScan(
      LanceSnapshot snapshot, ScanRequest request, FullText search, BufferAllocator allocator) {
    this.snapshot = snapshot;
    this.request = request;
    this.search = search;
    this.allocator = allocator;
    this.terms = FullTextTerms.of(search.query(), search.maxEdits());
    Set<Integer> wanted = new LinkedHashSet<>();
    snapshot.fragments().forEach(fragment -> wanted.add(fragment.id()));
    if (request.fragments() != null) {
      wanted.retainAll(new HashSet<>(request.fragments()));
    }
    this.covered = new HashSet<>(wanted);
    if (isIndexUsable()) {
      this.covered.retainAll(LanceIndices.fullTextCoverage(snapshot, search.column()));
    } else {
      this.covered.clear();
    }
    this.manySegments = LanceIndices.hasManySegments(snapshot, search.column());
    this.uncovered = wanted.stream().filter(id -> !covered.contains(id)).toList();
  }

  static BatchStream open(LanceSnapshot snapshot, ScanRequest request, BufferAllocator allocator)
      throws Exception {
    FullText search = request.fullText();
    if (search == null) {
      throw new IllegalArgumentException("not a full-text search");
    }
    boolean text =
        snapshot.schema().getFields().stream()
            .anyMatch(
                f ->
                    f.getName().equals(search.column())
                        && f.getType().equals(ArrowType.Utf8.INSTANCE));
    if (!text) {
      throw new BadRequestException(
          "not_a_text", "column '" + search.column() + "' does not hold text");
    }
    return new FullTextScan(snapshot, request, search, allocator).run();
  }

  private BatchStream run() throws Exception {
    if (terms.isEmpty() || covered.isEmpty() && uncovered.isEmpty()) {
      return LanceScan.emptyStream();
    }
    boolean conditions = request.filter() != null || request.fragments() != null;
    if (uncovered.isEmpty()
        && !(manySegments && conditions)
        && !(isScored() && LanceIndices.countsDeletedTexts(snapshot, search.column()))
        && !request.columns().contains(ScanRequest.ROW_ADDRESS)) {
      return LanceScan.start(snapshot, request, indexedQuery(), allocator);
    }
    Bm25 scorer = isScored() ? corpus() : null;
    RankedRows rows = new RankedRows(snapshot, request.columns(), allocator);
    try {
      collect(rows, indexedHits(request.filter()), scorer, true);
      collect(rows, uncoveredRows(request.filter()), scorer, false);
      return rows.finish(scorer != null, request);
    } catch (Exception | Error e) {
      rows.close();
      throw e;
    }
  }

  private boolean isScored() {
    return request.columns().contains(ScanRequest.SCORE);
  }

  /**
   * The automaton by which the library finds misspelt words works on bytes and overlooks letters
   * that share their first byte with the one they stand for, so only plain ASCII may use it. Its
   * native seam garbles letters beyond the first plane altogether.
   */
  private boolean isIndexUsable() {
    return String.join("", terms.terms())
        .chars()
        .allMatch(c -> search.maxEdits() == 0 ? !Character.isSurrogate((char) c) : c < 128);
  }

  private FullText indexedQuery() {
    // Misspelt words are compared as they are given, exact ones are cut and lowered once more.
    String query = search.maxEdits() == 0 ? terms.distinctWords() : String.join(" ", terms.terms());
    return new FullText(search.column(), query, search.maxEdits());
  }

  /** Totals and frequencies over the whole corpus, whatever the filter. */
  private Bm25 corpus() throws Exception {
    Set<Integer> wanted = new HashSet<>(covered);
    wanted.addAll(uncovered);
    TextTotals.Totals totals = snapshot.textTotals(wanted, search.column(), allocator);
    Bm25 scorer = new Bm25(terms, totals.documents(), totals.tokens());
    eachText(indexedHits(null), true, scorer::countHit);
    eachText(uncoveredRows(null), false, scorer::countHit);
    return scorer;
  }

  private interface TextUse {
    void on(String text);
  }

  private void eachText(BatchStream stream, boolean areHits, TextUse use) throws Exception {
    try (stream) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          String text = textAt(batch, row);
          if (text != null && !(areHits && !isWanted(batch, row, null))) {
            use.on(text);
          }
        }
      }
    }
  }

  private void collect(RankedRows rows, BatchStream stream, @Nullable Bm25 scorer, boolean areHits)
      throws Exception {
    try (stream) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          String text = textAt(batch, row);
          if (text != null
              && (areHits ? isWanted(batch, row, request.filter()) : terms.matches(text))) {
            rows.add(batch, row, scorer == null ? 0 : scorer.score(text));
          }
        }
      }
    }
  }

  private BatchStream indexedHits(@Nullable String filter) throws Exception {
    if (covered.isEmpty()) {
      return LanceScan.emptyStream();
    }
    ScanRequest scan = ScanRequest.of(columnsToRead());
    return LanceScan.start(
        snapshot,
        manySegments ? scan : scan.where(filter).inFragments(List.copyOf(covered)),
        indexedQuery(),
        allocator);
  }

  /** Whether a hit of an unconditional search lies where, and is as, it should. */
  private boolean isWanted(VectorSchemaRoot batch, int row, @Nullable String filter)
      throws Exception {
    if (!manySegments) {
      return true;
    }
    long id = ((UInt8Vector) batch.getVector(ScanRequest.ROW_ID)).get(row);
    return !foreign().contains(id) && (filter == null || matching(filter).contains(id));
  }

  private LongSet foreign() throws Exception {
    LongSet known = foreign;
    if (known == null) {
      List<Integer> others =
          snapshot.fragments().stream()
              .map(FragmentInfo::id)
              .filter(id -> !covered.contains(id))
              .toList();
      known =
          others.isEmpty()
              ? LongSet.of()
              : rowIds(ScanRequest.of(ScanRequest.ROW_ID).inFragments(others));
      foreign = known;
    }
    return known;
  }

  private LongSet matching(String filter) throws Exception {
    LongSet known = matching;
    if (known == null) {
      ScanRequest scan = ScanRequest.of(ScanRequest.ROW_ID).where(filter);
      known = rowIds(request.useScalarIndex() ? scan : scan.withoutScalarIndex());
      matching = known;
    }
    return known;
  }

  /** Row ids lie in the table's metadata: no further column is read. */
  private LongSet rowIds(ScanRequest scan) throws Exception {
    LongSet ids = new LongOpenHashSet();
    try (BatchStream stream = LanceScan.start(snapshot, scan, null, allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        UInt8Vector cells = (UInt8Vector) batch.getVector(ScanRequest.ROW_ID);
        for (int row = 0; row < batch.getRowCount(); row++) {
          ids.add(cells.get(row));
        }
      }
    }
    return ids;
  }

  private BatchStream uncoveredRows(@Nullable String filter) throws Exception {
    ScanRequest scan = ScanRequest.of(columnsToRead()).where(filter).inFragments(uncovered);
    return LanceScan.start(
        snapshot, request.useScalarIndex() ? scan : scan.withoutScalarIndex(), null, allocator);
  }

  private List<String> columnsToRead() {
    Set<String> columns = new LinkedHashSet<>(request.columns());
    columns.remove(ScanRequest.SCORE);
    // The library aborts the process when a search projects row addresses; they are added later.
    columns.remove(ScanRequest.ROW_ADDRESS);
    columns.add(search.column());
    columns.add(ScanRequest.ROW_ID);
    return new ArrayList<>(columns);
  }

  private @Nullable String textAt(VectorSchemaRoot batch, int row) {
    VarCharVector texts = (VarCharVector) batch.getVector(search.column());
    return texts.isNull(row) ? null : new String(texts.get(row), StandardCharsets.UTF_8);
  }
}
