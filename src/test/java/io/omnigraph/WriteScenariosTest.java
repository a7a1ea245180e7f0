package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.commit.TableMove;
import io.omnigraph.evolve.SchemaApplied;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ManifestConflictException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.RecoveryAudit;
import io.omnigraph.schema.MigrationStep;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.MutationCounts;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Scenarios B15 to B56 of the storage's failure matrix: mutations and loads. B22 and B26 speak of
 * merges; here they are told of schema changes, which prepare on a base just as merges do.
 */
class WriteScenariosTest {

  private static final TableKey LIVES_IN = TableKey.edge("LivesIn");
  private static final String CARD_SCHEMA =
      """
      node Person { name: String @key }
      node City { name: String @key }
      edge LivesIn: Person -> City @card(0..1)
      """;

  @TempDir Path folder;

  private final StepFaults faults = new StepFaults();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private OmniGraph opened;

  @AfterEach
  void stop() {
    faults.clear();
    threads.shutdownNow();
    if (opened != null) {
      opened.close();
    }
  }

  private InterruptedGraph ada() {
    return new InterruptedGraph(GraphTemplates.withAda(folder));
  }

  /** A graph with Ada, opened with faults; closed after the test. */
  private OmniGraph faulty(InterruptedGraph graph) {
    opened = graph.open(faults);
    return opened;
  }

  private void closed() {
    opened.close();
    opened = null;
  }

  private static void eve(OmniGraph graph) {
    graph.mutate(
        "query q() { insert Person { name: \"Eve\", age: 1 } }",
        null,
        Map.of(),
        BranchName.MAIN,
        WriteOptions.by(new ActorId("eve")));
  }

