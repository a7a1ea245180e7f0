package io.omnigraph.storage.lance;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.Bm25;
import io.omnigraph.storage.FullTextTerms;
import io.omnigraph.storage.FullTextTerms.Occurrences;
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
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;
import org.lance.index.Index;

/**
 * Full-text search whose answer does not depend on what the index covers. Over rows that an index
 * does not cover the library cuts texts in another way and overlooks misspelt words altogether, so
 * such rows are read and judged here, by the same rules as the index. Nor does it depend on how
 * many segments the index has: asked for some fragments, or with a filter that no index answers,
 * the library looks into the first segment only and silently loses what the others hold, so then
 * the search goes over everything and both conditions are applied to its hits.
 *
 * <p>Scores of the library count texts that were deleted since they were indexed, even after their
 * files were folded; from several parts it leaves out better hits than it gives. Only while its
 * index is one part that holds exactly the texts of the table it is asked for the best few, which
 * are scored anew, or for all hits of some words, whose scores are right to the precision of a
 * float and alike for texts that are alike. All other scores are computed here.
 */
final class FullTextScan {

  /** Of a longer query the texts of the hits are read, instead of asking for every word. */
  private static final int MOST_WORDS = 32;

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
    if (isScored()) {
      boolean all = request.limit() < 0 && request.offset() == 0;
      Index part = conditions || request.limit() < 0 && !all ? null : exactPart();
      if (part == null) {
        return scored(conditions);
      }
      if (!all) {
        return best(part);
      }
      if (terms.words().size() > MOST_WORDS
          || request.columns().contains(ScanRequest.ROW_ADDRESS)) {
        return scored(false);
      }
      return terms.words().size() <= 2
          ? LanceScan.start(snapshot, request, indexedQuery(), allocator)
          : WordScores.addUp(snapshot, request, terms.words(), indexedQuery(), allocator);
    }
    if (uncovered.isEmpty()
        && !(manySegments && conditions)
        && !request.columns().contains(ScanRequest.ROW_ADDRESS)) {
      return LanceScan.start(snapshot, request, indexedQuery(), allocator);
    }
    RankedRows rows = new RankedRows(snapshot, request.columns(), allocator);
    try {
      eachText(
          indexedHits(request.filter()),
          request.filter(),
          true,
          (text, batch, row) -> rows.add(batch, row));
      eachText(
          uncoveredRows(request.filter()),
          request.filter(),
          false,
          (text, batch, row) -> {
            if (terms.matches(text)) {
              rows.add(batch, row);
            }
          });
      return rows.finish(null, request);
    } catch (Exception | Error e) {
      rows.close();
      throw e;
    }
  }

  private boolean isScored() {
    return request.columns().contains(ScanRequest.SCORE);
  }

  /** The index, if it is one part that holds the texts of the table and no others; or null. */
  private @Nullable Index exactPart() throws Exception {
    Index part = LanceIndices.onlyFullTextPart(snapshot, search.column());
    boolean exact =
        part != null
            && uncovered.isEmpty()
            && search.maxEdits() == 0
            && snapshot.textIndexFacts().documents(snapshot, part) == totals().documents();
    return exact ? part : null;
  }

  private TextTotals.Totals totals() throws Exception {
    Set<Integer> wanted = new HashSet<>(covered);
    wanted.addAll(uncovered);
    return snapshot.textTotals(wanted, search.column(), allocator);
  }

  private Bm25 newScorer() throws Exception {
    TextTotals.Totals totals = totals();
    return new Bm25(totals.documents(), totals.tokens());
  }

  /** The library's best, as many as were asked for, with scores of our own. */
  private BatchStream best(Index part) throws Exception {
    Bm25 scorer = newScorer();
    for (Map.Entry<String, String> term : terms.words().entrySet()) {
      scorer.count(
          term.getKey(),
          snapshot
              .textIndexFacts()
              .documentsWith(
                  snapshot, part, search.column(), term.getKey(), term.getValue(), allocator));
    }
    List<String> columns = new ArrayList<>(columnsToRead());
    columns.add(ScanRequest.SCORE); // without it the library may forget the order
    ScanRequest scan =
        ScanRequest.of(columns)
            .limit(
                request.limit() > Long.MAX_VALUE - request.offset()
                    ? -1
                    : request.limit() + request.offset());
    ScoredRows rows = new ScoredRows();
    try {
      eachText(LanceScan.start(snapshot, scan, indexedQuery(), allocator), null, true, rows);
      return rows.finish(scorer);
    } catch (Exception | Error e) {
      rows.close();
      throw e;
    }
  }

  /** All hits, scored over the whole corpus, whatever the filter. */
  private BatchStream scored(boolean conditions) throws Exception {
    Bm25 scorer = newScorer();
    if (conditions) {
      TextUse counting = (text, batch, row) -> scorer.countHit(terms.occurrences(text));
      eachText(indexedHits(null), null, true, counting);
      eachText(uncoveredRows(null), null, false, counting);
    }
    ScoredRows rows = new ScoredRows();
    try {
      eachText(indexedHits(request.filter()), request.filter(), true, rows);
      eachText(uncoveredRows(request.filter()), request.filter(), false, rows);
      if (!conditions) {
        rows.countAll(scorer);
      }
      return rows.finish(scorer);
    } catch (Exception | Error e) {
      rows.close();
      throw e;
    }
  }

  /** Hits with what they hold of the terms, until they can be scored. */
  private final class ScoredRows implements TextUse, AutoCloseable {

    private final RankedRows rows = new RankedRows(snapshot, request.columns(), allocator);
    private final List<Occurrences> occurrences = new ArrayList<>();

    @Override
    public void on(String text, VectorSchemaRoot batch, int row) {
      Occurrences found = terms.occurrences(text);
      if (!found.frequencies().isEmpty()) {
        rows.add(batch, row);
        occurrences.add(found);
      }
    }

    void countAll(Bm25 scorer) {
      occurrences.forEach(scorer::countHit);
    }

    BatchStream finish(Bm25 scorer) {
      float[] scores = new float[occurrences.size()];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = scorer.score(occurrences.get(i));
      }
      return rows.finish(scores, request);
    }

    @Override
    public void close() {
      rows.close();
    }
  }

  /**
   * The automaton by which the library finds misspelt words works on bytes and overlooks letters
   * that share their first byte with the one they stand for, so only plain ASCII may use it. Its
   * native seam garbles letters beyond the first plane altogether.
   */
  private boolean isIndexUsable() {
    return String.join("", terms.words().keySet())
        .chars()
        .allMatch(c -> search.maxEdits() == 0 ? !Character.isSurrogate((char) c) : c < 128);
  }

  private FullText indexedQuery() {
    // Misspelt words are compared as they are given, exact ones are cut and lowered once more.
    String query =
        String.join(" ", search.maxEdits() == 0 ? terms.words().values() : terms.words().keySet());
    return new FullText(search.column(), query, search.maxEdits());
  }

  @FunctionalInterface
  private interface TextUse {
    void on(String text, VectorSchemaRoot batch, int row);
  }

  /**
   * Reads a stream to its end.
   *
   * @param filter that hits of the index must fulfil besides
   */
  private void eachText(BatchStream stream, @Nullable String filter, boolean areHits, TextUse use)
      throws Exception {
    try (stream) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        VarCharVector texts = (VarCharVector) batch.getVector(search.column());
        for (int row = 0; row < batch.getRowCount(); row++) {
          if (!texts.isNull(row) && !(areHits && !isWanted(batch, row, filter))) {
            use.on(new String(texts.get(row), StandardCharsets.UTF_8), batch, row);
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
}
