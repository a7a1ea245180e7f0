package io.omnigraph.write;

import io.omnigraph.model.TableKey;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.storage.TableSchemas;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * {@code @card} of one changed edge type: counts the edges of every source that the change touches
 * (new edges, moved and removed ones) and compares with both bounds. Sources that vanish are
 * skipped; a source that was never touched is never counted.
 */
final class CardinalityCheck {

  private final TableChange change;
  private final EdgeType type;
  private final @Nullable TableChange sourceNodes;
  private final IdPool sources = new IdPool();
  private final IntArrayList counts = new IntArrayList();

  /**
   * @param sourceNodes the change of the source's node type; null if it does not change
   */
  CardinalityCheck(TableChange change, EdgeType type, @Nullable TableChange sourceNodes) {
    this.change = change;
    this.type = type;
    this.sourceNodes = sourceNodes;
  }

  static boolean isNeeded(EdgeType type) {
    return type.minCardinality() > 0 || type.maxCardinality() != null;
  }

  void collect(VectorSchemaRoot batch) {
    VarCharVector cells = Rows.sources(batch);
    int rows = batch.getRowCount();
    for (int row = 0; row < rows; row++) {
      int added = sources.add(cells, row);
      if (added >= 0) {
        counts.add(1);
      } else {
        int ordinal = -1 - added;
        counts.set(ordinal, counts.getInt(ordinal) + 1);
      }
    }
  }

  void finish(WriteBase base, ReadSetBuilder reads, Consumer<Violation> sink) {
    for (String source : change.removedSources().asSet()) {
      if (sources.add(source) >= 0) {
        counts.add(0);
      }
    }
    if (!change.replaceAll()) {
      countCommitted(base, reads);
    }
    for (int i = 0; i < sources.size(); i++) {
      judge(sources.get(i), counts.getInt(i), sink);
    }
  }

  private void countCommitted(WriteBase base, ReadSetBuilder reads) {
    TableKey key = type.tableKey();
    reads.texts(key, TableSchemas.SRC, sources);
    new CommittedRows(base, key)
        .visitWhereIn(
            TableSchemas.SRC,
            sources,
            List.of(TableSchemas.ID, TableSchemas.SRC),
            (batch, row) -> {
              if (!change.overrides(Rows.ids(batch), row)) {
                int ordinal = sources.find(Rows.sources(batch), row);
                counts.set(ordinal, counts.getInt(ordinal) + 1);
              }
            });
  }

  private void judge(String source, int count, Consumer<Violation> sink) {
    if (sourceNodes != null && sourceNodes.removedIds().contains(source)) {
      return;
    }
    Long max = type.maxCardinality();
    if (max != null && count > max) {
      sink.accept(violation(source, count, "max " + max));
    }
    if (count < type.minCardinality()) {
      sink.accept(violation(source, count, "min " + type.minCardinality()));
    }
  }

  private Violation violation(String source, int count, String bound) {
    return new Violation(
        Violation.Kind.CARDINALITY,
        type.tableKey(),
        source,
        "@card violation on edge "
            + type.name()
            + ": source '"
            + source
            + "' has "
            + count
            + " edges ("
            + bound
            + ")");
  }
}