  private static void isRolledForward(InterruptedGraph graph, int tables) {
    assertThat(graph.settled())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_FORWARD);
              assertThat(entry.outcomes()).hasSize(tables);
            });
  }

  private static Map<String, Long> people(InterruptedGraph graph, String branch) {
    try (OmniGraph reader = graph.openReadOnly()) {
      return TestGraphs.people(reader, ReadTarget.branch(branch));
    }
  }

  @Test
  void scenario_B15_an_insert_that_died_before_its_publish_is_finished_in_its_authors_name() {
    InterruptedGraph graph = ada().dieAt(FaultPoint.PUBLISH_STAGE, WriteScenariosTest::eve);
    assertThat(people(graph, "main")).containsOnlyKeys("Ada");
    graph.open().close();
    assertThat(people(graph, "main")).containsOnlyKeys("Ada", "Eve");
    GraphCommit commit = graph.commits(BranchName.MAIN).get(0);
    assertThat(commit.kind()).isEqualTo(CommitKind.MUTATION);
    assertThat(commit.actor()).isEqualTo(new ActorId("eve"));
    assertThat(commit.recoveredBy()).isEqualTo(ActorId.RECOVERY);
    assertThat(graph.settled())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_FORWARD);
              assertThat(entry.forActor()).isEqualTo("eve");
              assertThat(entry.commit()).isEqualTo(commit.id());
              assertThat(entry.writerKind()).isEqualTo("mutation");
            });
  }

  @ParameterizedTest
  @EnumSource(LoadMode.class)
  void scenario_B16_and_B18_a_load_of_three_tables_that_died_is_finished(LoadMode mode) {
    InterruptedGraph graph =
        ada()
            .dieAt(
                FaultPoint.PUBLISH_STAGE,
                g -> TestGraphs.load(g, "main", mode, TestGraphs.settler("Eve", "Rome")));
    isRolledForward(graph, 3);
    assertThat(people(graph, "main").keySet())
        .isEqualTo(
            mode == LoadMode.OVERWRITE ? java.util.Set.of("Eve") : java.util.Set.of("Ada", "Eve"));
    try (OmniGraph reader = graph.openReadOnly()) {
      assertThat(TestGraphs.ids(reader, "main", LIVES_IN)).hasSize(1);
    }
  }

  @Test
  void scenario_B17_a_write_that_died_on_a_branch_leaves_main_untouched() {
    InterruptedGraph graph = new InterruptedGraph(GraphTemplates.withBranch(folder));
    graph.dieAt(FaultPoint.PUBLISH_STAGE, g -> TestGraphs.settle(g, "dev", "Eve", "Rome"));
    isRolledForward(graph, 3);
    assertThat(people(graph, "dev")).containsOnlyKeys("Ada", "Eve");
    assertThat(people(graph, "main")).containsOnlyKeys("Ada");
  }

  /** Leaves an armed write behind in a process that lives on: settling it in place fails, too. */
  private OmniGraph withPendingWrite(InterruptedGraph at) {
    OmniGraph graph = faulty(at);
    leavePending(graph);
    return graph;
  }

  private void leavePending(OmniGraph graph) {
    faults.next(FaultPoint.FORCE_TABLE, Effect.FAIL_BEFORE);
    faults.next(FaultPoint.RECOVERY_PUBLISH, Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> eve(graph))
        .isInstanceOf(RecoveryRequiredException.class)
        .hasMessageContaining("not known yet whether the write took effect")
        .satisfies(
            e ->
                assertThat(((GraphException) e).context())
                    .containsKeys("operation_id", "graph_commit_id", "branch"));
  }

  @Test
  void scenario_B19_the_next_load_on_the_handle_settles_what_is_pending() {
    InterruptedGraph at = ada();
    OmniGraph graph = withPendingWrite(at);
    TestGraphs.load(graph, "main", LoadMode.MERGE, TestGraphs.settler("Bob", "Rome"));
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Bob", "Eve");
    closed();
    isRolledForward(at, 1);
  }

  @Test
  void scenario_B20_the_next_mutation_on_the_handle_settles_what_is_pending() {
    InterruptedGraph at = ada();
    OmniGraph graph = withPendingWrite(at);
    TestGraphs.setAge(graph, "main", "Eve", 5);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsEntry("Eve", 5L);
    closed();
    isRolledForward(at, 1);
  }

  @Test
  void scenario_B21_the_next_schema_change_on_the_handle_settles_what_is_pending() {
    InterruptedGraph at = ada();
    OmniGraph graph = withPendingWrite(at);
    String wider = TestGraphs.SCHEMA.replace("age: I32?", "age: I32?\n  nick: String?");
    assertThat(graph.applySchema(wider, false, WriteOptions.ANONYMOUS).applied()).isTrue();
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Eve");
    assertThat(TestGraphs.columns(graph, TestGraphs.PERSON)).contains("nick");
    assertThat(graph.commits(BranchName.MAIN, 2, null))
        .extracting(GraphCommit::kind)
        .containsExactly(CommitKind.SCHEMA_APPLY, CommitKind.MUTATION);
    closed();
    isRolledForward(at, 1);
  }

  @Test
  void scenario_B22_told_of_a_schema_change_the_base_is_captured_after_healing() {
    InterruptedGraph at =
        new InterruptedGraph(
            GraphTemplates.copy(folder, "rome", g -> TestGraphs.settle(g, "main", "Ada", "Rome")));
    OmniGraph graph = faulty(at);
    String wider = TestGraphs.SCHEMA.replace("age: I32?", "age: I32?\n  nick: String?");
    leaveSchemaPending(
        graph,
        wider
            .replace("node City", "node Town @rename_from(\"City\")")
            .replace("Person -> City", "Person -> Town"));
    // On the base before, this would drop the cities and add an empty type.
    SchemaApplied applied =
        graph.applySchema(
            wider.replace("City", "Town") + "node Pet { tag: String @key }",
            false,
            WriteOptions.ANONYMOUS);
    assertThat(applied.plan().steps()).noneMatch(s -> s instanceof MigrationStep.DropType);
    assertThat(TestGraphs.ids(graph, "main", TableKey.node("Town"))).containsExactly("Rome");
    assertThat(TestGraphs.ids(graph, "main", TableKey.node("Pet"))).isEmpty();
    closed();
    assertThat(at.settled())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_FORWARD);
              assertThat(entry.writerKind()).isEqualTo("schema_apply");
            });
  }

  @Test
  void a_mutation_that_settles_a_schema_change_is_compiled_against_the_new_schema() {
    InterruptedGraph at = ada();
    OmniGraph graph = faulty(at);
    String wider = TestGraphs.SCHEMA.replace("age: I32?", "age: I32?\n  nick: String?");
    leaveSchemaPending(graph, wider);
    TestGraphs.mutate(
        graph, "main", "query q() { insert Person { name: \"Eve\" nick: \"e\" } }", Map.of());
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Eve");
    assertThat(graph.schemaSource()).isEqualTo(wider);
    closed();
    isRolledForward(at, 1);
  }

  /** The schema must change the columns of some table. */
  private void leaveSchemaPending(OmniGraph graph, String schema) {
    faults.next(FaultPoint.FORCE_TABLE, Effect.FAIL_BEFORE);
    faults.next(FaultPoint.RECOVERY_PUBLISH, Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> graph.applySchema(schema, false, WriteOptions.ANONYMOUS))
        .isInstanceOf(RecoveryRequiredException.class);
    assertThat(graph.schemaSource()).isEqualTo(TestGraphs.SCHEMA);
  }

  @Test
  void scenario_B23_asking_for_it_settles_what_is_pending() {
    InterruptedGraph at = ada();
    OmniGraph graph = withPendingWrite(at);
    graph.engine().lanes().heal(BranchName.MAIN);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Eve");
    closed();
    isRolledForward(at, 1);
  }

  @Test
  void scenario_B24_a_table_that_moved_unpublished_does_not_keep_others_from_being_written() {
    InterruptedGraph at = ada().moveUnpublished(WriteScenariosTest::eve);
    OmniGraph graph = faulty(at);
    TestGraphs.addEvent(graph, "main", "one");
    assertThat(at.newest(TestGraphs.PERSON)).isGreaterThan(at.published(TestGraphs.PERSON));
    TestGraphs.addPerson(graph, "main", "Next", 1);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Next");
    closed();
    at.settled();
  }

  @Test
  void scenario_B25_a_sidecar_that_cannot_be_written_stops_the_load_before_anything_moves() {
    InterruptedGraph at = ada();
    OmniGraph graph = faulty(at);
    long newest = at.newest(TestGraphs.PERSON);
    faults.next(FaultPoint.SIDECAR_WRITE, Effect.FAIL_BEFORE);
    assertThatThrownBy(
            () -> TestGraphs.load(graph, "main", LoadMode.MERGE, TestGraphs.settler("Eve", "Rome")))
        .isInstanceOf(StorageException.class);
    assertThat(at.newest(TestGraphs.PERSON)).isEqualTo(newest);
    assertThat(Residue.sidecars(at.root())).isEmpty();
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada");
    TestGraphs.load(graph, "main", LoadMode.MERGE, TestGraphs.settler("Eve", "Rome"));
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Eve");
    closed();
    assertThat(at.settled()).isEmpty();
  }

  @Test
  void scenario_B26_told_of_a_schema_change_without_a_sidecar_nothing_moves() {
    InterruptedGraph at = ada();
    OmniGraph graph = faulty(at);
    String wider =
        TestGraphs.SCHEMA.replace("age: I32?", "age: I32?\n  nick: String?")
            + "node Pet { tag: String @key }";
    TableKey pet = TableKey.node("Pet");
    long newest = at.newest(TestGraphs.PERSON);
    faults.next(FaultPoint.SIDECAR_WRITE, Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> graph.applySchema(wider, false, WriteOptions.ANONYMOUS))
        .isInstanceOf(StorageException.class);
    assertThat(at.newest(TestGraphs.PERSON)).isEqualTo(newest);
    assertThat(at.root().resolve(TablePaths.of(pet))).doesNotExist();
    assertThat(at.root().resolve("_schema.pg.staging")).doesNotExist();
    assertThat(Residue.sidecars(at.root())).isEmpty();
    assertThat(graph.schemaSource()).isEqualTo(TestGraphs.SCHEMA);
    eve(graph);
    assertThat(graph.applySchema(wider, false, WriteOptions.ANONYMOUS).applied()).isTrue();
    assertThat(TestGraphs.ids(graph, "main", pet)).isEmpty();
    closed();
    assertThat(at.settled()).isEmpty();
  }

  @Test
  void scenario_B27_a_sidecar_that_cannot_be_removed_is_consumed_by_the_next_write() {
    InterruptedGraph at = ada();
    OmniGraph graph = faulty(at);
    faults.next(FaultPoint.SIDECAR_DELETE, Effect.FAIL_BEFORE);
    eve(graph);
    graph.engine().lanes().awaitIdle();
    assertThat(Residue.sidecars(at.root())).hasSize(1);
    TestGraphs.addPerson(graph, "main", "Next", 1);
    graph.engine().lanes().awaitIdle();
    assertThat(Residue.sidecars(at.root())).isEmpty();
    closed();
    isRolledForward(at, 1);
  }

  @Test
  void scenario_B28_when_sidecars_cannot_be_listed_writes_and_opens_fail_and_then_recover() {
    InterruptedGraph at = ada();
    OmniGraph graph = withPendingWrite(at);
    faults.next(FaultPoint.RECOVERY_LIST, Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Next", 1))
        .hasMessageContaining("RECOVERY_LIST");
    TestGraphs.addPerson(graph, "main", "Next", 1);
    closed();
    faults.next(FaultPoint.RECOVERY_LIST, Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> at.open(faults)).hasMessageContaining("RECOVERY_LIST");
    isRolledForward(at, 1);
  }

  @Test
  void scenario_B29_an_audit_that_fails_keeps_the_sidecar_and_is_written_once_in_the_end() {
    InterruptedGraph at = ada().dieAt(FaultPoint.PUBLISH_STAGE, WriteScenariosTest::eve);
    faults.next(FaultPoint.RECOVERY_AUDIT, Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> at.open(faults)).hasMessageContaining("RECOVERY_AUDIT");
    assertThat(Residue.sidecars(at.root())).hasSize(1);
    isRolledForward(at, 1);
  }

  @Test
  void scenario_B30_two_opens_that_race_for_one_sidecar_both_succeed() throws Exception {
    InterruptedGraph at = ada().dieAt(FaultPoint.PUBLISH_STAGE, WriteScenariosTest::eve);
    Consumer<String> open =
        name ->
            TestEngine.openWaiting(TestEngine.settings(GraphUri.local(at.root()), TestEngine.FAST))
                .close();
    Future<?> one = threads.submit(() -> open.accept("one"));
    Future<?> two = threads.submit(() -> open.accept("two"));
    one.get();
    two.get();
    isRolledForward(at, 1);
  }

  @Test
  void scenario_B31_over_a_bucket_the_next_load_settles_what_is_pending_too() {
    try (AtomicS3Endpoint s3 = new AtomicS3Endpoint()) {
      StorageOptions options = StorageOptions.defaults().withS3(s3.access());
      GraphUri root = s3.freshRoot();
      try (OmniGraph graph =
          TestEngine.init(TestEngine.settings(root, options).withFaults(faults))) {
        leavePending(graph);
        TestGraphs.load(graph, "main", LoadMode.MERGE, TestGraphs.settler("Bob", "Rome"));
        assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Bob", "Eve");
        assertThat(graph.recoveries()).hasSize(1);
      }
      GraphIntegrity.check(root, options);
    }
  }

  /** Runs a write that is refused, and checks that nothing moved and the next one works. */
  private void isRefused(InterruptedGraph at, String words, Consumer<OmniGraph> write) {
    OmniGraph graph = faulty(at);
    Snapshot before = graph.snapshot(ReadTarget.MAIN);
    List<Long> newest = before.tables().keySet().stream().map(at::newest).toList();
    assertThatThrownBy(() -> write.accept(graph)).hasMessageContaining(words);
    assertThat(graph.snapshot(ReadTarget.MAIN).tables()).isEqualTo(before.tables());
    assertThat(before.tables().keySet().stream().map(at::newest).toList()).isEqualTo(newest);
    assertThat(Residue.sidecars(at.root())).isEmpty();
    closed();
    GraphIntegrity.check(GraphUri.local(at.root()).canonical(), TestEngine.FAST);
  }

  @Test
  void scenario_B32_an_error_in_the_second_of_two_statements_leaves_everything_where_it_was() {
    InterruptedGraph at = ada();
    isRefused(
        at,
        "Nobody",
        g ->
            TestGraphs.mutate(
                g,
                "main",
                "query q() { insert Person { name: \"Eve\" }"
                    + " insert Knows { from: \"Eve\", to: \"Nobody\" } }",
                Map.of()));
    at.settled();
  }

  @ParameterizedTest
  @EnumSource(
      value = LoadMode.class,
      names = {"APPEND", "OVERWRITE"})
  void scenario_B33_a_load_with_an_edge_to_nowhere_changes_nothing(LoadMode mode) {
    InterruptedGraph at = ada();
    isRefused(
        at,
        "Nowhere",
        g ->
            TestGraphs.load(
                g,
                "main",
                mode,
                TestGraphs.settler("Eve", "Rome")
                    + "{\"edge\":\"LivesIn\",\"from\":\"Eve\",\"to\":\"Nowhere\"}\n"));
    try (OmniGraph graph = at.open()) {
      TestGraphs.load(graph, "main", mode, TestGraphs.settler("Eve", "Rome"));
      assertThat(TestGraphs.ids(graph, "main", LIVES_IN)).hasSize(1);
    }
    assertThat(at.settled()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = LoadMode.class,
      names = {"APPEND", "OVERWRITE"})
  void scenario_B34_a_load_that_breaks_a_cardinality_changes_nothing(LoadMode mode) {
    Path root =
        GraphTemplates.copy(
            folder,
            "card",
            CARD_SCHEMA,
            g ->
                TestGraphs.load(
                    g,
                    "main",
                    LoadMode.APPEND,
                    "{\"type\":\"Person\",\"data\":{\"name\":\"Ada\"}}\n"
                        + "{\"type\":\"City\",\"data\":{\"name\":\"Rome\"}}\n"
                        + "{\"type\":\"City\",\"data\":{\"name\":\"Oslo\"}}\n"
                        + "{\"edge\":\"LivesIn\",\"from\":\"Ada\",\"to\":\"Rome\"}\n"));
    String twice =
        "{\"edge\":\"LivesIn\",\"from\":\"Ada\",\"to\":\"Oslo\"}\n"
            + "{\"edge\":\"LivesIn\",\"from\":\"Ada\",\"to\":\"Rome\"}\n";
    isRefused(new InterruptedGraph(root), "LivesIn", g -> TestGraphs.load(g, "main", mode, twice));
    try (OmniGraph graph = TestGraphs.open(root)) {
      TestGraphs.load(
          graph,
          "main",
          LoadMode.OVERWRITE,
          "{\"edge\":\"LivesIn\",\"from\":\"Ada\",\"to\":\"Oslo\"}\n");
      assertThat(TestGraphs.ids(graph, "main", LIVES_IN)).hasSize(1);
    }
  }

  /** Wherever it is: before anything is armed, in the armed window, or behind the publish. */
  @ParameterizedTest
  @EnumSource(
      value = FaultPoint.class,
      names = {"PREPARE", "STAGE_FILES", "SIDECAR_WRITE", "TABLE_COMMIT", "ACKNOWLEDGE"})
  void scenario_B35_a_caller_that_gives_up_leaves_a_whole_write_and_no_extra_branch(FaultPoint at)
      throws Exception {
    InterruptedGraph graphs = ada();
    OmniGraph graph = faulty(graphs);
    BranchName fresh = BranchName.of("fresh");
    for (boolean from : new boolean[] {false, true}) {
      StepFaults.Pause pause = faults.pauseNext(at);
      Thread caller =
          new Thread(
              () -> {
                try {
                  graph.load(
                      new ByteArrayInputStream(
                          TestGraphs.settler("Eve", "Rome").getBytes(StandardCharsets.UTF_8)),
                      LoadMode.MERGE,
                      from ? fresh : BranchName.MAIN,
                      from ? BranchName.MAIN : null,
                      WriteOptions.ANONYMOUS);
                } catch (GraphException e) {
                  assertThat(e.code()).isNotEmpty();
                }
              });
      caller.start();
      pause.awaitReached();
      caller.interrupt();
      pause.release();
      caller.join();
      graph.engine().lanes().awaitIdle();
      if (!from || graph.branches().contains(fresh)) {
        String branch = from ? "fresh" : "main";
        boolean applied = TestGraphs.ids(graph, branch, TestGraphs.PERSON).contains("Eve");
        assertThat(TestGraphs.ids(graph, branch, TestGraphs.CITY).contains("Rome"))
            .isEqualTo(applied);
        assertThat(TestGraphs.ids(graph, branch, LIVES_IN)).hasSize(applied ? 1 : 0);
        // A branch that was made for a load is there with the load, or not at all.
        assertThat(applied || !from).isTrue();
      }
      if (!from) {
        assertThat(graph.branches()).containsExactly(BranchName.MAIN);
        TestGraphs.mutate(
            graph, "main", "query q() { delete Person where name = \"Eve\" }", Map.of());
        TestGraphs.mutate(
            graph, "main", "query q() { delete City where name = \"Rome\" }", Map.of());
      }
    }
    closed();
    assertThat(graphs.settled()).isEmpty();
  }

  @Test
  void scenario_B36_a_deletion_that_fails_while_it_is_prepared_moves_nothing() {
    InterruptedGraph at =
        new InterruptedGraph(
            GraphTemplates.copy(folder, "rome", g -> TestGraphs.settle(g, "main", "Ada", "Rome")));
    faults.next(FaultPoint.PREPARE, Effect.FAIL_AFTER);
    isRefused(at, "PREPARE", g -> TestGraphs.deletePerson(g, "main", "Ada"));
    try (OmniGraph graph = at.openReadOnly()) {
      assertThat(TestGraphs.ids(graph, "main", LIVES_IN)).hasSize(1);
    }
    at.settled();
  }

  @Test
  void scenario_B37_a_deletion_whose_rows_changed_meanwhile_is_refused() throws Exception {
    InterruptedGraph at = ada();
    OmniGraph graph = faulty(at);
    BranchName main = BranchName.MAIN;
    // The first write holds the lane; the deletion is prepared and waits behind the update.
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.SIDECAR_WRITE);
    Future<?> first = threads.submit(() -> TestGraphs.addEvent(graph, "main", "first"));
    pause.awaitReached();
    Future<?> update = threads.submit(() -> TestGraphs.setAge(graph, "main", "Ada", 2));
    awaitWaiting(graph, main, 1);
    Future<?> deletion = threads.submit(() -> TestGraphs.deletePerson(graph, "main", "Ada"));
    awaitWaiting(graph, main, 2);
    pause.release();
    first.get();
    update.get();
    assertThatThrownBy(deletion::get).hasCauseInstanceOf(ManifestConflictException.class);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).isEqualTo(Map.of("Ada", 2L));
    assertThat(at.newest(TestGraphs.PERSON)).isEqualTo(at.published(TestGraphs.PERSON));
    TestGraphs.deletePerson(graph, "main", "Ada");
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).isEmpty();
    closed();
    assertThat(at.settled()).isEmpty();
  }

  private static void awaitWaiting(OmniGraph graph, BranchName branch, int count)
      throws InterruptedException {
    for (int i = 0; graph.engine().lanes().waiting(branch) < count; i++) {
      assertThat(i).as("never waited").isLessThan(30_000);
      Thread.sleep(2);
    }
  }

  private GraphCommit last(OmniGraph graph) {
    return graph.commits(BranchName.MAIN, 1, null).get(0);
  }

  private static MutationCounts run(OmniGraph graph, String statements) {
    return TestGraphs.mutate(graph, "main", "query q() { " + statements + " }", Map.of()).result();
  }

  @Test
  void scenario_B38_a_deletion_of_a_node_without_edges_moves_its_own_table_only() {
    OmniGraph graph = faulty(ada());
    TestGraphs.settle(graph, "main", "Bob", "Rome");
    TestGraphs.know(graph, "main", "Bob", "Bob");
    TestGraphs.deletePerson(graph, "main", "Ada");
    assertThat(last(graph).tables()).extracting(TableMove::key).containsExactly(TestGraphs.PERSON);
  }

  @Test
  void scenario_B39_several_statements_are_one_version_of_the_manifest() {
    OmniGraph graph = faulty(ada());
    long before = graph.snapshot(ReadTarget.MAIN).manifestVersion();
    run(
        graph,
        "insert Person { name: \"Eve\" } insert City { name: \"Rome\" }"
            + " insert LivesIn { from: \"Eve\", to: \"Rome\" }"
            + " update Person set { age: 4 } where name = \"Eve\"");
    assertThat(graph.snapshot(ReadTarget.MAIN).manifestVersion()).isEqualTo(before + 1);
  }

  @Test
  void scenario_B40_and_B42_statements_on_one_row_see_each_other_and_make_one_version() {
    OmniGraph graph = faulty(ada());
    long before = graph.snapshot(ReadTarget.MAIN).table(TestGraphs.PERSON).version();
    run(
        graph,
        "insert Person { name: \"Eve\", age: 1 }"
            + " update Person set { age: 2 } where age = 1"
            + " update Person set { age: 3 } where age = 2");
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).isEqualTo(Map.of("Ada", 3L, "Eve", 3L));
    assertThat(graph.snapshot(ReadTarget.MAIN).table(TestGraphs.PERSON).version())
        .isEqualTo(before + 1);
  }

  @Test
  void scenario_B41_two_new_edges_are_one_version_of_their_table() {
    OmniGraph graph = faulty(ada());
    TestGraphs.addPerson(graph, "main", "Bob", 1);
    long before = graph.snapshot(ReadTarget.MAIN).table(TestGraphs.KNOWS).version();
    run(
        graph,
        "insert Knows { from: \"Ada\", to: \"Bob\" } insert Knows { from: \"Bob\", to: \"Ada\" }");
    assertThat(TestGraphs.ids(graph, "main", TestGraphs.KNOWS)).hasSize(2);
    assertThat(graph.snapshot(ReadTarget.MAIN).table(TestGraphs.KNOWS).version())
        .isEqualTo(before + 1);
  }

  @Test
  void scenario_B43_to_B45_overlapping_deletions_count_rows_once_and_nulls_are_seen() {
    OmniGraph graph = faulty(ada());
    TestGraphs.addPerson(graph, "main", "Bob", 1);
    run(graph, "insert Person { name: \"Nil\" }");
    TestGraphs.know(graph, "main", "Ada", "Bob");
    TestGraphs.know(graph, "main", "Nil", "Bob");
    MutationCounts counts =
        run(
            graph,
            "delete Person where age = 1 delete Person where name = \"Ada\""
                + " delete Knows where from = \"Nil\"");
    // Ada and Bob once each; the edges went with Bob, and the last statement found none.
    assertThat(counts).isEqualTo(new MutationCounts(2, 2));
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).isEqualTo(Map.of("Nil", -1L));
    assertThat(TestGraphs.ids(graph, "main", TestGraphs.KNOWS)).isEmpty();
    assertThat(run(graph, "delete Person where age = 1 delete Person where name = \"Nil\""))
        .isEqualTo(new MutationCounts(1, 0));
  }

  @Test
  void scenario_B46_insertions_and_deletions_in_one_query_are_refused_before_anything_is_read() {
    OmniGraph graph = faulty(ada());
    faults.next(FaultPoint.PREPARE, Effect.FAIL_BEFORE);
    assertThatThrownBy(
            () -> run(graph, "insert City { name: \"Rome\" } delete Person where age = 1"))
        .hasMessageContaining("mixes inserts/updates and deletes");
    assertThat(faults.met()).isEmpty();
  }

  @Test
  void scenario_B47_to_B49_an_insert_on_an_old_base_goes_through_and_an_update_conflicts_once()
      throws Exception {
    OmniGraph graph = faulty(ada());
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.STAGE_FILES);
    Future<?> insert = threads.submit(() -> TestGraphs.addPerson(graph, "main", "Eve", 1));
    pause.awaitReached();
    TestGraphs.setAge(graph, "main", "Ada", 2);
    pause.release();
    insert.get();

    StepFaults.Pause again = faults.pauseNext(FaultPoint.STAGE_FILES);
    Future<?> update = threads.submit(() -> TestGraphs.setAge(graph, "main", "Ada", 9));
    again.awaitReached();
    TestGraphs.setAge(graph, "main", "Ada", 3);
    again.release();
    assertThatThrownBy(update::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(ManifestConflictException.class)
        .hasMessageContaining("refresh and retry");
    TestGraphs.setAge(graph, "main", "Ada", 9);
    TestGraphs.setAge(graph, "main", "Ada", 10);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).isEqualTo(Map.of("Ada", 10L, "Eve", 1L));
  }

  @Test
  void scenario_B50_unpublished_versions_are_taken_back_by_the_write_that_meets_them() {
    for (LoadMode mode : List.of(LoadMode.APPEND, LoadMode.OVERWRITE)) {
      InterruptedGraph at = ada().moveUnpublished(WriteScenariosTest::eve);
      OmniGraph graph = faulty(at);
      TestGraphs.load(
          graph, "main", mode, "{\"type\":\"Person\",\"data\":{\"name\":\"Next\",\"age\":1}}\n");
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).doesNotContainKey("Eve");
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsKey("Next");
      closed();
      assertThat(at.settled())
          .singleElement()
          .satisfies(e -> assertThat(e.kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_BACK));
    }
    InterruptedGraph at = ada().moveUnpublished(WriteScenariosTest::eve);
    OmniGraph graph = faulty(at);
    assertThat(TestGraphs.deletePerson(graph, "main", "Ada").result())
        .isEqualTo(new MutationCounts(1, 0));
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).isEmpty();
    closed();
    assertThat(at.settled()).hasSize(1);
  }

  @Test
  void scenario_B51_what_is_pending_on_another_branch_does_not_concern_a_write() {
    InterruptedGraph at = new InterruptedGraph(GraphTemplates.withBranch(folder));
    OmniGraph graph = faulty(at);
    TestGraphs.addPerson(graph, "dev", "Bob", 1);
    faults.next(FaultPoint.FORCE_TABLE, Effect.FAIL_BEFORE);
    faults.next(FaultPoint.RECOVERY_PUBLISH, Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> TestGraphs.addPerson(graph, "dev", "Eve", 1))
        .isInstanceOf(RecoveryRequiredException.class);
    TestGraphs.addPerson(graph, "main", "Next", 1);
    assertThat(Residue.sidecars(at.root())).isNotEmpty();
    assertThat(TestGraphs.people(graph, ReadTarget.branch("dev"))).doesNotContainKey("Eve");
    TestGraphs.addPerson(graph, "dev", "After", 1);
    assertThat(TestGraphs.people(graph, ReadTarget.branch("dev")))
        .containsOnlyKeys("Ada", "Bob", "Eve", "After");
    closed();
    isRolledForward(at, 1);
  }

  @Test
  void scenario_B52_a_listing_that_fails_twice_is_reported_each_time_and_nothing_is_written() {
    InterruptedGraph at = ada();
    OmniGraph graph = withPendingWrite(at);
    for (int i = 0; i < 2; i++) {
      faults.next(FaultPoint.RECOVERY_LIST, Effect.FAIL_BEFORE);
      assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Next", 1))
          .hasMessageContaining("RECOVERY_LIST");
    }
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada");
    closed();
    isRolledForward(at, 1);
  }

  @Test
  void scenario_B53_what_a_writer_knows_after_a_publish_is_what_a_stranger_reads() {
    InterruptedGraph at = ada();
    OmniGraph graph = faulty(at);
    TestGraphs.settle(graph, "main", "Eve", "Rome");
    TestGraphs.deletePerson(graph, "main", "Eve");
    Snapshot known = graph.snapshot(ReadTarget.MAIN);
    List<GraphCommit> commits = graph.commits(BranchName.MAIN, -1, null);
    try (OmniGraph stranger =
        TestEngine.openReadOnly(TestEngine.settings(GraphUri.local(at.root()), TestEngine.FAST))) {
      Snapshot read = stranger.snapshot(ReadTarget.MAIN);
      assertThat(read.tables()).isEqualTo(known.tables());
      assertThat(read.head()).isEqualTo(known.head());
      assertThat(read.manifestVersion()).isEqualTo(known.manifestVersion());
      assertThat(stranger.commits(BranchName.MAIN, -1, null)).isEqualTo(commits);
    }
  }

  @Test
  void scenario_B54_a_publish_that_stumbles_is_tried_again_and_the_caller_never_knows() {
    InterruptedGraph at = ada();
    OmniGraph graph = faulty(at);
    faults.next(FaultPoint.PUBLISH_STAGE, Effect.FAIL_BEFORE);
    eve(graph);
    faults.next(FaultPoint.PUBLISH_COMMIT, Effect.FAIL_BEFORE);
    TestGraphs.addPerson(graph, "main", "Next", 1);
    assertThat(graph.commits(BranchName.MAIN, -1, null)).hasSize(4);
    closed();
    assertThat(at.settled()).isEmpty();
  }

  @Test
  void scenario_B55_a_publisher_that_always_fails_leaves_what_is_visible_unchanged() {
    InterruptedGraph at = ada();
    OmniGraph graph = faulty(at);
    Snapshot before = graph.snapshot(ReadTarget.MAIN);
    for (int i = 0; i < 40; i++) {
      faults.next(FaultPoint.PUBLISH_COMMIT, Effect.FAIL_BEFORE);
    }
    assertThatThrownBy(() -> eve(graph)).isInstanceOf(GraphException.class);
    assertThat(graph.snapshot(ReadTarget.MAIN).tables()).isEqualTo(before.tables());
    assertThat(graph.commits(BranchName.MAIN, -1, null)).hasSize(2);
    faults.clear();
    TestGraphs.addPerson(graph, "main", "Next", 1);
    closed();
    at.settled();
  }

  @Test
  void scenario_B56_before_the_manifest_commit_there_is_no_commit_row_and_no_version() {
    InterruptedGraph at = ada();
    long version;
    try (OmniGraph reader = at.openReadOnly()) {
      version = reader.snapshot(ReadTarget.MAIN).manifestVersion();
    }
    at.dieAt(FaultPoint.PUBLISH_COMMIT, WriteScenariosTest::eve);
    try (OmniGraph reader = at.openReadOnly()) {
      assertThat(reader.snapshot(ReadTarget.MAIN).manifestVersion()).isEqualTo(version);
      assertThat(reader.commits(BranchName.MAIN, -1, null)).hasSize(2);
    }
    isRolledForward(at, 1);
  }
}
