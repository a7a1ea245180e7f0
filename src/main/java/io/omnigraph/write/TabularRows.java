package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonGenerator;
import io.omnigraph.schema.PropertyType;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** The rows of a tabular file, one after another. Not thread-safe. */
interface TabularRows extends AutoCloseable {

  /** The column names of the file, in order. */
  List<String> columns();

  /** Moves to the next row; false at the end. */
  boolean next() throws IOException;

  /** True if the cell of the current row is null. */
  boolean isNull(int column);

  /**
   * Writes the cell of the current row, which is not null, as the JSON value that a record of
   * language section 8 would hold.
   *
   * @param type what the cell is for; null for an id or an endpoint, which are text
   */
  void write(int column, @Nullable PropertyType type, JsonGenerator out) throws IOException;

  /** The column's cells around the current row, if the file holds Arrow vectors; else null. */
  default @Nullable FieldVector cells(int column) {
    return null;
  }

  /** Where the current row lies in {@link #cells}. */
  default int position() {
    return 0;
  }

  /** Bytes of the file taken so far, as far as known. */
  long bytesRead();

  @Override
  void close() throws IOException;
}
