package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.WriterLeases;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every named step, each time failed before its effect, after it (its answer lost), met by the
 * death of the process, and held back: what it belongs to is applied fully or not at all, what was
 * acknowledged is applied, the next write works. The switch over the steps has no default, so that
 * a new step without a case does not compile; a case that does not reach its step fails.
 */
class FaultPointTest {

  /** What is done around a step, and how one sees whether it took effect. */
  private sealed interface Case {

    /**
     * Something done with an open graph, several times.
     *
     * @param template the graph it starts from
     * @param act the n-th time, n from 0
     * @param facts all true if the n-th time took effect, all false if not
     */
    record Doing(
        Template template,
        BiConsumer<OmniGraph, Integer> act,
        BiFunction<OmniGraph, Integer, Set<Boolean>> facts)
        implements Case {}

    /**
     * Opening a graph.
     *
     * @param residue leaves something for recovery
     * @param evePresent whether the interrupted write is there afterwards; null if there was none
     */
    record Opening(Consumer<Path> residue, Boolean evePresent) implements Case {}

    /** Creating a graph; {@code alsoFails} makes the clean-up necessary. */
    record Creating(FaultPoint alsoFails) implements Case {}
  }

  private record Template(String name, Consumer<OmniGraph> arrange) {}

  private static final Template ADA =
      new Template("ada", graph -> TestGraphs.addPerson(graph, "main", "Ada", 1));
  private static final Template BRANCHES =
      new Template(
          "branches",
          graph -> {
            TestGraphs.addPerson(graph, "main", "Ada", 1);
            for (int n = 0; n < 4; n++) {
              create(graph, "dev" + n);
            }
          });
  private static final Template OWNING_BRANCHES =
      new Template(
          "owning",
          graph -> {
            for (int n = 0; n < 4; n++) {
              create(graph, "dev" + n);
              TestGraphs.addPerson(graph, "dev" + n, "Ada", 1);
            }
          });
  private static final Template LONG_HISTORY =
      new Template(
          "long",
          graph -> {
            // The next publish is the one after which the manifest is folded.
            for (int n = 0; n < 97; n++) {
              TestGraphs.addEvent(graph, "main", "old " + n);
            }
          });

