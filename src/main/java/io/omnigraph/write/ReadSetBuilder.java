package io.omnigraph.write;

import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.publish.ReadSet;
import io.omnigraph.publish.ReadSet.Reads;
import io.omnigraph.publish.RenderedValues;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Collects what an operation relied on. Beyond {@link #MOST_ENTRIES} entries per table it says
 * "everything": a longer list costs more than the re-validation it would save.
 */
final class ReadSetBuilder {

  static final int MOST_ENTRIES = 10_000;

  private static final class Table {
    boolean everything;
    final Set<String> ids = new HashSet<>();
    final Map<List<String>, Set<String>> values = new LinkedHashMap<>();
    final Map<List<String>, Set<String>> addedValues = new LinkedHashMap<>();
    int entries;
  }

  private final Map<TableKey, Table> tables = new TreeMap<>();

  ReadSetBuilder everything(TableKey key) {
    table(key).everything = true;
    return this;
  }

  ReadSetBuilder id(TableKey key, String id) {
    Table table = table(key);
    if (grow(table, 1)) {
      table.ids.add(id);
    }
    return this;
  }

  ReadSetBuilder ids(TableKey key, IdPool ids) {
    Table table = table(key);
    if (grow(table, ids.size())) {
      table.ids.addAll(ids.asSet());
    }
    return this;
  }

  /** Rows that appear or vanish matter if this text column holds one of the values. */
  ReadSetBuilder texts(TableKey key, String column, IdPool values) {
    Table table = table(key);
    if (grow(table, values.size())) {
      Set<String> into = table.values.computeIfAbsent(List.of(column), c -> new HashSet<>());
      for (String value : values.asSet()) {
        into.add(rendered(List.of(new Value.Text(value))));
      }
    }
    return this;
  }

  /** Rows that appear matter if these columns hold one of the tuples. */
  ReadSetBuilder addedTuples(TableKey key, List<String> columns, List<List<Value>> tuples) {
    Table table = table(key);
    if (grow(table, tuples.size())) {
      Set<String> into = table.addedValues.computeIfAbsent(columns, c -> new HashSet<>());
      tuples.forEach(tuple -> into.add(rendered(tuple)));
    }
    return this;
  }

  private static String rendered(List<Value> tuple) {
    return Objects.requireNonNull(RenderedValues.of(tuple), "a tuple without nulls");
  }

  ReadSetBuilder addAll(ReadSet other) {
    other.byTable().forEach((key, reads) -> add(key, reads));
    return this;
  }

  void add(TableKey key, Reads reads) {
    switch (reads) {
      case Reads.Everything ignored -> everything(key);
      case Reads.Ids ids -> ids.ids().forEach(id -> id(key, id));
      case Reads.Values values ->
          union(table(key).values, key, values.columns(), values.renderedValues());
      case Reads.AddedValues values ->
          union(table(key).addedValues, key, values.columns(), values.renderedValues());
      case Reads.AllOf all -> all.parts().forEach(part -> add(key, part));
    }
  }

  private void union(
      Map<List<String>, Set<String>> into, TableKey key, List<String> columns, Set<String> values) {
    if (grow(table(key), values.size())) {
      into.computeIfAbsent(columns, c -> new HashSet<>()).addAll(values);
    }
  }

  private static boolean grow(Table table, int more) {
    table.entries += more;
    if (table.entries > MOST_ENTRIES) {
      table.everything = true;
    }
    return !table.everything;
  }

  private Table table(TableKey key) {
    return tables.computeIfAbsent(key, k -> new Table());
  }

  ReadSet build() {
    Map<TableKey, Reads> byTable = new TreeMap<>();
    tables.forEach((key, table) -> byTable.put(key, reads(table)));
    return new ReadSet(byTable);
  }

  private static Reads reads(Table table) {
    if (table.everything) {
      return new Reads.Everything();
    }
    List<Reads> parts = new ArrayList<>();
    if (!table.ids.isEmpty()) {
      parts.add(new Reads.Ids(Set.copyOf(table.ids)));
    }
    table.values.forEach(
        (columns, values) -> parts.add(new Reads.Values(columns, Set.copyOf(values))));
    table.addedValues.forEach(
        (columns, values) -> parts.add(new Reads.AddedValues(columns, Set.copyOf(values))));
    return parts.size() == 1 ? parts.getFirst() : new Reads.AllOf(List.copyOf(parts));
  }
}
