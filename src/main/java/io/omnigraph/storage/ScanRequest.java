package io.omnigraph.storage;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to read from a table.
 *
 * @param columns projected columns in order; may name the virtual columns {@link #ROW_ID}, {@link
 *     #ROW_ADDRESS}, {@link #CREATED_AT_VERSION}, {@link #UPDATED_AT_VERSION}
 * @param filter storage filter (see {@link FilterSql}); null for none. Applied before ranking
 * @param limit most rows to return; -1 for all
 * @param offset rows to skip
 * @param batchRows rows per batch; 0 for the default
 * @param useScalarIndex false forces a scan (long IN-lists, repair)
 * @param fullText full-text search; null for none; adds the column {@link #SCORE} if projected
 * @param nearest vector search; null for none; adds the column {@link #DISTANCE} if projected
 * @param fragments only these fragments; null for all
 */
public record ScanRequest(
    List<String> columns,
    @Nullable String filter,
    long limit,
    long offset,
    int batchRows,
    boolean useScalarIndex,
    @Nullable FullText fullText,
    @Nullable Nearest nearest,
    @Nullable List<Integer> fragments) {

  public static final String ROW_ID = "_rowid";
  public static final String ROW_ADDRESS = "_rowaddr";
  public static final String CREATED_AT_VERSION = "_row_created_at_version";
  public static final String UPDATED_AT_VERSION = "_row_last_updated_at_version";
  public static final String SCORE = "_score";
  public static final String DISTANCE = "_distance";

  public ScanRequest {
    columns = List.copyOf(columns);
  }

  public static ScanRequest of(String... columns) {
    return new ScanRequest(List.of(columns), null, -1, 0, 0, true, null, null, null);
  }

  public static ScanRequest of(List<String> columns) {
    return new ScanRequest(columns, null, -1, 0, 0, true, null, null, null);
  }

  /** The same rows with other columns. */
  public ScanRequest projecting(List<String> newColumns) {
    return new ScanRequest(
        newColumns, filter, limit, offset, batchRows, useScalarIndex, fullText, nearest, fragments);
  }

  public ScanRequest where(@Nullable String newFilter) {
    return new ScanRequest(
        columns, newFilter, limit, offset, batchRows, useScalarIndex, fullText, nearest, fragments);
  }

  public ScanRequest limit(long newLimit) {
    return new ScanRequest(
        columns, filter, newLimit, offset, batchRows, useScalarIndex, fullText, nearest, fragments);
  }

  public ScanRequest offset(long rows) {
    return new ScanRequest(
        columns, filter, limit, rows, batchRows, useScalarIndex, fullText, nearest, fragments);
  }

  public ScanRequest batchRows(int rows) {
    return new ScanRequest(
        columns, filter, limit, offset, rows, useScalarIndex, fullText, nearest, fragments);
  }

  public ScanRequest withoutScalarIndex() {
    return new ScanRequest(
        columns, filter, limit, offset, batchRows, false, fullText, nearest, fragments);
  }

  public ScanRequest matching(FullText search) {
    return new ScanRequest(
        columns, filter, limit, offset, batchRows, useScalarIndex, search, nearest, fragments);
  }

  public ScanRequest nearest(Nearest search) {
    return new ScanRequest(
        columns, filter, limit, offset, batchRows, useScalarIndex, fullText, search, fragments);
  }

  public ScanRequest inFragments(List<Integer> ids) {
    return new ScanRequest(
        columns, filter, limit, offset, batchRows, useScalarIndex, fullText, nearest, ids);
  }

  /**
   * Token match (any term).
   *
   * @param maxEdits Levenshtein distance per term, 0..2
   */
  public record FullText(String column, String query, int maxEdits) {}

  /**
   * Exact or indexed nearest neighbours by L2 distance. The caller has checked the dimension.
   *
   * @param useIndex false for exact search
   */
  public record Nearest(String column, float[] vector, int k, boolean useIndex) {

    /** The same search without an index. */
    public Nearest exact() {
      return new Nearest(column, vector, k, false);
    }
  }
}
