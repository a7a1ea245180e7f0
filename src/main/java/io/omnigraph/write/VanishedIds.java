package io.omnigraph.write;

import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.TableSchemas;
import org.apache.arrow.vector.VarCharVector;

/**
 * The ids of committed rows that a load which replaces the table does not name: in memory if they
 * fit, or read from the table share by share.
 */
final class VanishedIds implements IdGroup {

  private final CommittedRows committed;
  private final IdGroup named;
  private final int shares;

  private VanishedIds(CommittedRows committed, IdGroup named, int shares) {
    this.committed = committed;
    this.named = named;
    this.shares = shares;
  }

  /**
   * @param named the ids of the load
   * @param budget what may be held at a time
   */
  static IdGroup of(CommittedRows committed, IdGroup named, IdBudget budget) {
    VanishedIds all = new VanishedIds(committed, named, named.shares());
    if (committed.isEmpty()) {
      return NONE;
    }
    if (named.shares() > 1) {
      return all;
    }
    try {
      return IdGroup.of(all.in(HashShare.ALL, budget.fresh()));
    } catch (IdBudget.Exceeded e) {
      return new VanishedIds(committed, named, 2);
    }
  }

  @Override
  public int shares() {
    return shares;
  }

  @Override
  public IdPool in(HashShare share, IdBudget budget) {
    IdPool kept = named.in(share, budget);
    IdPool vanished = new IdPool(budget);
    committed.visit(
        ScanRequest.of(TableSchemas.ID),
        (batch, row) -> {
          VarCharVector ids = Rows.ids(batch);
          if (share.has(ids, row) && !kept.contains(ids, row)) {
            vanished.add(ids, row);
          }
        });
    return vanished;
  }
}
