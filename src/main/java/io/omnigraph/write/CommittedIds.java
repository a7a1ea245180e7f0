package io.omnigraph.write;

import io.omnigraph.publish.WriteBase;
import io.omnigraph.storage.TableSchemas;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Finds the committed rows whose ids a load names as well, share by share if need be. */
final class CommittedIds {

  /**
   * What is done with the rows of one share.
   *
   * @param rows sees every row
   * @param end runs after the last one
   */
  record Share(CommittedRows.RowVisitor rows, Runnable end) {}

  private final LoadedTable table;
  private final CommittedRows committed;
  private final IdBudget budget;

  CommittedIds(WriteBase base, LoadedTable table, IdBudget budget) {
    this.table = table;
    this.committed = new CommittedRows(base, table.key());
    this.budget = budget;
  }

  /** Says what of the table the load relies on. */
  void declare(ReadSetBuilder reads) {
    if (table.ids().shares() == 1) {
      reads.ids(table.key(), table.ids().all());
    } else {
      reads.everything(table.key());
    }
  }

  /** The ids that the load writes, as far as they are told apart. */
  Set<String> writtenIds() {
    return table.ids().shares() == 1 ? table.ids().all().asSet() : ManyIds.INSTANCE;
  }

  /**
   * Visits the committed rows with an id of the load, each once.
   *
   * @param columns to project besides the id
   * @param visitors makes the visitor of a share from its ids
   */
  void visit(List<String> columns, Function<IdPool, Share> visitors) {
    if (committed.isEmpty()) {
      return;
    }
    List<String> projection = new java.util.ArrayList<>(List.of(TableSchemas.ID));
    projection.addAll(columns);
    int shares = table.ids().shares();
    for (int i = 0; i < shares; i++) {
      IdPool pool = table.ids().in(new HashShare(i, shares), budget.fresh());
      Share share = visitors.apply(pool);
      committed.visitWhereIn(TableSchemas.ID, pool, projection, share.rows());
      share.end().run();
    }
  }
}
