package io.omnigraph.write;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.schema.PropertyType;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a CSV file. Every cell is text; it becomes the JSON value that its property expects, so
 * that nothing is guessed: {@code 007} stays text for a String property. Lists and vectors are
 * written as JSON arrays in a cell.
 */
final class CsvRows implements TabularRows {

  private final CsvParser parser;
  private final List<String> columns;
  private final List<@Nullable String> cells = new ArrayList<>();

  CsvRows(Path file) throws IOException {
    CsvFactory factory =
        CsvFactory.builder()
            .enable(CsvParser.Feature.EMPTY_UNQUOTED_STRING_AS_NULL)
            .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
            .build();
    this.parser = factory.createParser(Files.newInputStream(file));
    parser.enable(com.fasterxml.jackson.core.JsonParser.Feature.AUTO_CLOSE_SOURCE);
    parser.setSchema(CsvSchema.emptySchema());
    if (!next()) {
      parser.close();
      throw new BadRequestException(
          "invalid_csv", "the file is empty: the first line of a CSV file names its columns");
    }
    List<String> names = new ArrayList<>();
    for (@Nullable String cell : cells) {
      names.add(cell == null ? "" : cell.strip());
    }
    if (!names.isEmpty() && names.get(0).startsWith("\uFEFF")) {
      names.set(0, names.get(0).substring(1));
    }
    this.columns = List.copyOf(names);
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public boolean next() throws IOException {
    JsonToken token = parser.nextToken();
    while (token != null && token != JsonToken.START_ARRAY) {
      token = parser.nextToken();
    }
    if (token == null) {
      return false;
    }
    cells.clear();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      cells.add(parser.currentToken() == JsonToken.VALUE_NULL ? null : parser.getText());
    }
    if (columns != null && cells.size() != columns.size()) {
      throw new BadRequestException(
          "invalid_csv",
          "a line has " + cells.size() + " cells, the header names " + columns.size(),
          Map.of("cells", cells.size(), "columns", columns.size()));
    }
    return true;
  }

  @Override
  public boolean isNull(int column) {
    return cells.get(column) == null;
  }

  @Override
  public void write(int column, @Nullable PropertyType type, JsonGenerator out) throws IOException {
    String cell = cells.get(column);
    if (cell == null) {
      out.writeNull();
    } else if (type == null) {
      out.writeString(cell);
    } else if (type.list()) {
      writeJson(cell, out);
    } else {
      writeScalar(cell, type, out);
    }
  }

  private static void writeScalar(String cell, PropertyType type, JsonGenerator out)
      throws IOException {
    switch (type.scalar()) {
      case STRING, BLOB, DATE, DATETIME -> out.writeString(cell);
      case VECTOR -> writeJson(cell, out);
      case BOOL -> {
        String word = cell.strip().toLowerCase(java.util.Locale.ROOT);
        if (Set.of("true", "false").contains(word)) {
          out.writeBoolean(word.equals("true"));
        } else {
          // Refused with the property's own words.
          out.writeString(cell);
        }
      }
      case I32, I64, U32, U64, F32, F64 -> writeNumber(cell.strip(), cell, out);
    }
  }

  /** A number keeps its kind: {@code 5} is an integer, {@code 5.0} and {@code 5e0} are not. */
  private static void writeNumber(String text, String cell, JsonGenerator out) throws IOException {
    try {
      BigDecimal number = new BigDecimal(text);
      boolean integer = text.chars().allMatch(c -> c >= '0' && c <= '9' || c == '-' || c == '+');
      if (!integer) {
        out.writeNumber(number);
      } else if (number.precision() < 10) {
        out.writeNumber(number.intValueExact());
      } else if (number.precision() < 19) {
        out.writeNumber(number.longValueExact());
      } else {
        out.writeNumber(number.toBigIntegerExact());
      }
    } catch (NumberFormatException e) {
      // Refused with the property's own words.
      out.writeString(cell);
    }
  }

  private static void writeJson(String cell, JsonGenerator out) throws IOException {
    try (com.fasterxml.jackson.core.JsonParser json =
        RecordFrames.jsonFactory(true).createParser(cell)) {
      if (json.nextToken() == JsonToken.START_ARRAY) {
        out.copyCurrentStructure(json);
        return;
      }
    }
    out.writeString(cell);
  }

  @Override
  public long bytesRead() {
    return parser.currentLocation().getCharOffset();
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
