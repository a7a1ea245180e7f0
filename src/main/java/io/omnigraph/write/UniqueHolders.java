package io.omnigraph.write;

import io.omnigraph.model.Value;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.ScalarType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.Cells;
import io.omnigraph.storage.ColumnSample;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Finds the committed rows that hold one of the values of a unique group. Goes through an index, a
 * slice of values at a time, unless the change is so large that reading the columns once is
 * cheaper. Of a composite group the most selective column that has an index decides.
 */
final class UniqueHolders {

  private final EntityType type;
  private final List<String> columns;
  private final UniqueTuple tuple;
  private final BufferAllocator allocator;
  private final CommittedRows committed;

  UniqueHolders(
      EntityType type, List<String> columns, BufferAllocator allocator, CommittedRows committed) {
    this.type = type;
    this.columns = columns;
    this.tuple = new UniqueTuple(columns);
    this.allocator = allocator;
    this.committed = committed;
  }

  /**
   * Visits every committed row that holds one of the values, and others; a row may come more than
   * once.
   *
   * @param added rows that hold the values
   * @param distinct how many different values there are
   * @param telling a further column to project, besides the values, the id and the row address
   */
  void visit(
      RowSource added,
      int distinct,
      String telling,
      ReadSetBuilder reads,
      CommittedRows.RowVisitor visitor) {
    List<String> projection =
        Stream.concat(
                columns.stream(), Stream.of(TableSchemas.ID, ScanRequest.ROW_ADDRESS, telling))
            .distinct()
            .toList();
    boolean listed = distinct <= ReadSetBuilder.MOST_ENTRIES;
    if (!listed) {
      reads.everything(type.tableKey());
    }
    List<String> through = committed.isEmpty() ? List.of() : lookupColumns(committed.handle());
    boolean sliced = !through.isEmpty() && !committed.prefersPass(distinct);
    boolean filtered = !committed.isEmpty() && (sliced || distinct <= CommittedRows.SHORT_LIST);
    if (!committed.isEmpty() && !filtered) {
      visit(projection, null, visitor);
    }
    if (!listed && !filtered) {
      return;
    }
    List<List<Value>> slice = new ArrayList<>();
    try (BatchStream stream = added.open(allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          if (tuple.encode(batch, row)) {
            slice.add(values(batch, row));
          }
          if (slice.size() == CommittedRows.SHORT_LIST) {
            finish(slice, through, listed, filtered, projection, reads, visitor);
          }
        }
      }
    }
    finish(slice, through, listed, filtered, projection, reads, visitor);
  }

  private void finish(
      List<List<Value>> slice,
      List<String> through,
      boolean listed,
      boolean filtered,
      List<String> projection,
      ReadSetBuilder reads,
      CommittedRows.RowVisitor visitor) {
    if (slice.isEmpty()) {
      return;
    }
    if (listed) {
      reads.addedTuples(type.tableKey(), columns, slice);
    }
    if (filtered) {
      visit(projection, filter(slice, through.isEmpty() ? columns : through), visitor);
    }
    slice.clear();
  }

  private List<Value> values(VectorSchemaRoot batch, int row) {
    List<Value> values = new ArrayList<>(columns.size());
    for (String column : columns) {
      values.add(Cells.read(batch.getVector(column), row));
    }
    return values;
  }

  private void visit(
      List<String> projection, @Nullable String filter, CommittedRows.RowVisitor visitor) {
    committed.visit(ScanRequest.of(projection).where(filter), visitor);
  }

  /** The columns to filter by: none if no index helps. */
  private List<String> lookupColumns(SnapshotHandle table) {
    List<String> indexed = columns.stream().filter(table::hasScalarIndex).toList();
    // Further conditions are tested on the rows that one index finds. Two indices would both be
    // asked, also the one whose values half of the table holds.
    return switch (indexed.size()) {
      case 0 -> List.of();
      case 1 -> columns;
      default -> List.of(chosen(table, indexed));
    };
  }

  private String chosen(SnapshotHandle table, List<String> indexed) {
    for (String column : indexed) {
      if (!isIdentity(column) && !type.indexGroups().contains(List.of(column))) {
        return column; // Upkeep gave it an index because it is the most selective one.
      }
    }
    return indexed.contains(TableSchemas.SRC)
        ? TableSchemas.SRC
        : ColumnSample.of(table, indexed).mostSelective();
  }

  private static boolean isIdentity(String column) {
    return column.equals(TableSchemas.SRC) || column.equals(TableSchemas.DST);
  }

  private @Nullable String filter(List<List<Value>> tuples, List<String> by) {
    List<String> conjuncts = new ArrayList<>();
    for (String column : by) {
      int position = columns.indexOf(column);
      Set<Value> values = new LinkedHashSet<>();
      tuples.forEach(t -> values.add(t.get(position)));
      ScalarType scalar =
          type.property(column).map(Property::type).map(t -> t.scalar()).orElse(ScalarType.STRING);
      PredicateFilter.in(column, scalar, values).ifPresent(conjuncts::add);
    }
    return conjuncts.isEmpty() ? null : String.join(" AND ", conjuncts);
  }
}
