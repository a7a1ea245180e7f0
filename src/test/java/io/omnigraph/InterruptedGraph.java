package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.RecoveryAudit;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.lance.LanceTables;
import io.omnigraph.storage.object.ObjectStores;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** A local graph on which writes are interrupted, and what every recovery must leave of it. */
final class InterruptedGraph {

  private final Path root;

  InterruptedGraph(Path root) {
    this.root = root;
  }

  Path root() {
    return root;
  }

  OmniGraph open() {
    return TestGraphs.open(root);
  }

  OmniGraph open(StepFaults faults) {
    return TestEngine.open(GraphUri.local(root), TestEngine.FAST, faults);
  }

  OmniGraph openReadOnly() {
    return OmniGraph.open(root.toString(), OpenOptions.readOnly());
  }

  /** Does something in a process that dies just before a step. */
  InterruptedGraph dieAt(FaultPoint point, Consumer<OmniGraph> action) {
    return dieAt(1, point, action);
  }

  /** Does something in a process that dies before it reaches a step for the n-th time. */
  InterruptedGraph dieAt(int n, FaultPoint point, Consumer<OmniGraph> action) {
    StepFaults faults = new StepFaults();
    OmniGraph graph = open(faults);
    faults.nth(n, point, Effect.DIE_BEFORE);
    try {
      action.accept(graph);
      graph.engine().lanes().awaitIdle();
    } catch (StepFaults.Died | CompletionException e) {
      assertThat(faults.met()).contains(point);
    } finally {
      closeDead(graph);
    }
    assertThat(faults.met()).as("the process never came to %s", point).contains(point);
    return this;
  }

  /** A dead process cannot close anything; what the test sees of that is no finding. */
  static void closeDead(OmniGraph graph) {
    try {
      graph.close();
    } catch (StepFaults.Died | CompletionException e) {
      assertThat(e).isNotNull();
    }
  }

  /** Moves tables without publishing and without a sidecar that says why. */
  InterruptedGraph moveUnpublished(Consumer<OmniGraph> action) {
    dieAt(FaultPoint.PUBLISH_STAGE, action);
    Residue.sidecars(root).forEach(Residue::delete);
    return this;
  }

  /**
   * What holds after every recovery: it left nothing, opening again changes nothing, published and
   * newest versions agree, the audit says what is there, and the next write works.
   *
   * @return the rows of the audit, newest first
   */
  List<RecoveryAudit.Entry> settled() {
    long version;
    List<RecoveryAudit.Entry> audit;
    try (OmniGraph graph = open()) {
      graph.branches().forEach(b -> graph.engine().lanes().heal(b));
      version = graph.snapshot(ReadTarget.MAIN).manifestVersion();
      audit = graph.recoveries();
    }
    assertThat(Residue.sidecars(root)).isEmpty();
    GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
    try (OmniGraph again = open()) {
      assertThat(again.snapshot(ReadTarget.MAIN).manifestVersion())
          .as("opening again is a no-op")
          .isEqualTo(version);
      assertThat(again.recoveries()).isEqualTo(audit);
      audit.forEach(entry -> isTold(again, entry));
      TestGraphs.addEvent(again, "main", "a write after recovery");
    }
    GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
    return audit;
  }

  /** A change of the schema was finished, and nothing else had to be. */
  void settledSchemaChange() {
    assertThat(settled())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_FORWARD);
              assertThat(entry.writerKind()).isEqualTo("schema_apply");
            });
  }

  /** The commit of an audit row is in some lineage and moved the tables as the row says. */
  private static void isTold(OmniGraph graph, RecoveryAudit.Entry entry) {
    GraphCommit commit = graph.commit(entry.commit()).orElse(null);
    if (commit == null) {
      // It went with its branch.
      return;
    }
    for (RecoveryAudit.TableOutcome outcome : entry.outcomes()) {
      switch (entry.kind()) {
        case ROLLED_FORWARD -> {
          // A table that the write dropped has no version any more.
          boolean dropped = outcome.toVersion() == 0;
          assertThat(dropped || outcome.toVersion() > outcome.fromVersion())
              .as("%s", outcome)
              .isTrue();
        }
        case ROLLED_BACK -> {
          assertThat(outcome.fromVersion()).isGreaterThan(outcome.toVersion());
          assertThat(commit.tables()).anyMatch(t -> t.key().equals(outcome.key()));
        }
        case ORPHANED_BRANCH_DISCARDED -> throw new AssertionError("no table of a gone branch");
      }
    }
  }

  /** The newest version of a table of main, published or not. */
  long newest(TableKey key) {
    GraphUri uri = GraphUri.local(root).canonical();
    try (ObjectStore objects = ObjectStores.open(uri, TestEngine.FAST);
        TableStorage storage = LanceTables.open(uri, TestEngine.FAST, objects);
        SnapshotHandle head = storage.openHead(TableAddress.main(TablePaths.of(key)))) {
      return head.version();
    }
  }

  long published(TableKey key) {
    try (OmniGraph graph = openReadOnly()) {
      return graph.snapshot(ReadTarget.MAIN).table(key).version();
    }
  }

  List<GraphCommit> commits(BranchName branch) {
    try (OmniGraph graph = openReadOnly()) {
      return graph.commits(branch, -1, null);
    }
  }
}
