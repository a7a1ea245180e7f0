package io.omnigraph.write;

import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.NodeType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.TableSchemas;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.roaringbitmap.longlong.Roaring64Bitmap;

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
  private final IdBudget budget;
  private final ViolationSink sink;
  private final UniqueTuple tuple;

  UniquenessCheck(
      TableChange change,
      List<String> columns,
      BufferAllocator allocator,
      IdBudget budget,
      ViolationSink sink) {
    this.change = change;
    this.type = change.type();
    this.columns = columns;
    this.isKey = type instanceof NodeType node && node.keyColumns().equals(columns);
    this.allocator = allocator;
    this.budget = budget;
    this.sink = sink;
    this.tuple = new UniqueTuple(columns);
  }

  void run(CommittedRows committed, ReadSetBuilder reads) {
    if (isKey && change.batches().stream().allMatch(this::isPlainlyDistinct)) {
      return;
    }
    for (int shares = 1; !fits(shares, committed, reads); ) {
      shares = IdBudget.more(shares);
      sink.begin(ViolationSink.Start.AGAIN);
    }
  }

  /** Every row has an id of its own, and the id of a keyed row is its key. */
  private boolean isPlainlyDistinct(RowSource batch) {
    return batch == change.added() && change.distinctIds();
  }

  private boolean fits(int shares, CommittedRows committed, ReadSetBuilder reads) {
    try {
      for (int i = 0; i < shares; i++) {
        run(new HashShare(i, shares), committed, reads);
      }
      return true;
    } catch (IdBudget.Exceeded e) {
      return false;
    }
  }

  private void run(HashShare share, CommittedRows committed, ReadSetBuilder reads) {
    IdPool finalValues = null;
    long rank = 0;
    for (RowSource batch : change.batches()) {
      IdPool values = requireDistinct(batch, share, rank);
      finalValues = batch == change.added() ? values : finalValues;
      rank += batch.rowCount();
    }
    if (isKey) {
      return;
    }
    if (finalValues == null) {
      finalValues = requireDistinct(change.added(), share, rank);
    }
    if (!change.replaceAll() && !finalValues.isEmpty()) {
      againstCommitted(finalValues, committed, reads);
    }
  }

  /**
   * Reports rows of one source that repeat a value; answers the distinct values.
   *
   * @param rank of the first row
   */
  private IdPool requireDistinct(RowSource rows, HashShare share, long rank) {
    IdPool seen = new IdPool(budget.fresh());
    long at = rank;
    try (BatchStream stream = rows.open(allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        int count = batch.getRowCount();
        for (int i = 0; i < count; i++, at++) {
          if (tuple.encode(batch, i)
              && share.has(tuple.bytes(), 0, tuple.length())
              && seen.add(tuple.bytes(), 0, tuple.length()) < 0) {
            byte[] repeated = Arrays.copyOf(tuple.bytes(), tuple.length());
            VectorSchemaRoot holder = batch;
            int row = i;
            sink.accept(
                at,
                () -> violation(holder, row, firstHolder(rows, repeated), Rows.id(holder, row)));
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
    Roaring64Bitmap reported = new Roaring64Bitmap();
    new UniqueHolders(type, columns, allocator, committed)
        .visit(
            change.added(),
            values.size(),
            change.tellingColumn(),
            reads,
            (batch, row) -> {
              if (tuple.encode(batch, row)
                  && values.find(tuple.bytes(), 0, tuple.length()) >= 0
                  && !change.overrides(batch, row)
                  && !reported.contains(Rows.address(batch, row))) {
                reported.addLong(Rows.address(batch, row));
                byte[] taken = Arrays.copyOf(tuple.bytes(), tuple.length());
                sink.accept(
                    Long.MAX_VALUE,
                    () ->
                        violation(
                            batch, row, Rows.id(batch, row), firstHolder(change.added(), taken)));
              }
            });
  }

  private Violation violation(VectorSchemaRoot batch, int row, String first, String second) {
    return new Violation(
        Violation.Kind.UNIQUE,
        type.tableKey(),
        second,
        TableSchemas.ID,
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
            + "'");
  }
}
