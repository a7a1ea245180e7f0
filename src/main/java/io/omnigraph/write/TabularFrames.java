package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
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
import java.util.Objects;
import org.apache.arrow.dataset.file.FileFormat;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a tabular file as load records: the same strictness, defaults and messages as for JSON,
 * with {@code row N} in the place of {@code record N}. Cells that lie in the file as they will lie
 * in the table are copied; any other goes the way of a JSON value.
 */
final class TabularFrames implements RecordFrames {

  /** A column that feeds something. */
  private record Feed(int column, String field, @Nullable PropertyType type) {}

  private final TabularRows rows;
  private final TableKey table;
  private final List<Feed> data = new ArrayList<>();
  private @Nullable Feed from;
  private @Nullable Feed to;
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
    return true;
  }

  TableKey table() {
    return table;
  }

  /**
   * Makes the current row a row of its table.
   *
   * @param source buffer for the id of an edge's source
   * @param destination buffer for the id of its destination
   */
  void fill(TableLoader loader, Utf8Text source, Utf8Text destination) throws IOException {
    loader.beginRow();
    for (Feed feed : data) {
      if (!rows.isNull(feed.column)) {
        FieldVector cells = rows.cells(feed.column);
        if (cells == null || !loader.copy(feed.field, cells, rows.position())) {
          try (TokenBuffer value = new TokenBuffer(null, false)) {
            rows.write(feed.column, feed.type, value);
            try (JsonParser parser = value.asParserOnFirstToken()) {
              loader.field(feed.field, parser);
            }
          }
        }
      }
    }
    if (table.isNode()) {
      loader.endNode();
    } else {
      endpoint(from, source);
      endpoint(to, destination);
      loader.endEdge(source, destination);
    }
  }

  private void endpoint(@Nullable Feed feed, Utf8Text into) throws IOException {
    Feed known = Objects.requireNonNull(feed, "edges have columns for both ends");
    if (!rows.isNull(known.column)) {
      FieldVector cells = rows.cells(known.column);
      if (cells instanceof VarCharVector texts) {
        into.set(texts, rows.position());
        return;
      }
      try (TokenBuffer value = new TokenBuffer(null, false)) {
        rows.write(known.column, null, value);
        try (JsonParser parser = value.asParserOnFirstToken()) {
          if (parser.currentToken() == JsonToken.VALUE_STRING) {
            into.set(parser);
            return;
          }
        }
      }
    }
    throw new BadRequestException("invalid_record", "edge missing '" + known.field + "'");
  }

  @Override
  public JsonParser parser() {
    throw new IllegalStateException("rows are not parsed as a whole");
  }

  @Override
  public void endRecord() {
    // One record per row.
  }

  @Override
  public boolean canReplay() {
    return false;
  }

  @Override
  public JsonParser replay() {
    throw new IllegalStateException("rows are not parsed as a whole");
  }

  @Override
  public String word() {
    return "row";
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

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
