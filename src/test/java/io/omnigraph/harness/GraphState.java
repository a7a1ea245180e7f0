package io.omnigraph.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The content of one branch in the model: rows by id, per table. Rows are immutable; a copy shares
 * them.
 */
final class GraphState {

  /** Ids that the engine minted are not known to the model; it names such rows by itself. */
  static final String MINTED = "?";

  /**
   * One row.
   *
   * @param from source id; null for nodes
   * @param to destination id; null for nodes
   */
  record Row(@Nullable String from, @Nullable String to, Map<String, Object> values) {
    Row {
      values = new TreeMap<>(values);
    }

    @Nullable Object get(String property) {
      return values.get(property);
    }

    Row with(String property, @Nullable Object value) {
      Map<String, Object> changed = new TreeMap<>(values);
      if (value == null) {
        changed.remove(property);
      } else {
        changed.put(property, value);
      }
      return new Row(from, to, changed);
    }
  }

  private final Map<String, TreeMap<String, Row>> tables = new TreeMap<>();

  GraphState() {
    HarnessSchema.TABLES.forEach(table -> tables.put(table, new TreeMap<>()));
  }

  GraphState copy() {
    GraphState copy = new GraphState();
    tables.forEach((name, rows) -> copy.table(name).putAll(rows));
    return copy;
  }

  TreeMap<String, Row> table(String name) {
    return tables.get(name);
  }

  /** Every row as a comparable line, minted ids masked; sorted. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    tables.forEach((name, rows) -> rows.forEach((id, row) -> lines.add(line(name, id, row))));
    lines.sort(null);
    return lines;
  }

  static String line(String table, String id, Row row) {
    return table
        + " "
        + (id.startsWith(MINTED) ? MINTED : id)
        + (row.from() == null ? "" : " " + row.from() + ">" + row.to())
        + " "
        + row.values();
  }
}
