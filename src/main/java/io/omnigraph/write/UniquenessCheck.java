package io.omnigraph.write;

import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.query.plan.Condition.Operator;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.ScalarType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.Cells;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * One group of unique columns of one changed table. Three passes: two rows of one input batch must
 * not share a value, not even as the same row twice; two rows of the final image must not; and no
 * row of it may take the value of a committed row that stays. A key group needs no third pass: its
 * value is the row's id.
 */
final class UniquenessCheck {

  /** Filters up to this many distinct values per column; beyond it the column is read through. */
  private static final int SHORT_LIST = 300;

  private final TableChange change;
  private final EntityType type;
  private final List<String> columns;
  private final boolean isKey;
  private final BufferAllocator allocator;
  private final Consumer<Violation> sink;
  private final UniqueTuple tuple;

  UniquenessCheck(
      TableChange change,
      List<String> columns,
      BufferAllocator allocator,
      Consumer<Violation> sink) {
    this.change = change;
    this.type = change.type();
    this.columns = columns;
    this.isKey = type instanceof NodeType node && node.keyColumns().equals(columns);
    this.allocator = allocator;
    this.sink = sink;
    this.tuple = new UniqueTuple(columns);
  }

  void run(CommittedRows committed, ReadSetBuilder reads) {
    IdPool finalValues = null;
    for (RowSource batch : change.batches()) {
      IdPool values = requireDistinct(batch);
      finalValues = batch == change.added() ? values : finalValues;
    }
    if (isKey) {
      return;
    }
    if (finalValues == null) {
      finalValues = requireDistinct(change.added());
    }
    if (!change.replaceAll() && !finalValues.isEmpty()) {
      againstCommitted(finalValues, committed, reads);
    }
  }

  /** Reports rows of one source that repeat a value; answers the distinct values. */
  private IdPool requireDistinct(RowSource rows) {
    IdPool seen = new IdPool();
    try (BatchStream stream = rows.open(allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        int count = batch.getRowCount();
        for (int row = 0; row < count; row++) {
          if (tuple.encode(batch, row) && seen.add(tuple.bytes(), 0, tuple.length()) < 0) {
            byte[] repeated = Arrays.copyOf(tuple.bytes(), tuple.length());
            report(batch, row, firstHolder(rows, repeated), Rows.id(batch, row));
          }
        }
      }
    }
    return seen;
  }

  /** The id of the first row of a source with a value; only needed to word a violation. */
  private String firstHolder(RowSource rows, byte[] value) {
    UniqueTuple other = new UniqueTuple(columns);
    try (BatchStream stream = rows.open(allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          if (other.encode(batch, row)
              && Arrays.equals(other.bytes(), 0, other.length(), value, 0, value.length)) {
            return Rows.id(batch, row);
          }
        }
      }
    }
    throw new IllegalStateException("a repeated value has no first holder");
  }

  private void againstCommitted(IdPool values, CommittedRows committed, ReadSetBuilder reads) {
    Wanted wanted = wanted(values.size());
    readSet(wanted, reads);
    if (committed.isEmpty()) {
      return;
    }
    List<String> projection = new ArrayList<>(columns);
    if (!projection.contains(TableSchemas.ID)) {
      projection.addFirst(TableSchemas.ID);
    }
    ScanRequest request = ScanRequest.of(projection).where(wanted == null ? null : wanted.filter());
    committed.visit(
        request,
        (batch, row) -> {
          if (tuple.encode(batch, row)
              && values.find(tuple.bytes(), 0, tuple.length()) >= 0
              && !change.overrides(Rows.ids(batch), row)) {
            byte[] taken = Arrays.copyOf(tuple.bytes(), tuple.length());
            report(batch, row, Rows.id(batch, row), firstHolder(change.added(), taken));
          }
        });
  }

  /** The values of a small change, and a filter that finds their holders. */
  private record Wanted(@Nullable String filter, List<List<Value>> tuples) {}

  /** Null if the change holds too many values to name them. */
  private @Nullable Wanted wanted(int size) {
    if (size > SHORT_LIST) {
      return null;
    }
    List<List<Value>> tuples = new ArrayList<>();
    List<Set<Value>> byColumn = new ArrayList<>();
    columns.forEach(c -> byColumn.add(new LinkedHashSet<>()));
    try (BatchStream stream = change.added().open(allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          if (tuple.encode(batch, row)) {
            List<Value> values = new ArrayList<>(columns.size());
            for (int i = 0; i < columns.size(); i++) {
              Value value = Cells.read(batch.getVector(columns.get(i)), row);
              values.add(value);
              byColumn.get(i).add(value);
            }
            tuples.add(values);
          }
        }
      }
    }
    return new Wanted(filter(byColumn), tuples);
  }

  private @Nullable String filter(List<Set<Value>> byColumn) {
    List<String> conjuncts = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      columnFilter(columns.get(i), byColumn.get(i)).ifPresent(conjuncts::add);
    }
    return conjuncts.isEmpty() ? null : String.join(" AND ", conjuncts);
  }

  private Optional<String> columnFilter(String column, Set<Value> values) {
    ScalarType scalar =
        type.property(column).map(Property::type).map(t -> t.scalar()).orElse(ScalarType.STRING);
    if (scalar == ScalarType.STRING) {
      List<String> texts = values.stream().map(v -> ((Value.Text) v).value()).toList();
      return Optional.of(FilterSql.in(column, texts));
    }
    List<String> alternatives = new ArrayList<>();
    for (Value value : values) {
      Optional<String> one = PredicateFilter.of(column, scalar, Operator.EQ, value);
      if (one.isEmpty()) {
        return Optional.empty();
      }
      alternatives.add(one.get());
    }
    return Optional.of("(" + String.join(" OR ", alternatives) + ")");
  }

  private void readSet(@Nullable Wanted wanted, ReadSetBuilder reads) {
    TableKey key = type.tableKey();
    if (wanted == null) {
      reads.everything(key);
    } else {
      reads.addedTuples(key, columns, wanted.tuples());
    }
  }

  private void report(VectorSchemaRoot batch, int row, String first, String second) {
    sink.accept(
        new Violation(
            Violation.Kind.UNIQUE,
            type.tableKey(),
            second,
            "@unique violation on "
                + type.name()
                + "."
                + tuple.columnsText()
                + ": value '"
                + tuple.valuesText(batch, row)
                + "' held by '"
                + first
                + "' and '"
                + second
                + "'"));
  }
}
