package io.omnigraph.evolve;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.LaneContext;
import io.omnigraph.publish.Lanes;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableSchemas;
import io.omnigraph.storage.TableStorage;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes data that was dropped for good unreadable: older versions of the tables that held it are
 * removed. Runs after the publish and is best effort, since the change stands whatever comes of it.
 */
final class Purge {

  private static final Logger LOG = LoggerFactory.getLogger(Purge.class);

  /** What to remove is decided by version alone. */
  private static final Duration ANY_AGE = Duration.ofDays(1);

  private static final Schema NO_COLUMNS = new Schema(List.of(TableSchemas.text("id", false)));

  private final LaneContext context;
  private final Lanes lanes;

  Purge(LaneContext context, Lanes lanes) {
    this.context = context;
    this.lanes = lanes;
  }

  /**
   * Purges tables of the state before a change.
   *
   * @param tables keys of the old schema whose data was dropped, in whole or in part
   */
  void run(Snapshot before, Set<TableKey> tables) {
    if (tables.isEmpty()) {
      return;
    }
    for (TableKey key : tables) {
      before.find(key).ifPresent(this::purge);
    }
    // Open handles would go on reading what the store no longer promises to have.
    context.handles().clear();
  }

  private void purge(TableEntry old) {
    try {
      context
          .faults()
          .around(
              FaultPoint.PURGE_TABLE,
              () ->
                  lanes.alone(
                      BranchName.MAIN,
                      () -> {
                        purgeAlone(old);
                        return Boolean.TRUE;
                      }));
    } catch (RuntimeException e) {
      LOG.warn(
          "data of table {} was dropped, but its old versions could not be removed; they stay"
              + " readable at old commits until `omnigraph cleanup` removes them",
          old.key(),
          e);
    }
  }

  private void purgeAlone(TableEntry old) {
    context.lease().requireHeld();
    TableEntry now = lanes.snapshot(BranchName.MAIN).find(old.key()).orElse(null);
    TableStorage storage = context.storage();
    if (now != null && now.path().equals(old.path())) {
      try (SnapshotHandle current = storage.open(now.address(), now.version())) {
        removeBelow(current);
      }
      return;
    }
    // The library keeps the newest version, so that one has to be empty.
    try (SnapshotHandle head = storage.openHead(old.address());
        SnapshotHandle emptied = lanes.emptyHidden(head, NO_COLUMNS)) {
      removeBelow(emptied);
    }
  }

  private void removeBelow(SnapshotHandle kept) {
    context
        .storage()
        .maintenance()
        .cleanup(kept, kept.version(), context.clock().instant().plus(ANY_AGE));
  }
}
