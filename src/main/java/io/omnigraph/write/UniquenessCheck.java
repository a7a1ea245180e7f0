package io.omnigraph.write;

import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.NodeType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * One group of unique columns of one changed table. Three passes: two rows of one input batch must
 * not share a value, not even as the same row twice; two rows of the final image must not; and no
 * row of it may take the value of a committed row that stays. A key group needs no third pass: its
 * value is the row's id.
 */
final class UniquenessCheck {

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
      if (isKey && batch == change.added() && batch.rowCount() == change.addedIds().size()) {
        continue; // Every row has an id of its own, and the id of a keyed row is its key.
      }
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
    IdPool reported = new IdPool();
    new UniqueHolders(type, columns, allocator, committed)
        .visit(
            change.added(),
            values.size(),
            reads,
            (batch, row) -> {
              if (tuple.encode(batch, row)
                  && values.find(tuple.bytes(), 0, tuple.length()) >= 0
                  && !change.overrides(Rows.ids(batch), row)
                  && reported.add(Rows.ids(batch), row) >= 0) {
                byte[] taken = Arrays.copyOf(tuple.bytes(), tuple.length());
                report(batch, row, Rows.id(batch, row), firstHolder(change.added(), taken));
              }
            });
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
