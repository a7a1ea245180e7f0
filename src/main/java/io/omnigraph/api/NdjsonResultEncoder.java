package io.omnigraph.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.arrow.vector.VectorSchemaRoot;

/** One row object per line and nothing else. */
final class NdjsonResultEncoder extends ResultEncoder {

  private final JsonGenerator json;
  private final JsonRows rows;

  NdjsonResultEncoder(ReadHead head) {
    this.rows = new JsonRows(head.columns());
    try {
      this.json = Json.MAPPER.getFactory().createGenerator(buffer);
      this.json.setPrettyPrinter(new MinimalPrettyPrinter(""));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void begin() {}

  @Override
  int write(VectorSchemaRoot batch, int from, int enough) {
    try {
      int row = from;
      while (row < batch.getRowCount() && size() + json.getOutputBuffered() < enough) {
        rows.write(json, batch, row);
        json.writeRaw('\n');
        row++;
      }
      json.flush();
      return row;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void end() {}
}
