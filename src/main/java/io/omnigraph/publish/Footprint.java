package io.omnigraph.publish;

import io.omnigraph.model.TableKey;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * What one commit, or one prepared operation, changes: by it the lane tells whether operations
 * touch each other. Immutable.
 *
 * @param structure the set of tables or the schema changes
 */
record Footprint(Map<TableKey, Touched> tables, boolean structure) {

  /** More rows than this are remembered as "everything". */
  static final int MAX_IDS = 20_000;

  /** Rows whose column values are remembered, for value reads. */
  static final int MAX_VALUE_ROWS = 512;

  static final Footprint NOTHING = new Footprint(Map.of(), false);

  /** What moved in one table. */
  sealed interface Touched {

    /** Anything may have changed. */
    record Everything() implements Touched {}

    /** Nothing changed logically, but rows stand at other addresses (compaction). */
    record Addresses() implements Touched {}

    /**
     * These rows changed.
     *
     * @param removes true if rows vanished, old images included
     * @param added the values of the rows that appeared; null if there were too many to remember
     */
    record Rows(Set<String> ids, boolean removes, @Nullable AddedRows added) implements Touched {}
  }

  /** Rendered values of the rows that a change adds, scalar columns only. */
  record AddedRows(List<String> columns, List<@Nullable String[]> rows) {

    /** True if a row has one of these tuples; also true if a column is not remembered. */
    boolean matches(List<String> tuple, Set<String> wanted) {
      int[] positions = tuple.stream().mapToInt(columns::indexOf).toArray();
      for (int position : positions) {
        if (position < 0) {
          return true;
        }
      }
      for (@Nullable String[] row : rows) {
        StringBuilder text = new StringBuilder();
        boolean complete = true;
        for (int position : positions) {
          String component = row[position];
          complete &= component != null;
          text.append(component);
        }
        if (complete && wanted.contains(text.toString())) {
          return true;
        }
      }
      return false;
    }
  }

  Footprint {
    tables = new TreeMap<>(tables);
  }

  /** The footprint of a prepared operation. */
  static Footprint of(Prepared<?> prepared, BufferAllocator allocator) {
    Map<TableKey, Touched> tables = new TreeMap<>();
    prepared
        .tables()
        .forEach(
            (key, delta) -> {
              if (delta.replaceAll() || delta.writtenIds().size() > MAX_IDS) {
                tables.put(key, new Touched.Everything());
              } else {
                tables.put(
                    key,
                    new Touched.Rows(
                        delta.writtenIds(),
                        delta.deletedAddresses().length > 0,
                        addedRows(delta.added(), allocator)));
              }
            });
    for (StructureChange change : prepared.structure()) {
      switch (change) {
        case StructureChange.Point(var entry) -> tables.put(entry.key(), new Touched.Everything());
        case StructureChange.Create create -> tables.put(create.key(), new Touched.Everything());
        case StructureChange.Columns columns -> tables.put(columns.key(), new Touched.Everything());
        case StructureChange.Drop(var key) -> tables.put(key, new Touched.Everything());
        case StructureChange.Catalog(var ignored) -> {
          // Said by the flag.
        }
      }
    }
    return new Footprint(tables, !prepared.structure().isEmpty());
  }

  /** Both together. */
  Footprint and(Footprint other) {
    Map<TableKey, Touched> both = new TreeMap<>(tables);
    other.tables.forEach((key, touched) -> both.merge(key, touched, Footprint::union));
    return new Footprint(both, structure || other.structure);
  }

  private static Touched union(Touched a, Touched b) {
    if (!(a instanceof Touched.Rows left) || !(b instanceof Touched.Rows right)) {
      return new Touched.Everything();
    }
    Set<String> ids = new HashSet<>(left.ids());
    ids.addAll(right.ids());
    if (ids.size() > MAX_IDS) {
      return new Touched.Everything();
    }
    AddedRows added = null;
    if (left.added() != null
        && right.added() != null
        && left.added().columns().equals(right.added().columns())) {
      List<@Nullable String[]> rows = new ArrayList<>(left.added().rows());
      rows.addAll(right.added().rows());
      added = new AddedRows(left.added().columns(), rows);
    }
    return new Touched.Rows(ids, left.removes() || right.removes(), added);
  }

  private static @Nullable AddedRows addedRows(RowSource source, BufferAllocator allocator) {
    if (source.rowCount() > MAX_VALUE_ROWS) {
      return null;
    }
    List<String> columns =
        source.schema().getFields().stream()
            .filter(Footprint::isScalar)
            .map(Field::getName)
            .toList();
    List<@Nullable String[]> rows = new ArrayList<>();
    if (source.rowCount() > 0) {
      try (BatchStream stream = source.open(allocator)) {
        for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
          for (int row = 0; row < batch.getRowCount(); row++) {
            @Nullable String[] values = new String[columns.size()];
            for (int i = 0; i < values.length; i++) {
              values[i] = RenderedValues.of(batch, List.of(columns.get(i)), row);
            }
            rows.add(values);
          }
        }
      }
    }
    return new AddedRows(columns, rows);
  }

  private static boolean isScalar(Field field) {
    return !TableSchemas.isBlob(field)
        && !(field.getType() instanceof ArrowType.List)
        && !(field.getType() instanceof ArrowType.FixedSizeList)
        && !(field.getType() instanceof ArrowType.Struct);
  }
}
