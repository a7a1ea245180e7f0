package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.evolve.SchemaApplied;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.RecoveryAudit;
import io.omnigraph.schema.MigrationStep;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.StepFaults.Effect;
import io.omnigraph.write.LoadMode;
import io.omnigraph.write.MutationCounts;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Scenarios B15 to B31 and B50 to B52 of the storage's failure matrix: writes that were
 * interrupted, and who settles them. B22 and B26 speak of merges; here they are told of schema
 * changes, which prepare on a base just as merges do.
 */
class PendingWriteScenariosTest extends WriteScenarios {

  @Test
  void scenario_B15_an_insert_that_died_before_its_publish_is_finished_in_its_authors_name() {
    InterruptedGraph graph = ada().dieAt(FaultPoint.PUBLISH_STAGE, WriteScenarios::eve);
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
    at.settledSchemaChange();
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
    InterruptedGraph at = ada().moveUnpublished(WriteScenarios::eve);
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
    InterruptedGraph at = ada().dieAt(FaultPoint.PUBLISH_STAGE, WriteScenarios::eve);
    faults.next(FaultPoint.RECOVERY_AUDIT, Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> at.open(faults)).hasMessageContaining("RECOVERY_AUDIT");
    assertThat(Residue.sidecars(at.root())).hasSize(1);
    isRolledForward(at, 1);
  }

  @Test
  void scenario_B30_two_opens_that_race_for_one_sidecar_both_succeed() throws Exception {
    InterruptedGraph at = ada().dieAt(FaultPoint.PUBLISH_STAGE, WriteScenarios::eve);
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

  @Test
  void scenario_B50_unpublished_versions_are_taken_back_by_the_write_that_meets_them() {
    for (LoadMode mode : List.of(LoadMode.APPEND, LoadMode.OVERWRITE)) {
      InterruptedGraph at = ada().moveUnpublished(WriteScenarios::eve);
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
    InterruptedGraph at = ada().moveUnpublished(WriteScenarios::eve);
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
}
