package io.omnigraph.storage.lance;

import static io.omnigraph.storage.TestTables.ID_BODY;
import static io.omnigraph.storage.TestTables.append;
import static io.omnigraph.storage.TestTables.commit;
import static io.omnigraph.storage.TestTables.content;
import static io.omnigraph.storage.TestTables.create;
import static io.omnigraph.storage.TestTables.row;
import static io.omnigraph.storage.TestTables.stage;
import static io.omnigraph.storage.TestTables.tag;
import static io.omnigraph.testing.S3Faults.on;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.CommitOutcome;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StagedWrite;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.testing.ArrowLeakExtension;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.S3Faults;
import io.omnigraph.testing.S3Faults.Effect;
import io.omnigraph.testing.S3Request.Kind;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a bucket that breaks connections does to commits, and what they cost. */
class S3CommitOutcomeTest {

  private static final String MANIFEST = "_versions/.*manifest";

  @RegisterExtension final ArrowLeakExtension leaks = new ArrowLeakExtension();
  private AtomicS3Endpoint endpoint;
  private GraphUri root;
  private TableStorage storage;

  @BeforeEach
  void open() {
    endpoint = new AtomicS3Endpoint();
    root = endpoint.freshRoot();
    storage = leaks.watch(openStorage());
  }

  private TableStorage openStorage() {
    return LanceTables.open(root, StorageOptions.defaults().withS3(endpoint.access()));
  }

  @AfterEach
  void close() {
    endpoint.close();
  }

  @Test
  void aCommitWhoseAnswerWasLostIsRecognisedByItsUuid() {
    try (SnapshotHandle base = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      StagedWrite staged = stage(storage, base, List.of(), row("b", "y"));
      endpoint.faults().next(on(Kind.PUT, MANIFEST), Effect.LOSE_ANSWER);
      CommitOutcome outcome = storage.commit(staged, tag());
      assertThat(outcome).isInstanceOf(CommitOutcome.Committed.class);
      try (SnapshotHandle next = ((CommitOutcome.Committed) outcome).handle()) {
        assertThat(next.version()).isEqualTo(2);
        assertThat(content(next)).isEqualTo(Map.of("a", "x", "b", "y"));
      }
    }
  }

  @Test
  void aCommitThatNeverArrivedIsRejectedAndMayBeRepeated() {
    try (SnapshotHandle base = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      for (Effect effect : List.of(Effect.DROP_BEFORE, Effect.FAIL_BEFORE)) {
        endpoint.faults().next(on(Kind.PUT, MANIFEST), effect);
        assertThat(storage.commit(stage(storage, base, List.of(), row("b", "y")), tag()))
            .as(effect.toString())
            .isInstanceOf(CommitOutcome.Rejected.class);
        assertThat(storage.latestVersion(base)).isEqualTo(1);
      }
      StagedWrite again = stage(storage, base, List.of(), row("b", "y"));
      try (SnapshotHandle next = commit(storage, again)) {
        assertThat(content(next)).isEqualTo(Map.of("a", "x", "b", "y"));
      }
    }
  }

  @Test
  void aStoreThatStaysAwayLeavesTheOutcomeUnknown() {
    SnapshotHandle created = create(storage, "nodes/t", ID_BODY, row("a", "x"));
    try (SnapshotHandle base = append(storage, created, row("b", "y"))) {
      StagedWrite staged = stage(storage, base, List.of(), row("c", "z"));
      endpoint.faults().next(on(Kind.PUT, MANIFEST), Effect.LOSE_ANSWER);
      // The commit itself lists once; what it needs to find out what happened fails.
      endpoint.faults().from(2, on(Kind.LIST, ""), Effect.DROP_BEFORE);
      String uuid = UUID.randomUUID().toString();
      CommitOutcome outcome = storage.commit(staged, tag(uuid));
      assertThat(outcome).isInstanceOf(CommitOutcome.Unknown.class);
      assertThat(((CommitOutcome.Unknown) outcome).cause()).hasCauseInstanceOf(Exception.class);
      endpoint.faults().clear();
      assertThat(storage.transactionsSince(base, 2))
          .singleElement()
          .satisfies(t -> assertThat(t.uuid()).isEqualTo(uuid));
    }
  }

