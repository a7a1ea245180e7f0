package io.omnigraph.storage;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A table at one version: immutable content, safe for concurrent use until closed. Created by the
 * storage only. The holder closes it; a scan that is under way survives the close.
 */
public interface SnapshotHandle extends AutoCloseable {

  TableAddress address();

  long version();

  /**
   * Identifies the incarnation of the lineage: a deleted and recreated branch of the same name
   * answers differently.
   */
  String incarnation();

  /** Columns with field metadata, without virtual columns. */
  Schema schema();

  /**
   * What tells a column from others that had its name before it, as long as the data files are the
   * same; -1 if there is none of this name.
   */
  int columnId(String column);

  Map<String, String> schemaMetadata();

  long countRows();

  /** Counts rows that fulfil a storage filter (see {@link FilterSql}). */
  long countRows(String filter);

  /**
   * Scans; batches come in table order unless the request ranks. The columns of the batches are
   * exactly the requested ones, in that order.
   */
  BatchStream scan(ScanRequest request);

  /** Scans into buffers of a given allocator, whose limit the batches then count against. */
  BatchStream scan(ScanRequest request, BufferAllocator allocator);

  /** Fetches rows by stable row id in the order asked; missing ids are skipped, duplicates kept. */
  BatchStream takeRows(long[] rowIds, List<String> columns);

  /**
   * Reads the payloads of a blob column for rows given by stable row id; one entry per row, null
   * where the cell is null or the row is missing.
   */
  List<byte @org.jspecify.annotations.Nullable []> takeBlobs(long[] rowIds, String column);

  /**
   * Opens the payload of one blob cell for reading in pieces; the handle stays open meanwhile.
   *
   * @return empty where the cell is null or the row is missing
   */
  Optional<BlobReader> openBlob(long rowId, String column);

  /** Fragments in table order. */
  List<FragmentInfo> fragments();

  /** What the commit that made this version changed; empty if this process did not make it. */
  Optional<VersionChange> change();

  /** One fragment, without listing them all; empty if there is none of this id. */
  Optional<FragmentInfo> fragment(int id);

  List<IndexInfo> indices();

  /** Whether a BTREE index covers the column, in part at least; cheaper than {@link #indices}. */
  boolean hasScalarIndex(String column);

  /**
   * Location, size and e-tag facts of the table manifest of this version, for the graph manifest's
   * metadata column.
   */
  ManifestFile manifestFile();

  @Override
  void close();

  /**
   * @param id fragment id
   * @param physicalRows rows including deleted ones
   * @param deletedRows deleted rows
   * @param dataFile path of the first data file, relative to the data folder
   */
  record FragmentInfo(int id, long physicalRows, long deletedRows, String dataFile) {}

  /**
   * @param name index name
   * @param columns indexed columns
   * @param kind BTREE, INVERTED, VECTOR, ...
   * @param unindexedFragments fragments that the index does not cover
   * @param unindexedRows rows in them, deleted ones included: what a lookup reads besides the index
   */
  record IndexInfo(
      String name, List<String> columns, String kind, int unindexedFragments, long unindexedRows) {

    /** Whether it serves searches for neighbours; the storage does not tell of which family. */
    public boolean isOnVectors() {
      return kind.equals("VECTOR") || kind.startsWith("IVF");
    }

    /** Whether this is an index as asked for, whatever its name. */
    public boolean serves(TableMaintenance.IndexSpec spec) {
      return columns.equals(List.of(spec.column()))
          && switch (spec.kind()) {
            case BTREE -> kind.equals("BTREE");
            case FULL_TEXT -> kind.equals("INVERTED");
            case VECTOR -> isOnVectors();
          };
    }
  }

  /** Facts for the {@code metadata} column of a {@code table_version} row. */
  record ManifestFile(
      String path,
      @org.jspecify.annotations.Nullable Long size,
      @org.jspecify.annotations.Nullable String etag,
      String namingScheme) {}
}
