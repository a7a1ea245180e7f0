package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.InternalException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.RecoveryAudit;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Scenarios C57 to C77 of the storage's failure matrix: what recovery makes of every kind of
 * residue, of this release's sidecars and of those of schema versions 1 and 2.
 */
class RecoveryScenariosTest extends RecoveryScenarios {

  @ParameterizedTest
  @CsvSource({"garbage", "{\"schema_version\":4}", "{\"schema_version\":3}", "[]", "''"})
  void scenario_C57_and_C58_a_sidecar_that_cannot_be_read_stops_writing_but_not_reading(
      String content) {
    InterruptedGraph graph = ada();
    Path sidecar = Residue.sidecar(graph.root(), Residue.OPERATION, content);
    assertThatThrownBy(graph::open)
        .isInstanceOf(RecoveryRequiredException.class)
        .hasMessageContaining("cannot be read")
        .hasMessageContaining("reading works")
        .hasMessageContaining(Residue.OPERATION);
    assertThat(sidecar).hasContent(content);
    assertThat(people(graph, "main")).containsOnlyKeys("Ada");
    Residue.delete(sidecar);
    assertThat(graph.settled()).isEmpty();
  }

  @Test
  void scenario_C58_a_sidecar_that_becomes_unreadable_stops_the_write_that_must_settle_it() {
    InterruptedGraph at = ada();
    StepFaults faults = new StepFaults();
    try (OmniGraph graph = at.open(faults)) {
      faults.next(FaultPoint.SIDECAR_DELETE, Effect.FAIL_BEFORE);
      eve(graph);
      graph.engine().lanes().awaitIdle();
      Residue.changeSidecar(at.root(), text -> "{" + text);
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Next", 1))
            .isInstanceOf(RecoveryRequiredException.class);
      }
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Eve");
      Residue.changeSidecar(at.root(), text -> text.substring(1));
      TestGraphs.addPerson(graph, "main", "Next", 1);
    }
    isForward(at);
  }

  @Test
  void scenario_C59_and_C60_a_reader_takes_no_notice_of_sidecars_and_staging_files()
      throws IOException {
    InterruptedGraph graph = ada().dieAt(FaultPoint.TABLE_COMMIT, RecoveryScenarios::eve);
    legacy(graph, 2, "Mutation", pin(TestGraphs.PERSON, 99, 100, ""), null);
    Files.writeString(graph.root().resolve("_schema.pg.staging"), "node Half {");
    List<Path> sidecars = Residue.sidecars(graph.root());
    assertThat(people(graph, "main")).containsOnlyKeys("Ada");
    assertThat(Residue.sidecars(graph.root())).isEqualTo(sidecars).hasSize(2);
  }

  @Test
  void scenario_C61_a_move_that_was_not_promised_is_rolled_back_and_writing_goes_on() {
    InterruptedGraph graph = ada().moveUnpublished(RecoveryScenarios::eve);
    long published = graph.published(TestGraphs.PERSON);
    // It promises a move from another version than the published one.
    legacy(graph, 2, "Mutation", pin(TestGraphs.PERSON, published - 1, published, ""), null);
    RecoveryAudit.Entry entry = only(graph.settled());
    assertThat(entry.kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_BACK);
    assertThat(entry.outcomes())
        .containsExactly(
            new RecoveryAudit.TableOutcome(TestGraphs.PERSON, published + 1, published));
    assertThat(graph.newest(TestGraphs.PERSON)).isEqualTo(graph.published(TestGraphs.PERSON));
    assertThat(people(graph, "main")).containsOnlyKeys("Ada");
  }

  @Test
  void scenario_C62_after_a_roll_back_the_next_writes_succeed_at_once() {
    InterruptedGraph graph = ada().moveUnpublished(RecoveryScenarios::eve);
    legacy(graph, 2, "Mutation", pin(TestGraphs.PERSON, 1, 7, ""), null);
    graph.open().close();
    long restored = graph.published(TestGraphs.PERSON);
    try (OmniGraph writer = graph.open()) {
      eve(writer);
      TestGraphs.setAge(writer, "main", "Eve", 2);
      assertThat(writer.snapshot(ReadTarget.MAIN).table(TestGraphs.PERSON).version())
          .isEqualTo(restored + 2);
    }
    isBack(graph);
  }

  @Test
  void scenario_C62_after_a_roll_back_an_additive_schema_change_succeeds_at_once() {
    InterruptedGraph graph = ada().moveUnpublished(RecoveryScenarios::eve);
    legacy(graph, 2, "Mutation", pin(TestGraphs.PERSON, 1, 7, ""), null);
    String wider = TestGraphs.SCHEMA.replace("age: I32?", "age: I32?\n  nick: String?");
    try (OmniGraph writer = graph.open()) {
      long restored = writer.snapshot(ReadTarget.MAIN).table(TestGraphs.PERSON).version();
      writer.applySchema(wider, false, WriteOptions.ANONYMOUS);
      assertThat(writer.snapshot(ReadTarget.MAIN).table(TestGraphs.PERSON).version())
          .isEqualTo(restored + 1);
      assertThat(writer.recoveries()).hasSize(1);
      TestGraphs.mutate(
          writer, "main", "query q() { insert Person { name: \"Eve\" nick: \"e\" } }", Map.of());
    }
    isBack(graph);
    assertThat(people(graph, "main")).containsOnlyKeys("Ada", "Eve");
  }

  @Test
  void scenario_C63_a_write_of_nobody_is_finished_in_nobodys_name() {
    InterruptedGraph graph = ada().dieAt(FaultPoint.PUBLISH_STAGE, RecoveryScenarios::eve);
    graph.open().close();
    GraphCommit commit = graph.commits(BranchName.MAIN).get(0);
    assertThat(commit.actor()).isNull();
    assertThat(commit.recoveredBy()).isEqualTo(ActorId.RECOVERY);
    assertThat(only(graph.settled()).forActor()).isNull();
  }

  @Test
  void scenario_C64_a_sidecar_whose_publish_had_succeeded_is_noted_as_rolled_forward() {
    InterruptedGraph graph = ada();
    long published = graph.published(TestGraphs.PERSON);
    legacy(graph, 2, "Load", pin(TestGraphs.PERSON, published - 1, published, ""), null);
    RecoveryAudit.Entry entry = only(graph.settled());
    assertThat(entry.kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_FORWARD);
    assertThat(entry.outcomes())
        .containsExactly(
            new RecoveryAudit.TableOutcome(TestGraphs.PERSON, published - 1, published));
    assertThat(people(graph, "main")).containsOnlyKeys("Ada");
  }

  @Test
  void scenario_C64_the_same_for_this_releases_sidecars_adds_no_commit() {
    InterruptedGraph graph = ada().dieAt(FaultPoint.SIDECAR_DELETE, RecoveryScenarios::eve);
    List<GraphCommit> before = graph.commits(BranchName.MAIN);
    graph.open().close();
    assertThat(graph.commits(BranchName.MAIN)).isEqualTo(before);
    assertThat(only(graph.settled()).commit()).isEqualTo(before.get(0).id());
  }

  @Test
  void scenario_C65_two_sidecars_are_settled_in_order_each_on_what_the_first_left() {
    InterruptedGraph graph = ada().moveUnpublished(RecoveryScenarios::eve);
    long published = graph.published(TestGraphs.PERSON);
    String promise = pin(TestGraphs.PERSON, published, published + 1, "");
    legacy(graph, 2, "Mutation", promise, null);
    legacy(graph, OTHER, 2, "Mutation", promise, null, "");
    List<RecoveryAudit.Entry> audit = graph.settled();
    // The first finishes the move; to the second it is history.
    assertThat(audit).hasSize(2).allMatch(e -> e.kind() == RecoveryAudit.Kind.ROLLED_FORWARD);
    assertThat(people(graph, "main")).containsOnlyKeys("Ada", "Eve");
  }

  @Test
  void scenario_C71_and_C72_what_must_be_rolled_back_is_rolled_back_without_a_restart() {
    InterruptedGraph at = ada();
    StepFaults faults = new StepFaults();
    try (OmniGraph graph = at.open(faults)) {
      faults.next(FaultPoint.FORCE_TABLE, Effect.FAIL_BEFORE);
      faults.next(FaultPoint.RECOVERY_PUBLISH, Effect.FAIL_BEFORE);
      assertThatThrownBy(() -> eve(graph)).isInstanceOf(RecoveryRequiredException.class);
      moveBase(at);
      graph.engine().lanes().heal(BranchName.MAIN);
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada");
      eve(graph);
    }
    assertThat(people(at, "main")).containsOnlyKeys("Ada", "Eve");
    isBack(at);
  }

  @Test
  void scenario_C73_a_table_behind_its_published_version_keeps_the_graph_closed_to_writers()
      throws IOException {
    InterruptedGraph graph = ada();
    long published = graph.published(TestGraphs.PERSON);
    Path versions = graph.root().resolve(TablePaths.of(TestGraphs.PERSON)).resolve("_versions");
    Path newest;
    try (Stream<Path> files = Files.list(versions)) {
      newest = files.filter(f -> f.toString().endsWith(".manifest")).sorted().findFirst().get();
    }
    Path aside = folder.resolve("aside");
    Files.move(newest, aside);
    Path sidecar =
        legacy(graph, 2, "Mutation", pin(TestGraphs.PERSON, published, published + 1, ""), null);
    List<GraphCommit> commits = graph.commits(BranchName.MAIN);
    assertThatThrownBy(graph::open)
        .isInstanceOf(InternalException.class)
        .hasMessageContaining("behind its published version")
        .hasMessageContaining("operator review required");
    assertThat(sidecar).exists();
    assertThat(graph.commits(BranchName.MAIN)).isEqualTo(commits);
    Files.move(aside, newest);
    assertThat(graph.settled()).isEmpty();
  }

  @Test
  void scenario_C74_when_one_of_two_tables_did_not_move_both_are_taken_back() {
    InterruptedGraph graph = ada().moveUnpublished(RecoveryScenarios::eve);
    long person = graph.published(TestGraphs.PERSON);
    long city = graph.published(TestGraphs.CITY);
    legacy(
        graph,
        2,
        "Load",
        pin(TestGraphs.PERSON, person, person + 1, "")
            + ","
            + pin(TestGraphs.CITY, city, city + 1, ""),
        null);
    isBack(graph);
    assertThat(people(graph, "main")).containsOnlyKeys("Ada");
  }

  @Test
  void scenario_C75_files_of_other_names_are_left_alone() {
    InterruptedGraph graph = ada();
    Path notes = graph.root().resolve("__recovery/notes.txt");
    Residue.delete(Residue.sidecar(graph.root(), Residue.OPERATION, "{}"));
    Residue.write(notes, "hello");
    try (OmniGraph writer = graph.open()) {
      eve(writer);
    }
    assertThat(notes).hasContent("hello");
    Residue.delete(notes);
    assertThat(graph.settled()).isEmpty();
  }

  @Test
  void scenario_C76_a_write_that_died_right_after_arming_leaves_nothing_of_an_old_writer() {
    InterruptedGraph graph = ada();
    long version = graph.published(TestGraphs.PERSON);
    legacy(graph, 2, "Mutation", pin(TestGraphs.PERSON, version, version + 1, ""), null);
    List<GraphCommit> commits = graph.commits(BranchName.MAIN);
    graph.open().close();
    assertThat(graph.commits(BranchName.MAIN)).isEqualTo(commits);
    assertThat(graph.settled()).isEmpty();
  }

  @Test
  void scenario_C76_and_of_this_releases_writers_it_is_finished_from_its_redo_record() {
    InterruptedGraph graph = ada().dieAt(FaultPoint.TABLE_COMMIT, RecoveryScenarios::eve);
    assertThat(graph.newest(TestGraphs.PERSON)).isEqualTo(graph.published(TestGraphs.PERSON));
    isForward(graph);
    assertThat(people(graph, "main")).containsOnlyKeys("Ada", "Eve");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void scenario_C77_a_recovery_that_dies_at_every_one_of_its_steps_converges(boolean forward) {
    InterruptedGraph graph =
        ada().dieAt(2, FaultPoint.TABLE_COMMIT, g -> TestGraphs.settle(g, "main", "Eve", "Rome"));
    if (!forward) {
      moveBase(graph);
    }
    List<FaultPoint> steps =
        List.of(
            FaultPoint.RECOVERY_LIST,
            forward ? FaultPoint.RECOVERY_REDO : FaultPoint.RECOVERY_RESTORE,
            FaultPoint.RECOVERY_PUBLISH,
            FaultPoint.RECOVERY_AUDIT,
            FaultPoint.RECOVERY_DELETE);
    int met = 0;
    for (FaultPoint step : steps) {
      for (Effect effect : Effect.values()) {
        StepFaults faults = new StepFaults();
        faults.next(step, effect);
        try {
          InterruptedGraph.closeDead(graph.open(faults));
        } catch (StepFaults.Died | GraphException e) {
          assertThat(faults.met()).contains(step);
        }
        met += faults.met().size();
      }
    }
    assertThat(met).as("steps at which it was broken").isGreaterThanOrEqualTo(8);
    RecoveryAudit.Entry entry = only(graph.settled());
    assertThat(entry.kind())
        .isEqualTo(forward ? RecoveryAudit.Kind.ROLLED_FORWARD : RecoveryAudit.Kind.ROLLED_BACK);
    assertThat(people(graph, "main").containsKey("Eve")).isEqualTo(forward);
  }

  // ---- beyond the matrix

  @Test
  void a_write_whose_staged_files_are_damaged_is_rolled_back_and_the_next_one_works()
      throws IOException {
    InterruptedGraph graph =
        ada().dieAt(2, FaultPoint.TABLE_COMMIT, g -> TestGraphs.settle(g, "main", "Eve", "Rome"));
    for (TableKey key : List.of(TestGraphs.PERSON, TestGraphs.CITY, TableKey.edge("LivesIn"))) {
      truncateNewestFile(graph.root(), key);
    }
    graph.open().close();
    GraphCommit commit = graph.commits(BranchName.MAIN).get(0);
    assertThat(commit.kind()).isEqualTo(CommitKind.RECOVERY);
    assertThat(commit.actor()).isEqualTo(ActorId.RECOVERY);
    isBack(graph);
    assertThat(people(graph, "main")).containsOnlyKeys("Ada");
    try (OmniGraph writer = graph.open()) {
      TestGraphs.settle(writer, "main", "Next", "Oslo");
    }
  }

  private static void truncateNewestFile(Path root, TableKey table) throws IOException {
    try (Stream<Path> files = Files.list(root.resolve(TablePaths.of(table)).resolve("data"))) {
      Path newest =
          files.max(Comparator.comparingLong(f -> f.toFile().lastModified())).orElseThrow();
      byte[] bytes = Files.readAllBytes(newest);
      Files.write(newest, Arrays.copyOf(bytes, bytes.length / 2));
    }
  }

  @Test
  void a_condition_on_the_newest_logical_commit_holds_after_a_physical_one() {
    InterruptedGraph graph = ada().dieAt(FaultPoint.PUBLISH_STAGE, RecoveryScenarios::eve);
    moveBase(graph);
    try (OmniGraph writer = graph.open()) {
      GraphCommit recovery = writer.commits(BranchName.MAIN, 1, null).get(0);
      assertThat(recovery.kind()).isEqualTo(CommitKind.RECOVERY);
      WriteOptions before = new WriteOptions(null, recovery.parent(), null);
      assertThat(TestGraphs.addPerson(writer, "main", "Next", 1, before).commit()).isNotNull();
    }
    isBack(graph);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7, 100})
  void a_torn_newest_manifest_closes_the_graph_to_nobody(int bytes) {
    InterruptedGraph graph = branched();
    long main;
    long dev;
    long person;
    try (OmniGraph reader = graph.openReadOnly()) {
      main = reader.snapshot(ReadTarget.MAIN).manifestVersion();
      dev = reader.snapshot(ReadTarget.branch("dev")).manifestVersion();
      person = reader.snapshot(ReadTarget.MAIN).table(TestGraphs.PERSON).version();
    }
    Path manifest = graph.root().resolve("__manifest");
    List<Path> torn =
        List.of(
            Residue.tornManifest(manifest, main, bytes),
            Residue.tornManifest(manifest.resolve("tree/dev"), dev, bytes),
            Residue.tornManifest(
                graph.root().resolve(TablePaths.of(TestGraphs.PERSON)), person, bytes));

    assertThat(people(graph, "main")).containsOnlyKeys("Ada");
    assertThat(people(graph, "dev")).containsOnlyKeys("Ada", "Bob");
    assertThat(torn).as("a reader removes nothing").allMatch(Files::exists);
    try (OmniGraph reader = graph.openReadOnly()) {
      assertThat(reader.snapshot(ReadTarget.MAIN).manifestVersion()).isEqualTo(main);
      assertThat(reader.snapshot(ReadTarget.branch("dev")).manifestVersion()).isEqualTo(dev);
      try (OmniGraph writer =
          TestEngine.open(
              io.omnigraph.model.GraphUri.local(graph.root()), TestEngine.FAST, s -> s)) {
        eve(writer);
        eveOnDev(writer);
      }
      assertThat(TestGraphs.people(reader, ReadTarget.MAIN)).containsKey("Eve");
      assertThat(TestGraphs.people(reader, ReadTarget.branch("dev"))).containsKey("Eve");
    }
    graph.settled();
  }
}
