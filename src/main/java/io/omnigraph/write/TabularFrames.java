package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.TableKey;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.PropertyType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a tabular file as load records: the same strictness, defaults and messages as for JSON,
 * with {@code row N} in the place of {@code record N}.
 */
final class TabularFrames implements RecordFrames {

  /** A column that feeds something. */
  private record Feed(int column, String field, @Nullable PropertyType type) {}

  private final TabularRows rows;
  private final TableKey table;
  private final List<Feed> data = new ArrayList<>();
  private @Nullable Feed from;
  private @Nullable Feed to;
  private @Nullable TokenBuffer buffer;
  private @Nullable JsonParser parser;
  private long number;

  private TabularFrames(TabularRows rows, TabularInput input, EntityType type, boolean lenient) {
    this.rows = rows;
    this.table = input.table();
    map(input, type, lenient);
  }

  /** Opens a file for a type of the catalog. */
  static TabularFrames open(
      TabularInput input, Catalog catalog, boolean lenient, BufferAllocator allocator)
      throws IOException {
    EntityType type =
        catalog
            .type(input.table())
            .orElseThrow(
                () ->
                    new NotFoundException(
                        "unknown_type",
                        "the schema has no "
                            + input.table().kind().word()
                            + " type '"
                            + input.table().typeName()
                            + "'",
                        Map.of("table_key", input.table().toString())));
    TabularRows rows =
        switch (input.format()) {
          case CSV -> new CsvRows(input.file());
          case PARQUET -> new ArrowRows(input.file(), FileFormat.PARQUET, allocator);
          case ARROW -> new ArrowRows(input.file(), FileFormat.ARROW_IPC, allocator);
        };
    try {
      return new TabularFrames(rows, input, type, lenient);
    } catch (RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  private void map(TabularInput input, EntityType type, boolean lenient) {
    Map<String, Integer> left = new HashMap<>();
    for (int i = 0; i < rows.columns().size(); i++) {
      String name = rows.columns().get(i);
      if (left.put(name, i) != null) {
        throw invalid("the file has two columns named '" + name + "'", "column", name);
      }
    }
    Map<String, String> wanted = new HashMap<>(input.columns());
    for (Property property : type.properties()) {
      Integer column = take(property.name(), wanted, left, property.name());
      if (column != null) {
        data.add(new Feed(column, property.name(), property.type()));
      }
    }
    Integer id = take("id", wanted, left, "id");
    if (id != null) {
      data.add(new Feed(id, "id", null));
    }
    if (table.isEdge()) {
      from = endpoint("from", "src", wanted, left);
      to = endpoint("to", "dst", wanted, left);
    }
    wanted.forEach(
        (field, column) -> {
          if (column.equals(TabularInput.LEFT_OUT)) {
            left.remove(field);
          } else {
            throw invalid(table + " has no property '" + field + "'", "property", field);
          }
        });
    if (!left.isEmpty() && !lenient) {
      String column = rows.columns().stream().filter(left::containsKey).findFirst().orElseThrow();
      throw invalid(
          "column '"
              + column
              + "' feeds no property of "
              + table
              + "; map it (property=column), leave it out ("
              + column
              + "=-) or load leniently",
          "column",
          column);
    }
  }

  private Feed endpoint(
      String field, String other, Map<String, String> wanted, Map<String, Integer> left) {
    Integer column = take(field, wanted, left, field, other);
    if (column == null) {
      throw invalid(
          "no column for the '" + field + "' of " + table + "; map it with " + field + "=column",
          "field",
          field);
    }
    return new Feed(column, field, null);
  }

  /** The column for a field: the mapped one, which must exist, or the first default there is. */
  private static @Nullable Integer take(
      String field, Map<String, String> wanted, Map<String, Integer> left, String... defaults) {
    String mapped = wanted.get(field);
    if (mapped != null && !mapped.equals(TabularInput.LEFT_OUT)) {
      wanted.remove(field);
      Integer column = left.remove(mapped);
      if (column == null) {
        throw invalid(
            "'" + field + "' is mapped to column '" + mapped + "', which the file does not have",
            "column",
            mapped);
      }
      return column;
    }
    if (mapped == null) {
      for (String name : defaults) {
        Integer column = left.remove(name);
        if (column != null) {
          return column;
        }
      }
    }
    return null;
  }

  private static BadRequestException invalid(String message, String key, String value) {
    return new BadRequestException("invalid_mapping", message, Map.of(key, value));
  }

  @Override
  public boolean next() throws IOException {
    number++;
    if (!rows.next()) {
      return false;
    }
    closeBuffer();
    TokenBuffer record = new TokenBuffer(null, false);
    record.writeStartObject();
    record.writeStringField(table.isEdge() ? "edge" : "type", table.typeName());
    endpoint(from, record);
    endpoint(to, record);
    record.writeObjectFieldStart("data");
    for (Feed feed : data) {
      if (!rows.isNull(feed.column)) {
        record.writeFieldName(feed.field);
        rows.write(feed.column, feed.type, record);
      }
    }
    record.writeEndObject();
    record.writeEndObject();
    buffer = record;
    parser = record.asParserOnFirstToken();
    return true;
  }

  private void endpoint(@Nullable Feed feed, TokenBuffer record) throws IOException {
    if (feed != null && !rows.isNull(feed.column)) {
      record.writeFieldName(feed.field);
      rows.write(feed.column, null, record);
    }
  }

  @Override
  public JsonParser parser() {
    return java.util.Objects.requireNonNull(parser, "no current record");
  }

  @Override
  public void endRecord() {
    // One record per row.
  }

  @Override
  public String label() {
    return "row " + number;
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public String malformed() {
    return "malformed row " + number + ": ";
  }

  @Override
  public long bytesRead() {
    return rows.bytesRead();
  }

  @Override
  public long position() {
    return rows.bytesRead();
  }

  private void closeBuffer() throws IOException {
    if (parser != null) {
      parser.close();
    }
    if (buffer != null) {
      buffer.close();
    }
  }

  @Override
  public void close() throws IOException {
    closeBuffer();
    rows.close();
  }
}
