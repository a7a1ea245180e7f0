package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.commit.TableMove;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ManifestConflictException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.FaultPoint;
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
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Scenarios B32 to B49 and B53 to B56 of the storage's failure matrix: what one write changes, and
 * what it leaves alone if it fails.
 */
class WriteScenariosTest extends WriteScenarios {

  private static final String CARD_SCHEMA =
      """
      node Person { name: String @key }
      node City { name: String @key }
      edge LivesIn: Person -> City @card(0..1)
      """;

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
    at.dieAt(FaultPoint.PUBLISH_COMMIT, WriteScenarios::eve);
    try (OmniGraph reader = at.openReadOnly()) {
      assertThat(reader.snapshot(ReadTarget.MAIN).manifestVersion()).isEqualTo(version);
      assertThat(reader.commits(BranchName.MAIN, -1, null)).hasSize(2);
    }
    isRolledForward(at, 1);
  }
}
