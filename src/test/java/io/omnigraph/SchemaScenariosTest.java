package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CompileException;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.testing.CallInterceptor;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import io.omnigraph.write.LoadMode;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scenarios F of the storage specification: schemas that change, and what stops them half way. */
class SchemaScenariosTest {

  private static final TableKey PET = TableKey.node("Pet");

  /** A column more, a type more, and a type by another name. */
  private static final String OTHER =
      (TestGraphs.SCHEMA + "node Pet { tag: String @key }\n")
          .replace("age: I32?", "age: I32?\n  nick: String?")
          .replace("node City", "node Town @rename_from(\"City\")")
          .replace("Person -> City", "Person -> Town");

  @TempDir Path folder;

  private final StepFaults faults = new StepFaults();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    faults.clear();
    threads.shutdownNow();
  }

  private InterruptedGraph settled() {
    return new InterruptedGraph(
        GraphTemplates.copy(folder, "rome", g -> TestGraphs.settle(g, "main", "Ada", "Rome")));
  }

  private static void apply(OmniGraph graph) {
    graph.applySchema(OTHER, false, WriteOptions.ANONYMOUS);
  }

  private static void isOld(InterruptedGraph at) {
    try (OmniGraph graph = at.open()) {
      assertThat(graph.schemaSource()).isEqualTo(TestGraphs.SCHEMA);
      assertThat(graph.snapshot(ReadTarget.MAIN).find(PET)).isEmpty();
      assertThat(TestGraphs.columns(graph, TestGraphs.PERSON)).doesNotContain("nick");
      assertThat(TestGraphs.ids(graph, "main", TestGraphs.CITY)).containsExactly("Rome");
    }
    noStaging(at);
    assertThat(at.root().resolve("_schema.pg")).hasContent(TestGraphs.SCHEMA);
  }

  private static void isNew(InterruptedGraph at) {
    try (OmniGraph graph = at.open()) {
      assertThat(graph.schemaSource()).isEqualTo(OTHER);
      TestGraphs.mutate(graph, "main", "query q() { insert Pet { tag: \"x\" } }", Map.of());
      assertThat(TestGraphs.ids(graph, "main", PET)).containsExactly("x");
      assertThat(TestGraphs.ids(graph, "main", TableKey.node("Town"))).containsExactly("Rome");
      TestGraphs.mutate(
          graph, "main", "query q() { update Person set { nick: \"a\" } where age = 1 }", Map.of());
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada");
    }
    noStaging(at);
    assertThat(at.root().resolve("_schema.pg")).hasContent(OTHER);
  }

  private static void noStaging(InterruptedGraph at) {
    for (String file : new String[] {"_schema.pg", "_schema.ir.json", "__schema_state.json"}) {
      assertThat(at.root().resolve(file)).exists();
      assertThat(at.root().resolve(file + ".staging")).doesNotExist();
    }
  }

  @Test
  void scenario_F107_a_death_before_the_change_is_armed_leaves_the_old_schema_and_its_rows() {
    for (FaultPoint step : new FaultPoint[] {FaultPoint.SCHEMA_STORE, FaultPoint.SIDECAR_WRITE}) {
      InterruptedGraph at = settled().dieAt(step, SchemaScenariosTest::apply);
      isOld(at);
      assertThat(at.settled()).isEmpty();
    }
  }

  @Test
  void scenario_F108_a_death_after_the_change_is_armed_leaves_the_new_schema() {
    for (FaultPoint step : new FaultPoint[] {FaultPoint.TABLE_COMMIT, FaultPoint.PUBLISH_STAGE}) {
      InterruptedGraph at = settled().dieAt(step, SchemaScenariosTest::apply);
      isNew(at);
      at.settledSchemaChange();
    }
  }

  @Test
  void scenario_F109_a_death_after_the_publish_leaves_files_that_the_next_opening_completes() {
    InterruptedGraph at = settled().dieAt(FaultPoint.SCHEMA_PROMOTE, SchemaScenariosTest::apply);
    assertThat(at.root().resolve("_schema.pg")).hasContent(TestGraphs.SCHEMA);
    try (OmniGraph reader = at.openReadOnly()) {
      assertThat(reader.schemaSource()).as("the head decides, not the files").isEqualTo(OTHER);
    }
    isNew(at);
    at.settled();
  }

  /** The process dies after each of the writes that put the files of the schema in place. */
  @Test
  void scenario_F110_files_that_are_half_in_place_are_completed() {
    for (int writes = 1; writes <= 3; writes++) {
      InterruptedGraph at = settled();
      int after = writes;
      CallInterceptor dying =
          new CallInterceptor() {
            private int left = after;
            private boolean dead;

            @Override
            public synchronized <T> T around(String operation, String target, Supplier<T> body) {
              if (dead && !operation.equals("close")) {
                throw new NthCall.Died("put " + after);
              }
              T result = body.get();
              if (operation.equals("put")
                  && target.matches("_schema\\.pg|_schema\\.ir\\.json|__schema_state\\.json")) {
                dead = --left == 0;
              }
              return result;
            }
          };
      OmniGraph graph = TestEngine.open(GraphUri.local(at.root()), TestEngine.FAST, faults, dying);
      assertThatThrownBy(() -> apply(graph)).isInstanceOf(NthCall.Died.class);
      assertThatThrownBy(graph::close).isInstanceOf(Throwable.class);
      isNew(at);
      at.settled();
    }
  }

  @Test
  void scenario_F111_the_write_that_settles_a_change_is_checked_against_the_new_schema() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = at.open(faults)) {
      leavePending(graph);
      assertThatThrownBy(
              () ->
                  TestGraphs.load(
                      graph,
                      "main",
                      LoadMode.MERGE,
                      "{\"type\":\"City\",\"data\":{\"name\":\"Oslo\"}}\n"))
          .hasMessageContaining("City");
      TestGraphs.load(
          graph, "main", LoadMode.MERGE, "{\"type\":\"Town\",\"data\":{\"name\":\"Oslo\"}}\n");
      assertThat(TestGraphs.ids(graph, "main", TableKey.node("Town")))
          .containsExactly("Oslo", "Rome");
    }
    assertThat(at.settled()).hasSize(1);
  }

  private void leavePending(OmniGraph graph) {
    faults.next(FaultPoint.FORCE_TABLE, Effect.FAIL_BEFORE);
    faults.next(FaultPoint.RECOVERY_PUBLISH, Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> apply(graph)).isInstanceOf(RecoveryRequiredException.class);
  }

  @Test
  void scenario_F112_a_change_that_is_still_being_made_is_not_finished_by_another_write()
      throws Exception {
    InterruptedGraph at = settled();
    try (OmniGraph graph = at.open(faults)) {
      StepFaults.Pause pause = faults.pauseNext(FaultPoint.PREPARE);
      Future<?> change = threads.submit(() -> apply(graph));
      pause.awaitReached();
      assertThat(at.root().resolve("_schema.pg.staging")).exists();
      graph.engine().lanes().heal(BranchName.MAIN);
      TestGraphs.load(
          graph, "main", LoadMode.MERGE, "{\"type\":\"City\",\"data\":{\"name\":\"Oslo\"}}\n");
      assertThat(graph.schemaSource()).isEqualTo(TestGraphs.SCHEMA);
      assertThat(at.root().resolve("_schema.pg")).hasContent(TestGraphs.SCHEMA);
      assertThat(at.root().resolve("_schema.pg.staging")).exists();
      pause.release();
      try {
        change.get();
      } catch (java.util.concurrent.ExecutionException e) {
        assertThat(e).hasCauseInstanceOf(ConflictException.class);
        apply(graph);
      }
      assertThat(TestGraphs.ids(graph, "main", TableKey.node("Town")))
          .containsExactly("Oslo", "Rome");
    }
    noStaging(at);
    assertThat(at.root().resolve("_schema.pg")).hasContent(OTHER);
    at.settled();
  }

  @Test
  void scenario_F113_with_other_branches_only_what_adds_something_is_allowed() {
    InterruptedGraph at = new InterruptedGraph(GraphTemplates.withBranch(folder));
    try (OmniGraph graph = at.open()) {
      Snapshot before = graph.snapshot(ReadTarget.MAIN);
      assertThatThrownBy(() -> apply(graph))
          .isInstanceOf(ConflictException.class)
          .hasMessage("schema apply requires a graph with only main; found non-main branches: dev");
      assertThat(graph.snapshot(ReadTarget.MAIN).manifestVersion())
          .isEqualTo(before.manifestVersion());
      graph.applySchema(
          TestGraphs.SCHEMA + "node Pet { tag: String @key }\n", false, WriteOptions.ANONYMOUS);
      assertThat(graph.snapshot(ReadTarget.MAIN).find(PET)).isPresent();
      assertThat(graph.snapshot(ReadTarget.branch("dev")).find(PET)).isEmpty();
    }
    at.settled();
  }

  @Test
  void scenario_F114_a_change_of_indices_only_touches_no_table() {
    InterruptedGraph at = settled();
    try (OmniGraph graph = at.open()) {
      Map<TableKey, ?> before = graph.snapshot(ReadTarget.MAIN).tables();
      graph.applySchema(
          TestGraphs.SCHEMA.replace("age: I32?", "age: I32? @index"),
          false,
          WriteOptions.ANONYMOUS);
      assertThat(graph.snapshot(ReadTarget.MAIN).tables()).isEqualTo(before);
      GraphCommit commit = graph.commits(BranchName.MAIN, 1, null).get(0);
      assertThat(commit.kind()).isEqualTo(CommitKind.SCHEMA_APPLY);
      assertThat(commit.tables()).isEmpty();
      for (TableKey key : before.keySet()) {
        assertThat(at.newest(key)).isEqualTo(at.published(key));
      }
    }
    at.settled();
  }

  @Test
  void scenario_F115_what_is_dropped_softly_is_readable_in_the_past_and_what_is_dropped_hard_not() {
    for (boolean hard : new boolean[] {false, true}) {
      InterruptedGraph at = settled();
      try (OmniGraph graph = at.open()) {
        ReadTarget then = new ReadTarget.Commit(graph.snapshot(ReadTarget.MAIN).head());
        String dropped =
            TestGraphs.SCHEMA
                .replace("edge LivesIn: Person -> City\n", "")
                .replace("node City {\n  name: String @key\n}\n", "");
        graph.applySchema(dropped, hard, WriteOptions.ANONYMOUS);
        assertThat(graph.snapshot(ReadTarget.MAIN).find(TestGraphs.CITY)).isEmpty();
        if (hard) {
          assertThatThrownBy(() -> cities(graph, then)).isInstanceOf(GoneException.class);
        } else {
          assertThat(cities(graph, then)).isEqualTo(1);
        }
        assertThatThrownBy(
                () ->
                    graph.query(
                        "query q() { match { $c: City } return { $c.name } }",
                        null,
                        Map.of(),
                        ReadTarget.MAIN))
            .isInstanceOf(CompileException.class);
      }
      at.settled();
    }
  }

  private static long cities(OmniGraph graph, ReadTarget target) {
    long[] rows = new long[1];
    TestGraphs.scan(graph, target, TestGraphs.CITY, java.util.List.of("id"), (n, row) -> rows[0]++);
    return rows[0];
  }

  @Test
  void scenario_F116_another_handle_sees_the_change_and_neither_waits_for_the_other()
      throws Exception {
    InterruptedGraph at = settled();
    try (OmniGraph one = at.open();
        OmniGraph peer = at.open();
        OmniGraph reader = at.openReadOnly()) {
      assertThat(peer.schemaSource()).isEqualTo(TestGraphs.SCHEMA);
      Future<?> writing =
          threads.submit(
              () -> {
                for (int i = 0; i < 5; i++) {
                  String name = "p" + i;
                  untilItFits(() -> TestGraphs.addPerson(peer, "main", name, 1));
                }
              });
      Future<?> change = threads.submit(() -> untilItFits(() -> apply(one)));
      writing.get(60, TimeUnit.SECONDS);
      change.get(60, TimeUnit.SECONDS);
      peer.engine().lanes().heal(BranchName.MAIN);
      assertThat(peer.schemaSource()).isEqualTo(OTHER);
      TestGraphs.mutate(peer, "main", "query q() { insert Pet { tag: \"y\" } }", Map.of());
      assertThat(TestGraphs.ids(reader, "main", PET)).containsExactly("y");
      assertThat(TestGraphs.people(one, ReadTarget.MAIN)).hasSize(6);
    }
    at.settled();
  }

  /** What was compiled for the schema or the rows before is refused, and works when repeated. */
  private static void untilItFits(Runnable act) {
    while (true) {
      try {
        act.run();
        return;
      } catch (ConflictException e) {
        assertThat(e.getMessage()).contains("refresh and retry");
      }
    }
  }

  @Test
  void scenario_F117_the_lock_that_a_dead_writer_left_is_removed_at_opening() {
    InterruptedGraph at = settled();
    BranchName lock = new BranchName("__schema_apply_lock__");
    try (OmniGraph graph = at.open()) {
      TableStorage storage = graph.engine().settings().storage();
      try (var manifest = storage.openHead(TableAddress.main("__manifest"))) {
        storage.fork(manifest, lock).close();
      }
      assertThatThrownBy(() -> apply(graph))
          .isInstanceOf(ConflictException.class)
          .hasMessage("schema apply is already in progress");
    }
    try (OmniGraph graph = at.open()) {
      assertThat(graph.engine().settings().storage().branchNames("__manifest")).isEmpty();
      apply(graph);
    }
    isNew(at);
    at.settled();
  }
}
