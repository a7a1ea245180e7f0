package io.omnigraph.storage;

import java.util.Collection;

/**
 * Builds filter texts for scans. Every identifier and literal passes through here, so that quoting
 * is right in one place: identifiers in backticks, text in single quotes with doubled quotes.
 */
public final class FilterSql {

  private FilterSql() {}

  public static String identifier(String column) {
    if (column.indexOf('`') >= 0) {
      throw new IllegalArgumentException("column name holds a backtick: " + column);
    }
    return "`" + column + "`";
  }

  /**
   * A text literal. The library below takes filter texts in Java's modified UTF-8, which spells NUL
   * and every character above U+FFFF in a way it refuses; these are given by their code point.
   */
  public static String text(String value) {
    if (value.codePoints().noneMatch(FilterSql::needsCodePoint)) {
      return quoted(value);
    }
    StringBuilder sql = new StringBuilder("concat(");
    StringBuilder plain = new StringBuilder();
    value
        .codePoints()
        .forEach(
            point -> {
              if (needsCodePoint(point)) {
                sql.append(quoted(plain.toString())).append(", chr(").append(point).append("), ");
                plain.setLength(0);
              } else {
                plain.appendCodePoint(point);
              }
            });
    return sql.append(quoted(plain.toString())).append(')').toString();
  }

  private static boolean needsCodePoint(int point) {
    return point == 0 || Character.isSupplementaryCodePoint(point);
  }

  private static String quoted(String plain) {
    return "'" + plain.replace("'", "''") + "'";
  }

  public static String equalTo(String column, String value) {
    return identifier(column) + " = " + text(value);
  }

  /** {@code column IN (...)}; the values must not be empty. */
  public static String in(String column, Collection<String> values) {
    StringBuilder sql = new StringBuilder(identifier(column)).append(" IN (");
    String separator = "";
    for (String value : values) {
      sql.append(separator).append(text(value));
      separator = ", ";
    }
    return sql.append(')').toString();
  }
}
