package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.branch.Branches;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitLog;
import io.omnigraph.commit.CommitOperation;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.lance.LanceTables;
import io.omnigraph.storage.object.ObjectStores;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a closed graph as a stranger would and compares what must agree: the newest version of
 * every table with the published one, row counts with rows, the lineage with one linear chain, and
 * the recovery folder with nothing.
 */
final class GraphIntegrity {

  private GraphIntegrity() {}

  static void check(GraphUri root, StorageOptions options) {
    try (ObjectStore objects = ObjectStores.open(root, options);
        TableStorage storage = LanceTables.open(root, options, objects)) {
      ManifestStore manifests = new ManifestStore(storage);
      assertThat(objects.list("__recovery/")).as("sidecars left").isEmpty();
      for (BranchName branch : Branches.list(manifests)) {
        try (ManifestState state = manifests.openHead(branch)) {
          tablesAgree(storage, state);
          lineageIsOneChain(new CommitLog(manifests).records(state, 0), state);
        }
      }
    }
  }

  private static void tablesAgree(TableStorage storage, ManifestState state) {
    for (TableEntry entry : state.tables().values()) {
      try (SnapshotHandle pinned = storage.open(entry.address(), entry.version())) {
        assertThat(pinned.countRows())
            .as("rows of %s on %s", entry.key(), state.branch())
            .isEqualTo(entry.rowCount());
      }
      if (entry.ownedBy(state.branch())) {
        try (SnapshotHandle head = storage.openHead(entry.address())) {
          assertThat(head.version())
              .as("newest version of %s on %s", entry.key(), state.branch())
              .isEqualTo(entry.version());
        }
      }
    }
  }

  private static void lineageIsOneChain(List<CommitRecord> records, ManifestState state) {
    Map<CommitId, GraphCommit> byId = new HashMap<>();
    Set<Long> versions = new HashSet<>();
    Set<String> operations = new HashSet<>();
    for (CommitRecord record : records) {
      GraphCommit commit = record.commit();
      assertThat(byId.put(commit.id(), commit)).as("commit %s twice", commit.id()).isNull();
      if (commit.carriedBy() == null) {
        assertThat(versions.add(commit.manifestVersion()))
            .as("version %s twice", commit.manifestVersion())
            .isTrue();
      }
      // A recovery commit names the operation it settled, which may have been tried again.
      (commit.kind() == CommitKind.RECOVERY ? List.<CommitOperation>of() : record.operations())
          .forEach(
              o ->
                  assertThat(operations.add(o.operationId()))
                      .as("operation %s twice", o.operationId())
                      .isTrue());
    }
    @Nullable CommitId at = state.head().commit();
    int length = 0;
    long above = Long.MAX_VALUE;
    while (at != null) {
      GraphCommit commit = byId.get(at);
      assertThat(commit).as("commit %s is missing from the lineage", at).isNotNull();
      assertThat(commit.manifestVersion()).isLessThan(above);
      above = commit.manifestVersion();
      at = commit.parent();
      length++;
    }
    assertThat(length).as("chain of %s", state.branch()).isEqualTo(byId.size());
  }
}
