package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every named step, each time failed before its effect, after it (its answer lost), met by the
 * death of the process, and held back: what it belongs to is applied fully or not at all, what was
 * acknowledged is applied, the next write works. The switch over the steps in {@link FaultCases}
 * has no default, so that a new step without a case does not compile; a case that does not reach
 * its step fails.
 */
class FaultPointTest {

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
    switch (FaultCases.caseOf(point)) {
      case FaultCase.Doing doing -> {
        if (doing.template() == FaultCases.LONG_HISTORY) {
          // The write after a failed fold folds: there is no second time on one graph.
          failOneAfterAnother(doing, point, List.of(Effect.FAIL_BEFORE));
          failOneAfterAnother(doing, point, List.of(Effect.FAIL_AFTER));
        } else {
          failOneAfterAnother(doing, point, List.of(Effect.FAIL_BEFORE, Effect.FAIL_AFTER));
        }
      }
      case FaultCase.Opening opening ->
          openUntilItWorks(opening, point, List.of(Effect.FAIL_BEFORE, Effect.FAIL_AFTER));
      case FaultCase.Creating creating ->
          createUntilItWorks(creating, point, List.of(Effect.FAIL_BEFORE, Effect.FAIL_AFTER));
    }
  }

  @ParameterizedTest
  @EnumSource(FaultPoint.class)
  void a_process_that_dies_at_a_step_leaves_all_or_nothing(FaultPoint point) {
    switch (FaultCases.caseOf(point)) {
      case FaultCase.Doing doing -> {
        for (Effect effect : deaths()) {
          Path root = root(doing);
          StepFaults faults = new StepFaults();
          OmniGraph graph = FaultCases.open(root, faults);
          boolean acknowledged = attempt(graph, doing, 0, faults, point, effect);
          FaultCases.closeDead(graph);
          assertThat(faults.met()).contains(point);
          verify(root, point, doing, List.of(acknowledged));
        }
      }
      case FaultCase.Opening opening -> openUntilItWorks(opening, point, deaths());
      case FaultCase.Creating creating -> createUntilItWorks(creating, point, deaths());
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
    switch (FaultCases.caseOf(point)) {
      case FaultCase.Doing doing -> {
        Path root = root(doing);
        OmniGraph graph = FaultCases.open(root, faults);
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
      case FaultCase.Opening opening -> {
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
      case FaultCase.Creating creating -> {
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

  private static Path root(FaultCase.Doing doing) {
    return GraphTemplates.copy(folder, doing.template().name(), doing.template().arrange());
  }

  private static void failOneAfterAnother(
      FaultCase.Doing doing, FaultPoint point, List<Effect> effects) {
    Path root = root(doing);
    List<Boolean> acknowledged = new ArrayList<>();
    StepFaults faults = new StepFaults();
    OmniGraph graph = FaultCases.open(root, faults);
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
      FaultCase.Doing doing,
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

  private static Boolean isApplied(
      FaultCase.Doing doing, OmniGraph graph, int n, List<Boolean> acknowledged) {
    Set<Boolean> facts = doing.facts().apply(graph, n);
    assertThat(facts).as("all or nothing, attempt %s", n).hasSize(1);
    boolean applied = facts.contains(true);
    if (acknowledged.get(n) && !(doing.template().name().equals("fragments"))) {
      assertThat(applied).as("acknowledged, attempt %s", n).isTrue();
    }
    return applied;
  }

  private static void verify(
      Path root, FaultPoint point, FaultCase.Doing doing, List<Boolean> acknowledged) {
    try (OmniGraph reopened = TestGraphs.open(root)) {
      for (int n = 0; n < acknowledged.size(); n++) {
        Boolean applied = isApplied(doing, reopened, n, acknowledged);
        if (ARMED.contains(point) && doing == FaultCases.WRITE) {
          assertThat(applied).as("armed, and its files are there").isTrue();
        }
      }
      TestGraphs.addPerson(reopened, "main", "After", 1);
    }
    GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
  }

  // ---- opening

  private static void openUntilItWorks(
      FaultCase.Opening opening, FaultPoint point, List<Effect> effects) {
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

  private static void verify(Path root, FaultCase.Opening opening) {
    try (OmniGraph graph = TestGraphs.open(root)) {
      Boolean eve = opening.evePresent();
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN).containsKey("Eve"))
          .isEqualTo(Boolean.TRUE.equals(eve));
      assertThat(graph.recoveries()).hasSize(eve == null ? 0 : 1);
      TestGraphs.addPerson(graph, "main", "After", 1);
    }
    GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
  }

  // ---- creating

  private static void createUntilItWorks(
      FaultCase.Creating creating, FaultPoint point, List<Effect> effects) {
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
}
