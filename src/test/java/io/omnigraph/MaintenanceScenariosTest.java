package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.maintenance.CleanupReport;
import io.omnigraph.maintenance.PendingIndex;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.testing.CallCounter;
import io.omnigraph.testing.CallFaults;
import io.omnigraph.testing.CallInterceptor;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import io.omnigraph.write.LoadMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenarios G and H of the storage specification: indices, folding, cleaning up, and all of it. */
class MaintenanceScenariosTest {

  private static final BranchName DEV = BranchName.of("dev");
  private static final TableKey LIVES_IN = TableKey.edge("LivesIn");
  private static final CleanupPolicy NEWEST = new CleanupPolicy(1, null);
  private static final TableKey DOC = TableKey.node("Doc");
  private static final String DOCS =
      """
      node Doc {
        slug: String @key
        size: I64 @index
        emb: Vector(2)? @index
      }
      node Unused { name: String @key }
      """;

  @TempDir Path folder;

  private final StepFaults faults = new StepFaults();
  private final CallFaults calls = new CallFaults();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    faults.clear();
    calls.clear();
    threads.shutdownNow();
  }

  /** Ada in Rome and Bob in Oslo on main, and Cid besides on dev, in several small files. */
  private InterruptedGraph settled() {
    return new InterruptedGraph(
        GraphTemplates.copy(
            folder,
            "maintained",
            graph -> {
              TestGraphs.settle(graph, "main", "Ada", "Rome");
              TestGraphs.settle(graph, "main", "Bob", "Oslo");
              graph.createBranch(DEV, BranchName.MAIN, WriteOptions.ANONYMOUS);
              TestGraphs.settle(graph, "dev", "Cid", "Bern");
              TestGraphs.settle(graph, "dev", "Dan", "Graz");
            }));
  }

  private OmniGraph open(InterruptedGraph at, CallInterceptor... interceptors) {
    return TestEngine.open(GraphUri.local(at.root()), TestEngine.FAST, faults, interceptors);
  }

  private static Set<String> people(OmniGraph graph, String branch) {
    return TestGraphs.people(graph, ReadTarget.branch(branch)).keySet();
  }

  private static long maintenance(OmniGraph graph, BranchName branch) {
    return graph.commits(branch, -1, null).stream()
        .filter(c -> c.kind() == CommitKind.MAINTENANCE)
        .count();
  }

  private static CleanupReport.Table row(CleanupReport report, String key) {
    return report.tables().stream().filter(t -> t.tableKey().equals(key)).findFirst().orElseThrow();
  }

  private static void docs(OmniGraph graph, int from, int to) {
    StringBuilder records = new StringBuilder();
    for (int i = from; i < to; i++) {
      records.append(
          "{\"type\":\"Doc\",\"data\":{\"slug\":\"d%d\",\"size\":%d,\"emb\":[%d,1]}}\n"
              .formatted(i, i, i));
    }
    TestGraphs.load(graph, "main", LoadMode.APPEND, records.toString());
  }

  // ---- indices

  /** An index holds nothing that is not in the rows, so it is built again instead of finished. */
  @Test
  void scenario_G118_a_death_between_building_and_publishing_indices_leaves_the_branch_as_it_was() {
    InterruptedGraph at = settled().dieAt(FaultPoint.PUBLISH_STAGE, g -> g.ensureIndices(DEV, 1));
    List<GraphCommit> main = at.commits(BranchName.MAIN);
    try (OmniGraph graph = open(at)) {
      assertThat(people(graph, "dev")).containsExactly("Ada", "Bob", "Cid", "Dan");
      assertThat(graph.ensureIndices(DEV, 1).commit()).isNotNull();
      assertThat(graph.ensureIndices(DEV, 1).commit()).isNull();
      assertThat(graph.commits(BranchName.MAIN, -1, null)).isEqualTo(main);
      try (var lease =
          graph.engine().handles().open(graph.snapshot(ReadTarget.branch("dev")), PERSON)) {
        assertThat(lease.handle().indices()).isNotEmpty();
      }
    }
    at.settled();
  }

  private static final TableKey PERSON = TestGraphs.PERSON;

  @Test
  void scenario_G119_a_failure_before_the_first_index_moves_no_table_and_others_are_written() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at)) {
      Map<TableKey, TableEntry> before = graph.snapshot(ReadTarget.MAIN).tables();
      faults.next(FaultPoint.COMPACT_TABLE, Effect.FAIL_BEFORE);
      assertThatThrownBy(() -> graph.ensureIndices(BranchName.MAIN, 1))
          .isInstanceOf(GraphException.class);
      assertThat(graph.snapshot(ReadTarget.MAIN).tables()).isEqualTo(before);
      for (TableKey key : List.of(PERSON, TestGraphs.CITY, LIVES_IN)) {
        assertThat(at.newest(key)).isEqualTo(before.get(key).version());
      }
      TestGraphs.addEvent(graph, "main", "another table");
      TestGraphs.addPerson(graph, "main", "Eve", 1);
    }
    at.settled();
  }

  @Test
  void scenario_G120_where_nothing_is_to_do_and_on_empty_tables_nothing_is_written() {
    InterruptedGraph at =
        new InterruptedGraph(GraphTemplates.copy(folder, "docs", DOCS, graph -> {}));
    CallCounter counter = new CallCounter();
    try (OmniGraph graph = open(at, counter)) {
      int before = writes(counter);
      assertThat(graph.ensureIndices(BranchName.MAIN, 1).commit()).isNull();
      assertThat(graph.optimize(BranchName.MAIN).commit()).isNull();
      assertThat(writes(counter)).isEqualTo(before);
      docs(graph, 0, 3);
      graph.ensureIndices(BranchName.MAIN, 1);
      graph.engine().lanes().awaitIdle();
      int built = writes(counter);
      assertThat(graph.ensureIndices(BranchName.MAIN, 1).commit()).isNull();
      assertThat(graph.optimize(BranchName.MAIN).commit()).isNull();
      graph.engine().lanes().awaitIdle();
      assertThat(writes(counter)).isEqualTo(built);
    }
  }

  private static int writes(CallCounter counter) {
    return List.of("put", "putIfAbsent", "putIfMatch", "delete", "commit", "createIndex", "compact")
        .stream()
        .mapToInt(counter::count)
        .sum();
  }

  @Test
  void scenario_G129_new_rows_become_indexed_and_an_index_that_cannot_be_built_yet_is_named() {
    InterruptedGraph at =
        new InterruptedGraph(GraphTemplates.copy(folder, "docs", DOCS, graph -> {}));
    try (OmniGraph graph = open(at)) {
      docs(graph, 0, 3);
      assertThat(graph.ensureIndices(BranchName.MAIN, 1).pending())
          .containsExactly(new PendingIndex(DOC, "emb", "below_threshold"));
      docs(graph, 3, 400);
      assertThat(unindexed(graph)).isPositive();
      graph.optimize(BranchName.MAIN);
      assertThat(unindexed(graph)).isZero();
      assertThat(graph.ensureIndices(BranchName.MAIN, 1).pending())
          .containsExactly(new PendingIndex(DOC, "emb", "below_threshold"));
      try (var lease = graph.engine().handles().open(graph.snapshot(ReadTarget.MAIN), DOC)) {
        assertThat(lease.handle().countRows("size >= 390")).isEqualTo(10);
      }
    }
  }

  private static long unindexed(OmniGraph graph) {
    try (var lease = graph.engine().handles().open(graph.snapshot(ReadTarget.MAIN), DOC)) {
      return lease.handle().indices().stream()
          .filter(i -> i.columns().equals(List.of("size")))
          .mapToLong(SnapshotHandle.IndexInfo::unindexedRows)
          .sum();
    }
  }

  // ---- folding

  @Test
  void scenario_G121_after_a_death_between_folding_and_publishing_the_schema_can_be_changed() {
    InterruptedGraph at =
        settled().dieAt(FaultPoint.PUBLISH_STAGE, g -> g.optimize(BranchName.MAIN));
    assertThat(at.newest(PERSON)).isGreaterThan(at.published(PERSON));
    try (OmniGraph graph = open(at)) {
      String wider = TestGraphs.SCHEMA.replace("age: I32?", "age: I32?\n  nick: String?");
      assertThat(graph.applySchema(wider, false, WriteOptions.ANONYMOUS).applied()).isTrue();
      assertThat(TestGraphs.columns(graph, PERSON)).contains("nick");
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob");
    }
    at.settled();
  }

  @Test
  void scenario_G122_and_G123_inserts_and_deletions_while_files_are_folded_are_not_lost()
      throws Exception {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at)) {
      StepFaults.Pause pause = faults.pauseNext(FaultPoint.COMPACT_TABLE);
      Future<?> folding = threads.submit(() -> graph.optimize(BranchName.MAIN));
      pause.awaitReached();
      Future<?> insert = threads.submit(() -> TestGraphs.addPerson(graph, "main", "Eve", 1));
      Future<?> deletion = threads.submit(() -> TestGraphs.deletePerson(graph, "main", "Ada"));
      while (graph.engine().lanes().waiting(BranchName.MAIN) < 2) {
        Thread.sleep(2);
      }
      pause.release();
      folding.get();
      insert.get();
      deletion.get();
      assertThat(people(graph, "main")).containsExactly("Bob", "Eve");
      assertThat(TestGraphs.ids(graph, "main", LIVES_IN)).hasSize(1);
      assertThat(maintenance(graph, BranchName.MAIN)).isEqualTo(1);
    }
    assertThat(at.settled()).isEmpty();
  }

  @Test
  void scenario_G125_folding_a_second_time_changes_nothing() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at)) {
      assertThat(graph.optimize(BranchName.MAIN).commit()).isNotNull();
      Snapshot folded = graph.snapshot(ReadTarget.MAIN);
      assertThat(graph.optimize(BranchName.MAIN).commit()).isNull();
      assertThat(graph.snapshot(ReadTarget.MAIN).tables()).isEqualTo(folded.tables());
      assertThat(graph.snapshot(ReadTarget.MAIN).manifestVersion())
          .isEqualTo(folded.manifestVersion());
    }
    at.settled();
  }

  /** Here it need not be refused: what is pending is settled first, in the same lane. */
  @Test
  void scenario_G126_folding_while_a_write_is_pending_settles_the_write_before() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at)) {
      leavePending(graph);
      assertThat(graph.optimize(BranchName.MAIN).commit()).isNotNull();
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob", "Eve");
      assertThat(graph.commits(BranchName.MAIN, 2, null))
          .extracting(GraphCommit::kind)
          .containsExactly(CommitKind.MAINTENANCE, CommitKind.MUTATION);
    }
    assertThat(at.settled()).hasSize(1);
  }

  private void leavePending(OmniGraph graph) {
    faults.next(FaultPoint.FORCE_TABLE, Effect.FAIL_BEFORE);
    faults.next(FaultPoint.RECOVERY_PUBLISH, Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Eve", 1))
        .isInstanceOf(RecoveryRequiredException.class);
  }

  /** Rows that nobody published stay out of sight, whatever is folded. */
  @Test
  void scenario_G127_folding_a_table_that_moved_unpublished_does_not_publish_what_moved() {
    InterruptedGraph at = settled().moveUnpublished(g -> TestGraphs.addPerson(g, "main", "Eve", 1));
    try (OmniGraph graph = open(at)) {
      assertThat(graph.optimize(BranchName.MAIN).tables())
          .extracting(t -> t.key())
          .doesNotHaveDuplicates()
          .contains(PERSON);
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob");
      TestGraphs.addPerson(graph, "main", "Fay", 1);
      graph.optimize(BranchName.MAIN);
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob", "Fay");
    }
    at.settled();
  }

  @Test
  void scenario_G130_folding_the_manifest_changes_nothing_that_is_read_and_needs_no_sidecar() {
    InterruptedGraph at =
        new InterruptedGraph(
            GraphTemplates.copy(
                folder,
                "long",
                graph -> {
                  for (int i = 0; i < 97; i++) {
                    TestGraphs.addEvent(graph, "main", "old " + i);
                  }
                }));
    try (OmniGraph graph = open(at)) {
      List<GraphCommit> before = graph.commits(BranchName.MAIN, -1, null);
      int written = 97;
      while (!faults.reached().contains(FaultPoint.COMPACT_MANIFEST)) {
        assertThat(written).as("the manifest is never folded").isLessThan(210);
        TestGraphs.addEvent(graph, "main", "event " + written++);
        graph.engine().lanes().awaitIdle();
      }
      assertThat(Residue.sidecars(at.root())).isEmpty();
      TestGraphs.addEvent(graph, "main", "event " + written++);
      assertThat(TestGraphs.ids(graph, "main", TestGraphs.EVENTS)).hasSize(written);
      assertThat(graph.commits(BranchName.MAIN, -1, null)).containsAll(before);
      ReadTarget then = new ReadTarget.Commit(before.get(40).id());
      assertThat(graph.snapshot(then).table(TestGraphs.EVENTS).rowCount()).isEqualTo(57);
    }
    assertThat(at.settled()).isEmpty();
  }

  // ---- cleaning up

  @Test
  void scenario_G131_a_table_that_cannot_be_cleaned_is_reported_and_the_others_are_cleaned() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at, calls)) {
      TestGraphs.settle(graph, "main", "Eve", "Rome");
      TestGraphs.settle(graph, "main", "Fay", "Rome");
      for (int i = 0; i < 4; i++) {
        calls.nth(1, "cleanup", "^" + TablePaths.of(PERSON) + "$", CallFaults.Effect.FAIL);
      }
      CleanupReport report = graph.cleanup(NEWEST, false);
      assertThat(row(report, "node:Person").error()).contains("injected fault");
      assertThat(report.tables())
          .filteredOn(t -> !t.tableKey().equals("node:Person"))
          .allSatisfy(t -> assertThat(t.error()).isNull());
      assertThat(row(report, "edge:LivesIn").versionsRemoved()).isPositive();
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob", "Eve", "Fay");
      calls.clear();
      CleanupReport again = graph.cleanup(NEWEST, false);
      assertThat(row(again, "node:Person").error()).isNull();
      assertThat(row(again, "node:Person").versionsRemoved()).isPositive();
    }
    at.settled();
  }

  /** A table branch of a graph branch that was deleted. */
  private void leaveOrphan(OmniGraph graph) {
    for (int tables = 0; tables < 3; tables++) {
      faults.next(FaultPoint.BRANCH_TABLE_CLEANUP, Effect.FAIL_BEFORE);
    }
    graph.deleteBranch(DEV, WriteOptions.ANONYMOUS);
    assertThat(orphan(graph)).containsExactly("dev");
  }

  private static List<String> orphan(OmniGraph graph) {
    return graph.engine().settings().storage().branchNames(TablePaths.of(PERSON)).stream()
        .map(BranchName::value)
        .toList();
  }

  @Test
  void scenario_G132_an_orphan_that_cannot_be_removed_is_reported_and_removed_the_next_time() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at, calls)) {
      leaveOrphan(graph);
      calls.nth(1, "deleteBranch", TablePaths.of(PERSON), CallFaults.Effect.FAIL);
      CleanupReport report = graph.cleanup(NEWEST, false);
      assertThat(row(report, "node:Person").error()).contains("injected fault");
      assertThat(row(report, "node:City").error()).isNull();
      assertThat(orphan(graph)).containsExactly("dev");
      CleanupReport again = graph.cleanup(NEWEST, false);
      assertThat(row(again, "node:Person").orphansRemoved()).containsExactly("dev");
      assertThat(orphan(graph)).isEmpty();
    }
    at.settled();
  }

  @Test
  void scenario_G133_a_branch_that_cannot_be_read_keeps_its_tables() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at, calls)) {
      for (int i = 0; i < 40; i++) {
        calls.nth(1, "openHead", "__manifest.*dev", CallFaults.Effect.FAIL);
        calls.nth(1, "open", "__manifest.*dev", CallFaults.Effect.FAIL);
      }
      try {
        graph.cleanup(NEWEST, false);
      } catch (GraphException e) {
        assertThat(e).hasMessageContaining("injected fault");
      }
      assertThat(orphan(graph)).containsExactly("dev");
      calls.clear();
      assertThat(people(graph, "dev")).containsExactly("Ada", "Bob", "Cid", "Dan");
      TestGraphs.addPerson(graph, "dev", "Eve", 1);
    }
    at.settled();
  }

  @Test
  void scenario_G134_keeping_one_version_or_nothing_old_leaves_a_head_to_work_with() {
    for (CleanupPolicy policy : List.of(NEWEST, new CleanupPolicy(null, java.time.Duration.ZERO))) {
      InterruptedGraph at = settled();
      try (OmniGraph graph = open(at)) {
        graph.cleanup(policy, false);
        TestGraphs.setAge(graph, "main", "Ada", 7);
        TestGraphs.settle(graph, "dev", "Eve", "Rome");
        assertThat(people(graph, "main")).containsExactly("Ada", "Bob");
        assertThat(people(graph, "dev")).containsExactly("Ada", "Bob", "Cid", "Dan", "Eve");
      }
      at.settled();
    }
  }

  @Test
  void scenario_G135_without_a_policy_nothing_is_cleaned() {
    assertThatThrownBy(() -> new CleanupPolicy(null, null)).isInstanceOf(BadRequestException.class);
    assertThatThrownBy(() -> new CleanupPolicy(0, null)).isInstanceOf(BadRequestException.class);
  }

  @Test
  void scenario_G136_on_one_branch_an_orphan_goes_and_what_the_branch_owns_stays() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at)) {
      leaveOrphan(graph);
      graph.createBranch(DEV, BranchName.MAIN, WriteOptions.ANONYMOUS);
      TestGraphs.addEvent(graph, "dev", "owned");
      CleanupReport report = graph.cleanup(NEWEST, false);
      assertThat(row(report, "node:Person").orphansRemoved()).containsExactly("dev");
      assertThat(row(report, "node:Event").orphansRemoved()).isEmpty();
      assertThat(TestGraphs.ids(graph, "dev", TestGraphs.EVENTS)).hasSize(1);
      assertThat(people(graph, "dev")).containsExactly("Ada", "Bob");
    }
    at.settled();
  }

  @Test
  void scenario_G138_a_branch_that_only_inherits_stays_readable() {
    InterruptedGraph at = settled();
    BranchName lazy = BranchName.of("lazy");
    try (OmniGraph graph = open(at)) {
      graph.createBranch(lazy, BranchName.MAIN, WriteOptions.ANONYMOUS);
      for (String name : List.of("Eve", "Fay", "Gus")) {
        TestGraphs.settle(graph, "main", name, "Rome");
      }
      graph.optimize(BranchName.MAIN);
      graph.cleanup(NEWEST, false);
      assertThat(people(graph, "lazy")).containsExactly("Ada", "Bob");
      assertThat(TestGraphs.ids(graph, "lazy", TestGraphs.CITY)).containsExactly("Oslo", "Rome");
    }
    try (OmniGraph graph = open(at)) {
      TestGraphs.settle(graph, "lazy", "Hal", "Graz");
      assertThat(people(graph, "lazy")).containsExactly("Ada", "Bob", "Hal");
    }
    at.settled();
  }

  @Test
  void scenario_G139_what_is_pending_is_settled_first_and_what_cannot_be_settled_stops_it() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = open(at)) {
      leavePending(graph);
      graph.cleanup(NEWEST, false);
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob", "Eve");

      faults.next(FaultPoint.SIDECAR_DELETE, Effect.FAIL_BEFORE);
      TestGraphs.addPerson(graph, "main", "Fay", 1);
      graph.engine().lanes().awaitIdle();
      GraphCommit before = graph.commits(BranchName.MAIN, 3, null).get(2);
      Residue.changeSidecar(at.root(), text -> "{" + text);
      assertThatThrownBy(() -> graph.cleanup(NEWEST, false))
          .isInstanceOf(RecoveryRequiredException.class);
      assertThat(graph.snapshot(new ReadTarget.Commit(before.id()))).isNotNull();
      Residue.changeSidecar(at.root(), text -> text.substring(1));
      graph.cleanup(NEWEST, false);
    }
    at.settled();
  }

  /** What is written, but not yet armed, is named by nothing in the store. */
  @Test
  void a_cleanup_leaves_alone_what_a_write_has_prepared() throws Exception {
    InterruptedGraph at = settled();
    CountDownLatch written = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CallInterceptor hold =
        new CallInterceptor() {
          @Override
          public <T> T around(String operation, String target, Supplier<T> body) {
            T result = body.get();
            if (operation.equals("writeFiles") && target.contains(TablePaths.of(PERSON))) {
              written.countDown();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
            return result;
          }
        };
    try (OmniGraph graph = open(at, hold)) {
      Future<?> insert = threads.submit(() -> TestGraphs.addPerson(graph, "main", "Eve", 1));
      written.await();
      graph.cleanup(NEWEST, false);
      goOn.countDown();
      insert.get();
      assertThat(people(graph, "main")).containsExactly("Ada", "Bob", "Eve");
    }
    at.settled();
  }

  // ---- all of it

  @Test
  void scenario_H140_the_whole_life_of_a_graph() {
    Path root = folder.resolve("life");
    GraphCommit loaded;
    try (OmniGraph graph = TestGraphs.init(root)) {
      TestGraphs.load(
          graph,
          "main",
          LoadMode.OVERWRITE,
          TestGraphs.settler("Ada", "Rome") + TestGraphs.settler("Bob", "Oslo"));
      loaded = graph.commits(BranchName.MAIN, 1, null).get(0);
      graph.createBranch(DEV, BranchName.MAIN, WriteOptions.ANONYMOUS);
      TestGraphs.addPerson(graph, "dev", "Cid", 3);
      TestGraphs.deletePerson(graph, "dev", "Bob");
      TestGraphs.addPerson(graph, "main", "Dan", 4);
      TestGraphs.setAge(graph, "main", "Ada", 9);
      graph.optimize(BranchName.MAIN);
      assertThat(TestGraphs.people(graph, new ReadTarget.Commit(loaded.id())))
          .containsOnly(Map.entry("Ada", 1L), Map.entry("Bob", 1L));
      GraphCommit head = graph.commits(BranchName.MAIN, 1, null).get(0);
      TestGraphs.addPerson(graph, "main", "Eve", 5, new WriteOptions(null, head.id(), null));
      assertThatThrownBy(
              () ->
                  TestGraphs.addPerson(
                      graph, "main", "Fay", 6, new WriteOptions(null, head.id(), null)))
          .isInstanceOf(GraphException.class);
      CleanupReport report = graph.cleanup(NEWEST, false);
      assertThat(row(report, ManifestStore.PATH).error()).isNull();
    }
    InterruptedGraph at = new InterruptedGraph(root);
    try (OmniGraph graph = at.open()) {
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN))
          .isEqualTo(Map.of("Ada", 9L, "Bob", 1L, "Dan", 4L, "Eve", 5L));
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev")))
          .isEqualTo(Map.of("Ada", 1L, "Cid", 3L));
      assertThat(TestGraphs.ids(graph, "dev", LIVES_IN)).hasSize(1);
      assertThat(TestGraphs.people(graph, new ReadTarget.Commit(loaded.id())))
          .as("the commit that both branches come from is kept")
          .hasSize(2);
      TestGraphs.settle(graph, "main", "Gus", "Bern");
      TestGraphs.settle(graph, "dev", "Hal", "Graz");
    }
    assertThat(at.settled()).isEmpty();
  }
}
