package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.omnigraph.model.TableKey;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An export that is under way: pulled piece by piece, so that a slow consumer holds nothing but
 * what it has not taken. Used by one thread at a time (not always the same).
 */
public final class ExportStream implements AutoCloseable {

  private final Iterator<TableKey> tables;
  private final Function<TableKey, TableExport> exports;
  private final Runnable onClose;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private final JsonGenerator json;
  private @Nullable TableExport table;
  private long rows;
  private boolean closed;

  ExportStream(List<TableKey> tables, Function<TableKey, TableExport> exports, Runnable onClose) {
    this.tables = tables.iterator();
    this.exports = exports;
    this.onClose = onClose;
    try {
      this.json = new JsonFactory().createGenerator(buffer);
    } catch (IOException e) {
      throw inMemory(e);
    }
    json.setRootValueSeparator(null);
  }

  /**
   * The next records, whole lines of UTF-8.
   *
   * @param enough stop behind the record with which so many bytes have gathered
   * @return null at the end
   */
  public byte @Nullable [] next(int enough) {
    try {
      boolean more = true;
      while (more && buffer.size() < enough) {
        more = writeSome(enough);
        json.flush();
      }
      if (buffer.size() == 0) {
        return null;
      }
      byte[] piece = buffer.toByteArray();
      buffer.reset();
      return piece;
    } catch (IOException e) {
      throw inMemory(e);
    }
  }

  private boolean writeSome(int enough) throws IOException {
    TableExport current = table;
    if (current == null) {
      if (closed || !tables.hasNext()) {
        return false;
      }
      current = exports.apply(tables.next());
      table = current;
    }
    int written = current.writeSome(json, () -> buffer.size() + json.getOutputBuffered() >= enough);
    rows += written;
    if (written == 0) {
      current.close();
      table = null;
    }
    return true;
  }

  private static UncheckedIOException inMemory(IOException e) {
    return new UncheckedIOException("cannot write records into memory", e);
  }

  /** Rows written so far. */
  public long rows() {
    return rows;
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (table != null) {
        table.close();
      }
    } finally {
      onClose.run();
    }
  }
}
