package io.omnigraph.manifest;

import io.omnigraph.model.Value;
import io.omnigraph.storage.RowBatches;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** Moves manifest rows between objects and Arrow. */
final class ManifestRows {

  private static final List<String> COLUMNS =
      List.of(
          ManifestSchema.OBJECT_ID,
          ManifestSchema.OBJECT_TYPE,
          ManifestSchema.LOCATION,
          ManifestSchema.METADATA,
          ManifestSchema.TABLE_KEY,
          ManifestSchema.TABLE_VERSION,
          ManifestSchema.TABLE_BRANCH,
          ManifestSchema.ROW_COUNT,
          ScanRequest.ROW_ADDRESS);

  private ManifestRows() {}

  /** A row and where it stands. */
  record Located(ManifestRow row, long address) {}

  static List<Located> scan(SnapshotHandle manifest, @Nullable String filter) {
    return read(manifest, ScanRequest.of(COLUMNS).where(filter));
  }

  /** The rows of some fragments only. */
  static List<Located> scan(
      SnapshotHandle manifest, List<Integer> fragments, @Nullable String filter) {
    return fragments.isEmpty()
        ? List.of()
        : read(manifest, ScanRequest.of(COLUMNS).where(filter).inFragments(fragments));
  }

  private static List<Located> read(SnapshotHandle manifest, ScanRequest request) {
    List<Located> rows = new ArrayList<>();
    for (List<Value> values : RowBatches.readAll(manifest.scan(request))) {
      rows.add(
          new Located(
              new ManifestRow(
                  text(values.get(0)),
                  text(values.get(1)),
                  textOrNull(values.get(2)),
                  textOrNull(values.get(3)),
                  text(values.get(4)),
                  numberOrNull(values.get(5)),
                  textOrNull(values.get(6)),
                  numberOrNull(values.get(7))),
              ((Value.Int) values.get(8)).value()));
    }
    return rows;
  }

  static RowSource source(BufferAllocator allocator, List<ManifestRow> rows) {
    return RowBatches.sourceOf(
        allocator, ManifestSchema.SCHEMA, rows.stream().map(ManifestRows::values).toList());
  }

  private static List<Value> values(ManifestRow row) {
    return List.of(
        value(row.objectId()),
        value(row.objectType()),
        value(row.location()),
        value(row.metadata()),
        Value.NULL,
        value(row.tableKey()),
        value(row.tableVersion()),
        value(row.tableBranch()),
        value(row.rowCount()));
  }

  private static Value value(@Nullable String text) {
    return text == null ? Value.NULL : new Value.Text(text);
  }

  private static Value value(@Nullable Long number) {
    return number == null ? Value.NULL : new Value.Int(number);
  }

  private static String text(Value value) {
    return ((Value.Text) value).value();
  }

  private static @Nullable String textOrNull(Value value) {
    return value instanceof Value.Text text ? text.value() : null;
  }

  private static @Nullable Long numberOrNull(Value value) {
    return value instanceof Value.Int number ? number.value() : null;
  }
}
