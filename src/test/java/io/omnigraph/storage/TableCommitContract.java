package io.omnigraph.storage;

import static io.omnigraph.storage.TestTables.ID_BODY;
import static io.omnigraph.storage.TestTables.append;
import static io.omnigraph.storage.TestTables.commit;
import static io.omnigraph.storage.TestTables.committed;
import static io.omnigraph.storage.TestTables.content;
import static io.omnigraph.storage.TestTables.create;
import static io.omnigraph.storage.TestTables.ids;
import static io.omnigraph.storage.TestTables.row;
import static io.omnigraph.storage.TestTables.stage;
import static io.omnigraph.storage.TestTables.tag;
import static io.omnigraph.storage.TestTables.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.storage.lance.LanceTables;
import io.omnigraph.testing.ArrowLeakExtension;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What every table storage promises of one table: creating it, committing to it, reading it. */
public abstract class TableCommitContract {

  @RegisterExtension final ArrowLeakExtension leaks = new ArrowLeakExtension();

  protected TableStorage storage;

  /** A root that no other test uses. */
  protected abstract GraphUri freshRoot();

  protected abstract StorageOptions options();

  @BeforeEach
  void open() {
    storage = leaks.watch(LanceTables.open(freshRoot(), options()));
  }

  @Test
  void aNewTableHasVersionOneWithItsSchemaMetadataAndRows() {
    try (RowSource rows =
            RowBatches.sourceOf(
                storage.allocator(), ID_BODY, List.of(row("a", "x"), row("b", null)));
        SnapshotHandle table =
            storage.create(TableAddress.main("nodes/t"), ID_BODY, Map.of("stamp", "4"), rows)) {
      assertThat(table.version()).isEqualTo(1);
      assertThat(table.schema().getFields()).isEqualTo(ID_BODY.getFields());
      assertThat(table.schemaMetadata()).containsEntry("stamp", "4");
      assertThat(content(table)).isEqualTo(Map.of("a", "x", "b", "null"));
      assertThat(table.incarnation()).isEqualTo("main");
    }
  }

  @Test
  void anEmptyTableCanBeCreatedReadAndFilled() {
    try (RowSource none = RowSource.empty(ID_BODY)) {
      SnapshotHandle table = storage.create(TableAddress.main("nodes/t"), ID_BODY, Map.of(), none);
      assertThat(table.countRows()).isZero();
      assertThat(content(table)).isEmpty();
      try (SnapshotHandle filled = append(storage, table, row("a", "x"))) {
        assertThat(content(filled)).isEqualTo(Map.of("a", "x"));
      }
    }
  }

  @Test
  void creatingATableTwiceIsAConflict() {
    create(storage, "nodes/t", ID_BODY).close();
    assertThatThrownBy(() -> create(storage, "nodes/t", ID_BODY))
        .isInstanceOf(ConflictException.class)
        .hasCauseInstanceOf(RuntimeException.class)
        .extracting(e -> ((GraphException) e).code())
        .isEqualTo("table_exists");
  }

