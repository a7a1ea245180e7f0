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

  public static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
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