  @Test
  void aDelayedCommitOfADeadOwnerCannotOverwriteALaterOne() throws Exception {
    try (SnapshotHandle base = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      StagedWrite slow = stage(storage, base, List.of(), row("slow", "1"));
      StagedWrite fast = stage(storage, base, List.of(), row("fast", "2"));
      S3Faults.Pause pause = endpoint.faults().pauseNext(on(Kind.PUT, MANIFEST));
      CompletableFuture<CommitOutcome> delayed =
          CompletableFuture.supplyAsync(() -> storage.commit(slow, tag()));
      pause.awaitReached();
      TableStorage other = leaks.watch(openStorage());
      try (SnapshotHandle otherBase = other.open(base.address(), 1);
          SnapshotHandle won = commit(other, other.stageFromRedo(otherBase, fast.redo()))) {
        pause.release();
        assertThat(delayed.get()).isNotInstanceOf(CommitOutcome.Committed.class);
        try (SnapshotHandle head = storage.openHead(base.address())) {
          assertThat(head.version()).isEqualTo(won.version());
          assertThat(content(head)).isEqualTo(Map.of("a", "x", "fast", "2"));
        }
      }
    }
  }

  @Test
  void readsSurviveFaultsAlsoOnAHandleThatACommitReturned() {
    SnapshotHandle created = create(storage, "nodes/t", ID_BODY, row("a", "x"));
    try (SnapshotHandle table = append(storage, created, row("b", "y"))) {
      for (Effect effect : List.of(Effect.FAIL_BEFORE, Effect.LOSE_ANSWER)) {
        endpoint.faults().next(on(Kind.GET, "data/"), effect);
        assertThat(content(table)).as(effect.toString()).isEqualTo(Map.of("a", "x", "b", "y"));
        endpoint.faults().next(on(Kind.LIST, ""), effect);
        storage.openHead(table.address()).close();
      }
    }
  }

  @Test
  void openingAtAVersionCostsAProbeAndAReadAndListsNothing() {
    create(storage, "nodes/t", ID_BODY, row("a", "x")).close();
    TableStorage cold = leaks.watch(openStorage());
    endpoint.log().clear();
    cold.open(TableAddress.main("nodes/t"), 1).close();
    assertThat(endpoint.log().byKind()).isEqualTo(Map.of(Kind.HEAD, 1, Kind.GET, 1));
  }

  @Test
  void openingABranchAlsoReadsItsReference() {
    BranchName branch = BranchName.of("b");
    try (SnapshotHandle main = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      storage.fork(main, branch).close();
    }
    TableStorage cold = leaks.watch(openStorage());
    endpoint.log().clear();
    cold.open(new TableAddress("nodes/t", branch), 1).close();
    assertThat(endpoint.log().byKind()).isEqualTo(Map.of(Kind.HEAD, 1, Kind.GET, 2));
    assertThat(endpoint.log().count(Kind.GET, "_refs/branches/b.json")).isEqualTo(1);
  }

  @Test
  void aWarmWriteCostsTheSameRequestsAtEveryDepth() {
    SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "x"));
    table = append(storage, table, row("warm", "up"));
    for (int depth = 0; depth < 30; depth++) {
      SnapshotHandle base = table;
      endpoint.log().clear();
      StagedWrite staged = stage(storage, base, List.of(), row("r" + depth, "y"));
      assertThat(endpoint.log().byKind())
          .as("staging at depth %d", depth)
          .isEqualTo(Map.of(Kind.PUT, 1));
      endpoint.log().clear();
      table = commit(storage, staged);
      assertThat(endpoint.log().byKind())
          .as("committing at depth %d", depth)
          .isEqualTo(Map.of(Kind.LIST, 1, Kind.PUT, 2));
      base.close();
    }
    table.close();
  }
}
