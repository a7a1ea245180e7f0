package io.omnigraph.write;

import io.omnigraph.model.TableKey;
import io.omnigraph.schema.EntityType;
import io.omnigraph.storage.RowSource;

/**
 * The rows a load has read for one table. Owns them; they are read again for every preparation.
 *
 * @param layout how the rows lie
 * @param input every record in order
 * @param rows at most one row per id: {@code input} itself unless an id repeats
 * @param ids ids that the input named or that follow from keys; minted ones may be left out
 * @param distinctIds true if no two of {@code rows} have the same id
 * @param numbers the records that the rows of {@code input} came from
 */
record LoadedTable(
    TableLayout layout,
    RowSource input,
    RowSource rows,
    IdGroup ids,
    boolean distinctIds,
    RecordNumbers numbers)
    implements AutoCloseable {

  EntityType type() {
    return layout.type();
  }

  TableKey key() {
    return layout.key();
  }

  @Override
  public void close() {
    numbers.close();
    input.close();
    if (rows != input) {
      rows.close();
    }
  }

  /** The rows as a source that may be closed by whoever reads them, without effect. */
  RowSource lend() {
    return new Lent(rows);
  }

  private record Lent(RowSource rows) implements RowSource {
    @Override
    public org.apache.arrow.vector.types.pojo.Schema schema() {
      return rows.schema();
    }

    @Override
    public long rowCount() {
      return rows.rowCount();
    }

    @Override
    public io.omnigraph.storage.BatchStream open(
        org.apache.arrow.memory.BufferAllocator allocator) {
      return rows.open(allocator);
    }

    @Override
    public void close() {
      // The load keeps the rows for a further preparation.
    }
  }
}
