package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.TableKey;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A file whose rows become the rows of one type.
 *
 * @param file the file
 * @param format how it is written
 * @param table the type it fills
 * @param columns which column of the file feeds which property: property name to column name. A
 *     property that is not named takes the column of its own name, and the ends of an edge the
 *     columns {@code from} and {@code to} (or {@code src} and {@code dst}). The value {@code -}
 *     leaves a column of that name out
 */
public record TabularInput(Path file, Format format, TableKey table, Map<String, String> columns) {

  /** What a tabular file can be. */
  public enum Format {
    /** RFC 4180 with a header line, UTF-8; an empty cell is null, a quoted empty one is text. */
    CSV,
    PARQUET,
    /** The Arrow IPC file format, also known as Feather. */
    ARROW;

    /**
     * Reads the name of a format, in any case.
     *
     * @throws BadRequestException if there is no such format
     */
    public static Format parse(String text) {
      for (Format format : values()) {
        if (format.name().equalsIgnoreCase(text)) {
          return format;
        }
      }
      throw new BadRequestException(
          "unknown_format",
          "unknown input format '" + text + "': expected csv, parquet or arrow",
          Map.of("format", text));
    }

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Reads {@code property=column} pairs; {@code column=-} leaves a column out.
   *
   * @throws BadRequestException if one is malformed or repeated
   */
  public static Map<String, String> mapping(List<String> pairs) {
    Map<String, String> columns = new TreeMap<>();
    for (String pair : pairs) {
      int equals = pair.indexOf('=');
      if (equals <= 0 || equals == pair.length() - 1) {
        throw new BadRequestException(
            "invalid_mapping",
            "expected property=column, got '" + pair + "'",
            Map.of("mapping", pair));
      }
      if (columns.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
        throw new BadRequestException(
            "invalid_mapping",
            "'" + pair.substring(0, equals) + "' is mapped twice",
            Map.of("mapping", pair));
      }
    }
    return columns;
  }

  /** The word that leaves a column out. */
  public static final String LEFT_OUT = "-";

  public TabularInput {
    columns = Collections.unmodifiableMap(new TreeMap<>(columns));
  }
}