  private static final Case WRITE =
      new Case.Doing(
          ADA,
          (graph, n) -> TestGraphs.settle(graph, "main", "Eve" + n, "Rome" + n),
          (graph, n) -> settled(graph, "main", n));
  private static final Case FIRST_WRITE_ON_A_BRANCH =
      new Case.Doing(
          BRANCHES,
          (graph, n) -> TestGraphs.settle(graph, "dev" + n, "Eve" + n, "Rome" + n),
          (graph, n) -> {
            assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).doesNotContainKey("Eve" + n);
            return settled(graph, "dev" + n, n);
          });
  private static final Case DELETE_A_BRANCH =
      new Case.Doing(
          OWNING_BRANCHES,
          (graph, n) -> graph.deleteBranch(BranchName.of("dev" + n), WriteOptions.ANONYMOUS),
          (graph, n) -> Set.of(!graph.branches().contains(BranchName.of("dev" + n))));

  private static final Case CHANGE_THE_SCHEMA =
      new Case.Doing(
          new Template(
              "evolved",
              graph -> {
                TestGraphs.addPerson(graph, "main", "Ada", 1);
                graph.applySchema(schema(-1), false, WriteOptions.ANONYMOUS);
              }),
          (graph, n) -> graph.applySchema(schema(n), true, WriteOptions.ANONYMOUS),
          FaultPointTest::changed);

  /** The n-th adds a type and a property to what the earlier ones did, and drops a type. */
  private static String schema(int n) {
    StringBuilder types = new StringBuilder();
    StringBuilder notes = new StringBuilder();
    for (int i = 0; i <= n; i++) {
      types.append("node Extra%d { name: String @key }\n".formatted(i));
      notes.append("\n  note%d: String?".formatted(i));
    }
    for (int i = n + 1; i < 6; i++) {
      types.append("node Old%d { name: String @key }\n".formatted(i));
    }
    return TestGraphs.SCHEMA.replace("age: I32?", "age: I32?" + notes) + types;
  }

  private static Set<Boolean> changed(OmniGraph graph, int n) {
    TableKey extra = TableKey.node("Extra" + n);
    Set<Boolean> facts = new HashSet<>();
    facts.add(graph.catalog().types().anyMatch(t -> t.tableKey().equals(extra)));
    facts.add(graph.snapshot(ReadTarget.MAIN).find(extra).isPresent());
    facts.add(graph.schemaSource().contains("Extra" + n));
    facts.add(TestGraphs.columns(graph, TestGraphs.PERSON).contains("note" + n));
    return facts;
  }

  private static Case caseOf(FaultPoint point) {
    return switch (point) {
      case PREPARE,
          STAGE_FILES,
          STAGE_TRANSACTION,
          FORCE_STAGED,
          SIDECAR_WRITE,
          TABLE_COMMIT,
          FORCE_TABLE,
          PUBLISH_STAGE,
          PUBLISH_COMMIT,
          FORCE_MANIFEST,
          ACKNOWLEDGE,
          EMIT_EVENT,
          SIDECAR_DELETE ->
          WRITE;
      case FORK_TABLE, SIDECAR_COMPLETE -> FIRST_WRITE_ON_A_BRANCH;
      case CREATE_TABLE, SCHEMA_STORE, SCHEMA_PROMOTE, PURGE_TABLE -> CHANGE_THE_SCHEMA;
      case BRANCH_CREATE ->
          new Case.Doing(
              ADA,
              (graph, n) -> create(graph, "new" + n),
              (graph, n) -> Set.of(graph.branches().contains(BranchName.of("new" + n))));
      case BRANCH_DELETE, BRANCH_TABLE_CLEANUP -> DELETE_A_BRANCH;
      case COMPACT_TABLE ->
          new Case.Doing(
              new Template("fragments", graph -> fragments(graph, 0)),
              (graph, n) -> {
                fragments(graph, n + 1);
                graph.optimize(BranchName.MAIN);
              },
              (graph, n) -> {
                assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsKeys("p0-0", "p0-2");
                return Set.of(
                    graph.commits(BranchName.MAIN, 1, null).get(0).kind()
                        == CommitKind.MAINTENANCE);
              });
      case COMPACT_MANIFEST ->
          new Case.Doing(
              LONG_HISTORY,
              (graph, n) -> TestGraphs.addEvent(graph, "main", "event " + n),
              (graph, n) -> {
                long events = graph.snapshot(ReadTarget.MAIN).table(TestGraphs.EVENTS).rowCount();
                assertThat(TestGraphs.ids(graph, "main", TestGraphs.EVENTS)).hasSize((int) events);
                return Set.of(events > 97 + n);
              });
      case LEASE_RENEW ->
          new Case.Doing(
              ADA,
              (graph, n) -> {
                awaitRenewal(graph);
                TestGraphs.settle(graph, "main", "Eve" + n, "Rome" + n);
              },
              (graph, n) -> settled(graph, "main", n));
      case LEASE_ACQUIRE, LEASE_RELEASE -> new Case.Opening(root -> {}, null);
      case RECOVERY_LIST, RECOVERY_REDO, RECOVERY_PUBLISH, RECOVERY_AUDIT, RECOVERY_DELETE ->
          new Case.Opening(root -> dieAt(root, FaultPoint.TABLE_COMMIT), true);
      case RECOVERY_RESTORE -> new Case.Opening(FaultPointTest::leaveUnusableWrite, false);
      case INIT_CLAIM, INIT_CONTRACT, INIT_TABLE, INIT_MANIFEST -> new Case.Creating(null);
      case INIT_CLEANUP -> new Case.Creating(FaultPoint.INIT_MANIFEST);
    };
  }

  /** Steps behind the caller's back: the caller does not wait for them. */
  private static final Set<FaultPoint> BEHIND =
      EnumSet.of(
          FaultPoint.EMIT_EVENT,
          FaultPoint.SIDECAR_DELETE,
          FaultPoint.COMPACT_MANIFEST,
          FaultPoint.LEASE_RENEW);

  /** From here on a write whose files are there is always finished. */
  private static final Set<FaultPoint> ARMED =
      EnumSet.range(FaultPoint.TABLE_COMMIT, FaultPoint.SIDECAR_DELETE);

  private static final WriterLeases.Timing RENEWING =
      new WriterLeases.Timing(Duration.ofMinutes(5), Duration.ofMillis(20), Duration.ZERO);

  @TempDir static Path folder;
  private static ExecutorService threads;

  @BeforeAll
  static void start() {
    threads = Executors.newCachedThreadPool();
  }

  @AfterAll
  static void stop() {
    threads.shutdownNow();
  }

  @ParameterizedTest
  @EnumSource(FaultPoint.class)
  void a_step_that_fails_or_loses_its_answer_leaves_all_or_nothing(FaultPoint point) {
    switch (caseOf(point)) {
      case Case.Doing doing -> {
        if (doing.template() == LONG_HISTORY) {
          // The write after a failed fold folds: there is no second time on one graph.
          failOneAfterAnother(doing, point, List.of(Effect.FAIL_BEFORE));
          failOneAfterAnother(doing, point, List.of(Effect.FAIL_AFTER));
        } else {
          failOneAfterAnother(doing, point, List.of(Effect.FAIL_BEFORE, Effect.FAIL_AFTER));
        }
      }
      case Case.Opening opening ->
          openUntilItWorks(opening, point, List.of(Effect.FAIL_BEFORE, Effect.FAIL_AFTER));
      case Case.Creating creating ->
          createUntilItWorks(creating, point, List.of(Effect.FAIL_BEFORE, Effect.FAIL_AFTER));
    }
  }

  @ParameterizedTest
  @EnumSource(FaultPoint.class)
  void a_process_that_dies_at_a_step_leaves_all_or_nothing(FaultPoint point) {
    switch (caseOf(point)) {
      case Case.Doing doing -> {
        for (Effect effect : deaths()) {
          Path root = root(doing);
          StepFaults faults = new StepFaults();
          OmniGraph graph = open(root, faults);
          boolean acknowledged = attempt(graph, doing, 0, faults, point, effect);
          closeDead(graph);
          assertThat(faults.met()).contains(point);
          verify(root, point, doing, List.of(acknowledged));
        }
      }
      case Case.Opening opening -> openUntilItWorks(opening, point, deaths());
      case Case.Creating creating -> createUntilItWorks(creating, point, deaths());
    }
  }

  /** The death after a step is the death before the next one; a soak run tries both. */
  private static List<Effect> deaths() {
    return Integer.getInteger("soak.factor", 1) > 1
        ? List.of(Effect.DIE_BEFORE, Effect.DIE_AFTER)
        : List.of(Effect.DIE_BEFORE);
  }

  @ParameterizedTest
  @EnumSource(FaultPoint.class)
  void what_waits_at_a_step_is_whole_to_every_reader_and_goes_on(FaultPoint point)
      throws Exception {
    StepFaults faults = new StepFaults();
    switch (caseOf(point)) {
      case Case.Doing doing -> {
        Path root = root(doing);
        OmniGraph graph = open(root, faults);
        StepFaults.Pause pause = faults.pauseNext(point);
        Future<Boolean> acting =
            threads.submit(
                () -> {
                  doing.act().accept(graph, 0);
                  return true;
                });
        pause.awaitReached();
        if (BEHIND.contains(point)) {
          assertThat(acting.get()).isTrue();
        } else {
          assertThat(acting.isDone()).isFalse();
        }
        try (OmniGraph reader = OmniGraph.open(root.toString(), OpenOptions.readOnly())) {
          assertThat(doing.facts().apply(reader, 0)).as("all or nothing").hasSize(1);
        }
        pause.release();
        assertThat(acting.get()).isTrue();
        graph.close();
        verify(root, point, doing, List.of(true));
      }
      case Case.Opening opening -> {
        Path root = GraphTemplates.withAda(folder);
        opening.residue().accept(root);
        StepFaults.Pause pause = faults.pauseNext(point);
        Future<OmniGraph> opened = threads.submit(() -> openAndClose(root, faults));
        pause.awaitReached();
        assertThat(opened.isDone()).isFalse();
        try (OmniGraph reader = OmniGraph.open(root.toString(), OpenOptions.readOnly())) {
          assertThat(TestGraphs.people(reader, ReadTarget.MAIN)).containsKey("Ada");
        }
        pause.release();
        opened.get();
        verify(root, opening);
      }
      case Case.Creating creating -> {
        Path root = folder.resolve("created-slowly-" + point);
        if (creating.alsoFails() != null) {
          faults.next(creating.alsoFails(), Effect.FAIL_BEFORE);
        }
        StepFaults.Pause pause = faults.pauseNext(point);
        Future<Boolean> created = threads.submit(() -> init(root, faults));
        pause.awaitReached();
        assertThat(created.isDone()).isFalse();
        assertThat(init(root, new StepFaults())).as("a second creator meanwhile").isFalse();
        pause.release();
        assertThat(created.get()).isEqualTo(creating.alsoFails() == null);
        verify(root, creating.alsoFails() == null);
      }
    }
  }

  // ---- doing

  private static Path root(Case.Doing doing) {
    return GraphTemplates.copy(folder, doing.template().name(), doing.template().arrange());
  }

  private static OmniGraph open(Path root, StepFaults faults) {
    return TestEngine.open(
        GraphUri.local(root), TestEngine.FAST, s -> s.withFaults(faults).withLeaseTiming(RENEWING));
  }

  private static void failOneAfterAnother(
      Case.Doing doing, FaultPoint point, List<Effect> effects) {
    Path root = root(doing);
    List<Boolean> acknowledged = new ArrayList<>();
    StepFaults faults = new StepFaults();
    OmniGraph graph = open(root, faults);
    for (Effect effect : effects) {
      faults.forgetMet();
      acknowledged.add(attempt(graph, doing, acknowledged.size(), faults, point, effect));
      assertThat(faults.met()).contains(point);
      // The writer itself sees all or nothing, too.
      isApplied(doing, graph, acknowledged.size() - 1, acknowledged);
    }
    graph.close();
    verify(root, point, doing, acknowledged);
  }

  private static boolean attempt(
      OmniGraph graph,
      Case.Doing doing,
      int n,
      StepFaults faults,
      FaultPoint point,
      Effect effect) {
    boolean acknowledged;
    faults.next(point, effect);
    try {
      doing.act().accept(graph, n);
      acknowledged = true;
    } catch (GraphException | StepFaults.Died e) {
      acknowledged = false;
    }
    boolean dies = effect == Effect.DIE_BEFORE || effect == Effect.DIE_AFTER;
    awaitIdle(graph, dies);
    if (!dies) {
      faults.clear();
      TestGraphs.addPerson(graph, "main", "Next" + n, 1);
    }
    return acknowledged;
  }

  private static void awaitIdle(OmniGraph graph, boolean dead) {
    try {
      graph.engine().lanes().awaitIdle();
    } catch (StepFaults.Died | CompletionException e) {
      assertThat(dead).as("%s", e).isTrue();
    }
  }

  /** A dead process cannot close anything; what the test sees of that is no finding. */
  private static void closeDead(OmniGraph graph) {
    try {
      graph.close();
    } catch (StepFaults.Died | CompletionException e) {
      assertThat(e).isNotNull();
    }
  }

  private static Boolean isApplied(
      Case.Doing doing, OmniGraph graph, int n, List<Boolean> acknowledged) {
    Set<Boolean> facts = doing.facts().apply(graph, n);
    assertThat(facts).as("all or nothing, attempt %s", n).hasSize(1);
    boolean applied = facts.contains(true);
    if (acknowledged.get(n) && !(doing.template().name().equals("fragments"))) {
      assertThat(applied).as("acknowledged, attempt %s", n).isTrue();
    }
    return applied;
  }

  private static void verify(
      Path root, FaultPoint point, Case.Doing doing, List<Boolean> acknowledged) {
    try (OmniGraph reopened = TestGraphs.open(root)) {
      for (int n = 0; n < acknowledged.size(); n++) {
        Boolean applied = isApplied(doing, reopened, n, acknowledged);
        if (ARMED.contains(point) && doing == WRITE) {
          assertThat(applied).as("armed, and its files are there").isTrue();
        }
      }
      TestGraphs.addPerson(reopened, "main", "After", 1);
    }
    GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
  }

  // ---- opening

  private static void openUntilItWorks(
      Case.Opening opening, FaultPoint point, List<Effect> effects) {
    Path root = GraphTemplates.withAda(folder);
    opening.residue().accept(root);
    for (Effect effect : effects) {
      StepFaults faults = new StepFaults();
      faults.next(point, effect);
      try {
        openAndClose(root, faults);
      } catch (StepFaults.Died | GraphException e) {
        // A release that fails is not told to the caller; everything else may be.
        assertThat(faults.met()).contains(point);
      }
      boolean settledBefore = effect != effects.get(0);
      assertThat(settledBefore || faults.met().contains(point)).isTrue();
    }
    verify(root, opening);
  }

  private static OmniGraph openAndClose(Path root, StepFaults faults) {
    OmniGraph graph = TestEngine.open(GraphUri.local(root), TestEngine.FAST, faults);
    graph.close();
    return graph;
  }

  private static void verify(Path root, Case.Opening opening) {
    try (OmniGraph graph = TestGraphs.open(root)) {
      Boolean eve = opening.evePresent();
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN).containsKey("Eve"))
          .isEqualTo(Boolean.TRUE.equals(eve));
      assertThat(graph.recoveries()).hasSize(eve == null ? 0 : 1);
      TestGraphs.addPerson(graph, "main", "After", 1);
    }
    GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
  }

  private static void dieAt(Path root, FaultPoint point) {
    StepFaults faults = new StepFaults();
    OmniGraph graph = open(root, faults);
    faults.next(point, Effect.DIE_BEFORE);
    try {
      TestGraphs.settle(graph, "main", "Eve", "Rome");
      throw new AssertionError("the step " + point + " was not reached");
    } catch (StepFaults.Died e) {
      closeDead(graph);
    }
  }

  /** All tables of a write landed, but its base no longer is the head. */
  private static void leaveUnusableWrite(Path root) {
    dieAt(root, FaultPoint.PUBLISH_STAGE);
    Residue.changeSidecar(
        root, text -> text.replaceFirst("(\"base_commit_id\":\")[^\"]+", "$1" + Residue.OPERATION));
  }

  // ---- creating

  private static void createUntilItWorks(
      Case.Creating creating, FaultPoint point, List<Effect> effects) {
    Path root = folder.resolve("created-" + point + effects.get(0));
    boolean created = false;
    for (Effect effect : effects) {
      StepFaults faults = new StepFaults();
      if (creating.alsoFails() != null) {
        faults.next(creating.alsoFails(), Effect.FAIL_BEFORE);
      }
      faults.next(point, effect);
      try {
        created |= init(root, faults);
      } catch (StepFaults.Died e) {
        assertThat(created).isFalse();
      }
      assertThat(created || faults.met().contains(point)).isTrue();
    }
    verify(root, created);
  }

  /** True if the graph was created. */
  private static boolean init(Path root, StepFaults faults) {
    try {
      TestEngine.init(TestEngine.settings(GraphUri.local(root), TestEngine.FAST).withFaults(faults))
          .close();
      return true;
    } catch (GraphException e) {
      return false;
    }
  }

  /** A second, plain init completes what the first left, unless the first made a graph of it. */
  private static void verify(Path root, boolean created) {
    if (!created && !root.resolve("__manifest/_versions").toFile().exists()) {
      TestGraphs.init(root).close();
    }
    try (OmniGraph graph = TestGraphs.open(root)) {
      TestGraphs.addPerson(graph, "main", "After", 1);
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("After");
    }
    GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
  }

  // ---- parts of cases

  private static Set<Boolean> settled(OmniGraph graph, String branch, int n) {
    boolean person = TestGraphs.ids(graph, branch, TestGraphs.PERSON).contains("Eve" + n);
    boolean city = TestGraphs.ids(graph, branch, TestGraphs.CITY).contains("Rome" + n);
    return person == city ? Set.of(person) : Set.of(true, false);
  }

  private static void create(OmniGraph graph, String name) {
    graph.createBranch(BranchName.of(name), BranchName.MAIN, WriteOptions.ANONYMOUS);
  }

  private static void fragments(OmniGraph graph, int n) {
    for (int i = 0; i < 3; i++) {
      TestGraphs.addPerson(graph, "main", "p" + n + "-" + i, 1);
    }
  }

  /** Waits until a renewal that comes from now on was reached: it meets what is armed. */
  private static void awaitRenewal(OmniGraph graph) {
    StepFaults faults = (StepFaults) graph.engine().settings().faults();
    int before = faults.times(FaultPoint.LEASE_RENEW);
    for (int i = 0; faults.times(FaultPoint.LEASE_RENEW) == before; i++) {
      assertThat(i).as("the lease is never renewed").isLessThan(60_000);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
