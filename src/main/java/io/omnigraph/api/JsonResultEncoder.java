package io.omnigraph.api;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Writes {@link ReadOutput} without ever holding it. */
final class JsonResultEncoder extends ResultEncoder {

  private final ReadHead head;
  private final Supplier<ReadEnding> ending;
  private final JsonGenerator json;
  private final JsonRows rows;

  JsonResultEncoder(ReadHead head, Supplier<ReadEnding> ending) {
    this.head = head;
    this.ending = ending;
    this.rows = new JsonRows(head.columns());
    try {
      this.json = Json.MAPPER.getFactory().createGenerator(buffer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void begin() {
    try {
      json.writeStartObject();
      json.writeStringField("query_name", head.queryName());
      json.writeObjectFieldStart("target");
      json.writeStringField("branch", head.target().branch());
      json.writeStringField("snapshot", head.target().snapshot());
      json.writeEndObject();
      if (!head.columns().isEmpty()) {
        json.writeArrayFieldStart("columns");
        for (var column : head.columns()) {
          json.writeString(column.name());
        }
        json.writeEndArray();
      }
      json.writeArrayFieldStart("rows");
      json.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  int write(VectorSchemaRoot batch, int from, int enough) {
    try {
      int row = from;
      while (row < batch.getRowCount() && size() + json.getOutputBuffered() < enough) {
        rows.write(json, batch, row);
        row++;
      }
      json.flush();
      return row;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void end() {
    try {
      json.writeEndArray();
      json.writeNumberField("row_count", rowCount());
      if (head.graphCommitId() != null) {
        json.writeStringField("graph_commit_id", head.graphCommitId());
      }
      ReadEnding known = ending.get();
      if (known.nextCursor() != null) {
        json.writeStringField("next_cursor", known.nextCursor());
      }
      if (known.profile() != null) {
        json.writePOJOField("profile", known.profile());
      }
      json.writeEndObject();
      json.close(); // gives its buffers to the next result
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
