package io.omnigraph.write;

import io.omnigraph.model.TableKey;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.TableSchemas;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.nio.charset.StandardCharsets;
import java.util.List;
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
  private final IdBudget budget;

  /** Sources and their counts; null once they do not fit and shares of them have to do. */
  private @Nullable Counts counts;

  private long row;

  /** The sources of one share. */
  private static final class Counts {
    final IdPool sources;
    final IntArrayList edges = new IntArrayList();

    /** The row that named the source first. */
    final LongArrayList rank = new LongArrayList();

    Counts(IdBudget budget) {
      sources = new IdPool(budget);
    }

    void count(int added, int by, long row) {
      if (added >= 0) {
        edges.add(by);
        rank.add(row);
      } else {
        int ordinal = -1 - added;
        edges.set(ordinal, edges.getInt(ordinal) + by);
      }
    }
  }

  /**
   * @param sourceNodes the change of the source's node type; null if it does not change
   */
  CardinalityCheck(
      TableChange change, EdgeType type, @Nullable TableChange sourceNodes, IdBudget budget) {
    this.change = change;
    this.type = type;
    this.sourceNodes = sourceNodes;
    this.budget = budget;
    this.counts = shares() == 1 ? new Counts(budget.fresh()) : null;
  }

  static boolean isNeeded(EdgeType type) {
    return type.minCardinality() > 0 || type.maxCardinality() != null;
  }

  private int shares() {
    return Math.max(
        change.removedSources().shares(),
        sourceNodes == null ? 1 : sourceNodes.removedIds().shares());
  }

  /** Counts the edges of a batch as long as all sources fit into memory. */
  void collect(VectorSchemaRoot batch) {
    Counts all = counts;
    if (all == null) {
      return;
    }
    try {
      collect(batch, HashShare.ALL, all);
    } catch (IdBudget.Exceeded e) {
      counts = null;
    }
  }

  private void collect(VectorSchemaRoot batch, HashShare share, Counts into) {
    VarCharVector cells = Rows.sources(batch);
    int rows = batch.getRowCount();
    for (int i = 0; i < rows; i++, row++) {
      if (share.has(cells, i)) {
        into.count(into.sources.add(cells, i), 1, row);
      }
    }
  }

  void finish(WriteBase base, ReadSetBuilder reads, ViolationSink sink) {
    Counts all = counts;
    if (all != null) {
      try {
        finish(HashShare.ALL, all, budget.fresh(), base, reads, sink);
        return;
      } catch (IdBudget.Exceeded e) {
        counts = null;
      }
    }
    for (int shares = Math.max(2, shares()); !fits(shares, base, reads, sink); ) {
      shares = IdBudget.more(shares);
    }
  }

  private boolean fits(int shares, WriteBase base, ReadSetBuilder reads, ViolationSink sink) {
    sink.begin(ViolationSink.Start.AGAIN);
    try {
      for (int i = 0; i < shares; i++) {
        HashShare share = new HashShare(i, shares);
        IdBudget left = budget.fresh();
        Counts some = new Counts(left);
        row = 0;
        try (BatchStream stream = change.added().open(base.allocator())) {
          for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
            collect(batch, share, some);
          }
        }
        finish(share, some, left, base, reads, sink);
      }
      return true;
    } catch (IdBudget.Exceeded e) {
      return false;
    }
  }

  private void finish(
      HashShare share,
      Counts counted,
      IdBudget left,
      WriteBase base,
      ReadSetBuilder reads,
      ViolationSink sink) {
    IdPool removed = change.removedSources().in(share, left);
    for (String source : removed.asSet()) {
      byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
      if (share.has(bytes, 0, bytes.length)) {
        counted.count(counted.sources.add(bytes, 0, bytes.length), 0, Long.MAX_VALUE);
      }
    }
    if (!change.replaceAll()) {
      countCommitted(counted, base, reads);
    }
    IdPool vanished = sourceNodes == null ? new IdPool() : sourceNodes.removedIds().in(share, left);
    for (int i = 0; i < counted.sources.size(); i++) {
      judge(counted, i, vanished, sink);
    }
  }

  private void countCommitted(Counts counted, WriteBase base, ReadSetBuilder reads) {
    TableKey key = type.tableKey();
    reads.texts(key, TableSchemas.SRC, counted.sources);
    new CommittedRows(base, key)
        .visitWhereIn(
            TableSchemas.SRC,
            counted.sources,
            List.of(change.tellingColumn(), TableSchemas.SRC),
            (batch, i) -> {
              if (!change.overrides(batch, i)) {
                int ordinal = counted.sources.find(Rows.sources(batch), i);
                counted.edges.set(ordinal, counted.edges.getInt(ordinal) + 1);
              }
            });
  }

  private void judge(Counts counted, int ordinal, IdPool vanished, ViolationSink sink) {
    int count = counted.edges.getInt(ordinal);
    Long max = type.maxCardinality();
    String broken =
        max != null && count > max
            ? "max " + max
            : count < type.minCardinality() ? "min " + type.minCardinality() : null;
    if (broken == null) {
      return;
    }
    String source = counted.sources.get(ordinal);
    if (!vanished.contains(source)) {
      sink.accept(counted.rank.getLong(ordinal), () -> violation(source, count, broken));
    }
  }

  private Violation violation(String source, int count, String bound) {
    return new Violation(
        Violation.Kind.CARDINALITY,
        type.tableKey(),
        source,
        TableSchemas.SRC,
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
