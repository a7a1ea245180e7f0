package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.DidYouMean;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.TableKey;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EntityType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableSchemas;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Writes the rows of a snapshot as newline-delimited JSON that loads back into an identical graph:
 * tables in key order (edges before nodes), rows by id, {@code data.id} first and always there,
 * nulls written out, dates in ISO form, blobs as {@code base64:} text or their URI. Streams; memory
 * follows the number of rows of the largest table only by their ids.
 */
public final class Exporter {

  private static final int PIECE = 1 << 16;

  private final Snapshot snapshot;
  private final Function<TableKey, SnapshotHandle> tables;

  /**
   * @param tables opens a table at the snapshot's version; the handles stay the caller's
   */
  public Exporter(Snapshot snapshot, Function<TableKey, SnapshotHandle> tables) {
    this.snapshot = snapshot;
    this.tables = tables;
  }

  /**
   * The tables that filters select, in key order. Checks the filters without reading anything, so
   * that a server may refuse before it answers.
   *
   * @param typeNames names of node or edge types; empty for all
   * @param tableKeys exact table keys; empty for all; with both, a table must pass both
   * @throws BadRequestException if a name or key is unknown
   */
  public static List<TableKey> select(
      Snapshot snapshot, List<String> typeNames, List<String> tableKeys) {
    Set<String> wantedTypes = new HashSet<>(typeNames);
    Set<TableKey> wantedKeys = new HashSet<>();
    Catalog catalog = snapshot.catalog();
    for (String name : typeNames) {
      if (catalog.node(name).isEmpty() && catalog.edge(name).isEmpty()) {
        throw unknownType(catalog, name);
      }
    }
    for (String text : tableKeys) {
      TableKey key = TableKey.parse(text);
      if (catalog.type(key).isEmpty()) {
        throw new BadRequestException(
            "unknown_table", "unknown table '" + text + "'", Map.of("table_key", text));
      }
      wantedKeys.add(key);
    }
    return snapshot.tables().keySet().stream()
        .filter(key -> wantedTypes.isEmpty() || wantedTypes.contains(key.typeName()))
        .filter(key -> wantedKeys.isEmpty() || wantedKeys.contains(key))
        .filter(key -> catalog.type(key).isPresent())
        .toList();
  }

  private static BadRequestException unknownType(Catalog catalog, String name) {
    List<String> names = new ArrayList<>();
    catalog.types().map(EntityType::name).forEach(names::add);
    String hint =
        DidYouMean.nearest(name, names).map(close -> "; did you mean '" + close + "'?").orElse("");
    return new BadRequestException(
        "unknown_type", "unknown type '" + name + "'" + hint, Map.of("type", name));
  }

  /**
   * Writes the selected tables.
   *
   * @param selected as {@link #select} answers
   * @param out gets UTF-8; flushed but not closed
   * @return the number of rows written
   * @throws StorageException if {@code out} refuses bytes
   */
  public long write(List<TableKey> selected, OutputStream out) {
    try (ExportStream stream = open(selected, () -> {})) {
      for (byte[] piece = stream.next(PIECE); piece != null; piece = stream.next(PIECE)) {
        out.write(piece);
      }
      out.flush();
      return stream.rows();
    } catch (IOException e) {
      throw new StorageException(
          "output_unwritable", "cannot write the export: " + e.getMessage(), Map.of(), e);
    }
  }

  /**
   * Starts to export the selected tables; the caller pulls and closes.
   *
   * @param onClose runs once, when the export is closed
   */
  public ExportStream open(List<TableKey> selected, Runnable onClose) {
    List<TableKey> filled =
        selected.stream().filter(key -> snapshot.table(key).rowCount() > 0).toList();
    return new ExportStream(
        filled,
        key -> new TableExport(snapshot.catalog().type(key).orElseThrow(), tables.apply(key)),
        onClose);
  }

  /**
   * Writes the record of one row, as {@link #write} would.
   *
   * @return false if the snapshot has no such table or the table no such row
   */
  public boolean writeEntity(TableKey key, String id, OutputStream out) {
    if (snapshot.find(key).isEmpty() || snapshot.table(key).rowCount() == 0) {
      return false;
    }
    SnapshotHandle table = tables.apply(key);
    LongArrayList rows = new LongArrayList();
    String filter = FilterSql.equalTo(TableSchemas.ID, id);
    try (BatchStream found = table.scan(ScanRequest.of(ScanRequest.ROW_ID).where(filter))) {
      for (VectorSchemaRoot batch = found.next(); batch != null; batch = found.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          rows.add(Rows.rowId(batch, row));
        }
      }
    }
    if (rows.isEmpty()) {
      return false;
    }
    try (JsonGenerator json = new JsonFactory().createGenerator(out)) {
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.setRootValueSeparator(null);
      EntityType type = snapshot.catalog().type(key).orElseThrow();
      try (TableExport record = new TableExport(type, table)) {
        record.writeRows(json, rows.toLongArray());
      }
      json.flush();
      return true;
    } catch (IOException e) {
      throw new StorageException(
          "output_unwritable", "cannot write the export: " + e.getMessage(), Map.of(), e);
    }
  }
}