  @Test
  void missingTablesBranchesAndVersionsAreToldApart() {
    create(storage, "nodes/t", ID_BODY, row("a", "x")).close();
    assertThatThrownBy(() -> storage.open(TableAddress.main("nodes/other"), 1))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> storage.openHead(TableAddress.main("nodes/other")))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> storage.open(new TableAddress("nodes/t", BranchName.of("nope")), 1))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> storage.open(TableAddress.main("nodes/t"), 99))
        .isInstanceOf(GoneException.class);
    assertThat(storage.exists(TableAddress.main("nodes/t"))).isTrue();
    assertThat(storage.exists(TableAddress.main("nodes/other"))).isFalse();
  }

  @Test
  void stagingIsInvisibleUntilCommitted() {
    try (SnapshotHandle base = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      StagedWrite staged = stage(storage, base, List.of("a"), row("b", "y"));
      assertThat(storage.latestVersion(base)).isEqualTo(1);
      assertThat(content(base)).isEqualTo(Map.of("a", "x"));
      assertThat(storage.filesIntact(base, staged)).isTrue();
      storage.forceStaged(staged);
      try (SnapshotHandle next = commit(storage, staged)) {
        storage.forceCommitted(next);
        assertThat(next.version()).isEqualTo(2);
        assertThat(content(next)).isEqualTo(Map.of("b", "y"));
        assertThat(storage.latestVersion(base)).isEqualTo(2);
      }
      assertThat(content(base)).as("the old version stays").isEqualTo(Map.of("a", "x"));
    }
  }

  @Test
  void twoTransactionsOnOneBaseExcludeEachOtherWhateverTheyTouch() {
    try (SnapshotHandle base = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      StagedWrite first = stage(storage, base, List.of(), row("b", "y"));
      StagedWrite second = stage(storage, base, List.of(), row("c", "z"));
      try (SnapshotHandle winner = commit(storage, first)) {
        CommitOutcome outcome = storage.commit(second, tag());
        assertThat(outcome).isNotInstanceOf(CommitOutcome.Committed.class);
        try (SnapshotHandle head = storage.openHead(base.address())) {
          assertThat(head.version()).isEqualTo(winner.version());
          assertThat(content(head)).isEqualTo(Map.of("a", "x", "b", "y"));
        }
      }
    }
  }

  @Test
  void ofRacingCommitsExactlyOneWins() throws Exception {
    try (SnapshotHandle base = create(storage, "nodes/t", ID_BODY);
        ExecutorService pool = Executors.newFixedThreadPool(4)) {
      List<StagedWrite> staged =
          IntStream.range(0, 4)
              .mapToObj(i -> stage(storage, base, List.of(), row("r" + i, "x")))
              .toList();
      List<Callable<CommitOutcome>> racers =
          staged.stream()
              .<Callable<CommitOutcome>>map(s -> () -> storage.commit(s, tag()))
              .toList();
      int won = 0;
      for (Future<CommitOutcome> outcome : pool.invokeAll(racers)) {
        if (outcome.get() instanceof CommitOutcome.Committed committed) {
          won++;
          committed.handle().close();
        }
      }
      assertThat(won).isEqualTo(1);
      try (SnapshotHandle head = storage.openHead(base.address())) {
        assertThat(head.version()).isEqualTo(2);
        assertThat(head.countRows()).isEqualTo(1);
      }
    }
  }

  @Test
  void aTransactionRebuiltFromItsRedoRecordIsEqualAndLandsOnce() throws Exception {
    try (SnapshotHandle base =
        create(storage, "nodes/t", ID_BODY, row("a", "x"), row("b", "y"), row("c", "z"))) {
      StagedWrite staged = stage(storage, base, List.of("b"), row("d", "w"));
      String text = staged.redo().json().toString();
      StagedWrite rebuilt =
          storage.stageFromRedo(
              base, new RedoRecord((ObjectNode) new ObjectMapper().readTree(text)));
      assertThat(rebuilt).isEqualTo(staged);
      assertThat(storage.filesIntact(base, rebuilt)).isTrue();
      String uuid = UUID.randomUUID().toString();
      try (SnapshotHandle next = committed(storage.commit(rebuilt, tag(uuid)))) {
        assertThat(content(next)).isEqualTo(Map.of("a", "x", "c", "z", "d", "w"));
      }
      // The same transaction again finds itself by uuid, and nothing doubles.
      try (SnapshotHandle again = committed(storage.commit(staged, tag(uuid)))) {
        assertThat(again.version()).isEqualTo(2);
        assertThat(content(again)).isEqualTo(Map.of("a", "x", "c", "z", "d", "w"));
      }
    }
  }

  @Test
  void transactionsAreReadBackWithUuidAndProperties() {
    SnapshotHandle base = create(storage, "nodes/t", ID_BODY);
    try (base) {
      assertThat(storage.transactionsSince(base, 1)).isEmpty();
      StagedWrite staged = stage(storage, base, List.of(), row("a", "x"));
      TransactionTag tag = tag();
      committed(storage.commit(staged, tag)).close();
      assertThat(storage.transactionsSince(base, 1))
          .containsExactly(new TransactionRecord(2, tag.uuid(), "Update", tag.properties()));
    }
  }

  @Test
  void deletingAllRowsOfAFragmentRemovesIt() {
    SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "x"), row("b", "y"));
    table = append(storage, table, row("c", "z"));
    try (SnapshotHandle base = table) {
      try (SnapshotHandle next = commit(storage, stage(storage, base, List.of("a", "b")))) {
        assertThat(next.fragments()).hasSize(1);
        assertThat(content(next)).isEqualTo(Map.of("c", "z"));
      }
    }
  }

  @Test
  void replaceAllDropsWholeFragmentsWithoutReadingThem() {
    SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "x"));
    table = append(storage, table, row("b", "y"));
    try (SnapshotHandle base = table) {
      Set<Integer> all =
          Set.copyOf(base.fragments().stream().map(SnapshotHandle.FragmentInfo::id).toList());
      StagedWrite staged =
          storage.stage(
              base,
              new StageRequest(
                  new long[0], all, List.of(write(storage, base, row("n", "new"))), true));
      try (SnapshotHandle next = commit(storage, staged)) {
        assertThat(content(next)).isEqualTo(Map.of("n", "new"));
        assertThat(next.fragments())
            .singleElement()
            .satisfies(f -> assertThat(f.dataFile()).isEqualTo(staged.lastAddedFile()));
        assertThat(staged.addedFragments()).isEqualTo(1);
      }
    }
  }

  /** A commit derives the list from its base; it must be the one a fresh look tells. */
  @Test
  void theFragmentsAfterACommitAreThoseAFreshLookTells() {
    long seed = 41;
    System.err.println("TableCommitContract seed " + seed);
    java.util.Random random = new java.util.Random(seed);
    SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("r0", "x"), row("s0", "x"));
    List<String> live = new java.util.ArrayList<>(List.of("r0", "s0"));
    for (int i = 1; i <= 25; i++) {
      SnapshotHandle base = table;
      assertThat(base.fragments()).isNotNull();
      List<String> gone = new java.util.ArrayList<>(live);
      java.util.Collections.shuffle(gone, random);
      gone = List.copyOf(gone.subList(0, Math.min(gone.size(), random.nextInt(4))));
      StagedWrite staged =
          random.nextInt(4) == 0
              ? stage(storage, base, gone)
              : stage(storage, base, gone, row("r" + i, "x"), row("s" + i, "x"));
      live.removeAll(gone);
      if (staged.addedFragments() > 0) {
        live.addAll(List.of("r" + i, "s" + i));
      }
      table = commit(storage, staged);
      base.close();
      try (SnapshotHandle fresh = storage.open(table.address(), table.version())) {
        assertThat(table.fragments()).as("after %d commits", i).isEqualTo(fresh.fragments());
      }
      assertThat(content(table)).containsOnlyKeys(live);
    }
    table.close();
  }

  @Test
  void rowsPerFileSplitOneWriteIntoFragmentsInOrder() {
    try (SnapshotHandle base = create(storage, "nodes/t", ID_BODY);
        RowSource rows =
            RowBatches.sourceOf(
                storage.allocator(),
                ID_BODY,
                List.of(row("a", "1"), row("b", "2"), row("c", "3")))) {
      StagedFiles files = storage.writeFiles(base, rows, 2);
      assertThat(files.rowCount()).isEqualTo(3);
      assertThat(files.byteSize()).isPositive();
      StagedWrite staged =
          storage.stage(base, new StageRequest(new long[0], Set.of(), List.of(files), true));
      try (SnapshotHandle next = commit(storage, staged)) {
        assertThat(staged.addedFragments()).isEqualTo(2);
        assertThat(next.fragments())
            .extracting(SnapshotHandle.FragmentInfo::physicalRows)
            .containsExactly(2L, 1L);
        assertThat(next.fragments().get(1).dataFile()).isEqualTo(staged.lastAddedFile());
        assertThat(next.fragment(1)).contains(next.fragments().get(1));
        assertThat(next.fragment(7)).isEmpty();
      }
    }
  }

  @Test
  void rowsAreTakenByStableIdInTheOrderAsked() {
    SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "x"), row("b", "y"));
    try (SnapshotHandle next = append(storage, table, row("c", "z"))) {
      Map<String, Long> rowIds = new java.util.HashMap<>();
      RowBatches.readAll(next.scan(ScanRequest.of("id", "_rowid")))
          .forEach(r -> rowIds.put(TestTables.plain(r.get(0)), TestTables.longOf(r.get(1))));
      long[] wanted = {rowIds.get("c"), rowIds.get("a"), rowIds.get("c"), 4711};
      assertThat(ids(next.takeRows(wanted, List.of("id")))).containsExactly("c", "a", "c");
      assertThat(ids(next.takeRows(new long[0], List.of("id")))).isEmpty();
    }
  }

  @Test
  void versionColumnsTellWhenARowAppeared() {
    SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "x"));
    try (SnapshotHandle next = append(storage, table, row("b", "y"))) {
      assertThat(ids(next.scan(ScanRequest.of("id").where("_row_created_at_version > 1"))))
          .containsExactly("b");
    }
  }

  @Test
  void scansHonourFilterLimitFragmentsAndBatchSize() {
    SnapshotHandle table =
        create(storage, "nodes/t", ID_BODY, row("a", "x"), row("b", "it's"), row("c", "x"));
    try (SnapshotHandle next = append(storage, table, row("d", "x"))) {
      assertThat(ids(next.scan(ScanRequest.of("id").where(FilterSql.equalTo("body", "it's")))))
          .containsExactly("b");
      assertThat(ids(next.scan(ScanRequest.of("id").limit(2)))).containsExactly("a", "b");
      assertThat(ids(next.scan(ScanRequest.of("id").inFragments(List.of(1))))).containsExactly("d");
      assertThat(next.countRows(FilterSql.equalTo("body", "x"))).isEqualTo(3);
      try (BatchStream stream = next.scan(ScanRequest.of("body", "id").batchRows(1))) {
        var first = stream.next();
        assertThat(first).isNotNull();
        assertThat(first.getRowCount()).isEqualTo(1);
        assertThat(first.getSchema().getFields())
            .extracting(f -> f.getName())
            .containsExactly("body", "id");
      }
    }
  }

  @Test
  void aBadFilterIsTheCallersMistake() {
    try (SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      assertThatThrownBy(() -> table.countRows("nope = 'a'"))
          .isInstanceOf(BadRequestException.class);
      assertThatThrownBy(() -> RowBatches.readAll(table.scan(ScanRequest.of("id").where("id = "))))
          .isInstanceOf(BadRequestException.class);
    }
  }
}
