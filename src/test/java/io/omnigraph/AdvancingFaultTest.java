package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.FaultyPlace.Effect;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.object.ObjectStores;
import io.omnigraph.testing.StepFaults;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs an operation with a fault at storage call 1, 2, 3, ... until it completes untouched. Each
 * time the operation is fully applied or invisible, an acknowledged one is applied, the next write
 * works, and reopening changes nothing. By default a few of the calls are broken, chosen by a seed;
 * a soak run breaks every one in every way.
 */
class AdvancingFaultTest {

  private static final int MOST_CALLS = 400;
  private static final boolean SOAK = Integer.getInteger("soak.factor", 1) > 1;
  private static final String LIVES = "an acknowledged write of three tables";

  @TempDir Path folder;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random chance = new Random(seed);

  @ParameterizedTest
  @EnumSource(FaultedOperation.class)
  void on_a_local_disk_it_survives_a_fault_at_every_call(FaultedOperation kind) {
    try (FaultyPlace disk = new FaultyPlace.Disk(folder)) {
      advance(disk, kind, SOAK ? MOST_CALLS : 2);
    }
  }

  /** Over a bucket a run takes longer; by default some kinds have their turn. */
  @Test
  void over_a_bucket_every_kind_of_operation_survives_a_fault_at_every_request() {
    try (FaultyPlace bucket = new FaultyPlace.Bucket()) {
      List<FaultedOperation> kinds = new ArrayList<>(List.of(FaultedOperation.values()));
      Collections.shuffle(kinds, chance);
      for (FaultedOperation kind : SOAK ? kinds : kinds.subList(0, 4)) {
        advance(bucket, kind, SOAK ? MOST_CALLS : 1);
      }
    }
  }

  private void advance(FaultyPlace place, FaultedOperation kind, int runs) {
    List<Effect> effects = List.of(Effect.values());
    if (SOAK) {
      for (Effect effect : effects) {
        int n = 1;
        while (survives(place, kind, n, effect)) {
          assertThat(++n).as("calls of %s", kind).isLessThan(MOST_CALLS);
        }
      }
      return;
    }
    // Calls beyond the last leave the operation untouched, which must work as well.
    for (int run = 0; run < runs; run++) {
      Effect effect = effects.get(chance.nextInt(effects.size()));
      survives(place, kind, 1 + chance.nextInt(kind.calls()), effect);
    }
  }

  /** True if the fault was met. */
  private boolean survives(FaultyPlace place, FaultedOperation kind, int n, Effect effect) {
    GraphUri root = prepared(place, kind);
    FaultyPlace.Fault fault = place.fault(root, n, effect);
    String story = kind + ", " + effect + " at call " + n + ", seed " + seed;
    boolean acknowledged = false;
    try {
      act(kind, fault, effect);
      acknowledged = true;
    } catch (GraphException | NthCall.Died | CompletionException e) {
      story += ": " + e;
    }
    assertThat(acknowledged || fault.wasHit()).as("fails although untouched: %s", story).isTrue();
    verify(place, kind, root, acknowledged, story);
    return fault.wasHit();
  }

  private static GraphUri prepared(FaultyPlace place, FaultedOperation kind) {
    if (kind == FaultedOperation.INIT) {
      return place.emptyRoot();
    }
    return place.copy(
        kind.name(),
        settings -> {
          try (OmniGraph graph = TestEngine.init(settings)) {
            TestGraphs.addPerson(graph, "main", "Ada", 36);
            TestGraphs.addPerson(graph, "main", "Bob", 40);
            kind.arrange(graph);
          }
          if (kind == FaultedOperation.OPEN_WITH_RECOVERY) {
            interrupt(place.settings(settings.root()));
          }
          if (kind == FaultedOperation.LEASE_TAKE_OVER) {
            leaveLease(place, settings.root());
          }
        });
  }

  /** A process that died in the middle of a write. */
  private static void interrupt(EngineSettings settings) {
    StepFaults faults = new StepFaults();
    OmniGraph graph = TestEngine.open(settings.withFaults(faults), TestGraphs.fast());
    faults.nth(2, FaultPoint.TABLE_COMMIT, StepFaults.Effect.DIE_BEFORE);
    try {
      TestGraphs.settle(graph, "main", "Eve", "Rome");
      throw new AssertionError(LIVES);
    } catch (StepFaults.Died e) {
      InterruptedGraph.closeDead(graph);
    }
  }

  /** The lease of a process that died long ago. */
  private static void leaveLease(FaultyPlace place, GraphUri root) {
    try (ObjectStore objects = ObjectStores.open(root, place.options())) {
      String lease =
          """
          {"owner":"01ARZ3NDEKTSV4RRFFQ69G5FAV","host":"gone","pid":1,"epoch":7,
           "acquired_at":1,"heartbeat_at":1,"expires_at":1}
          """;
      objects.put("__lease.json", lease.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void act(FaultedOperation kind, FaultyPlace.Fault fault, Effect effect) {
    OmniGraph graph = null;
    try {
      switch (kind) {
        case INIT -> {
          fault.arm();
          graph = TestEngine.init(fault.settings());
          TestGraphs.settle(graph, "main", "Eve", "Rome");
        }
        case OPEN_WITH_RECOVERY -> {
          fault.arm();
          graph = TestEngine.openWaiting(fault.settings());
        }
        case LEASE_TAKE_OVER -> {
          fault.arm();
          graph = TestEngine.openWaiting(fault.settings());
          TestGraphs.settle(graph, "main", "Eve", "Rome");
        }
        case MUTATION,
            THREE_TABLES,
            CASCADING_DELETE,
            LOAD_APPEND,
            LOAD_MERGE,
            LOAD_OVERWRITE,
            FIRST_WRITE_ON_A_BRANCH,
            BRANCH_CREATE,
            BRANCH_DELETE,
            INDEX_BUILD,
            FOLD,
            SCHEMA_APPLY,
            CLEANUP -> {
          graph = TestEngine.openWaiting(fault.settings());
          fault.arm();
          kind.act(graph);
        }
      }
    } finally {
      end(graph, fault, effect);
    }
  }

  /** The next write of a process that lives works; one that died closes nothing. */
  private static void end(OmniGraph graph, FaultyPlace.Fault fault, Effect effect) {
    try {
      if (graph != null) {
        graph.engine().lanes().awaitIdle();
        fault.disarm();
        if (!(effect == Effect.BREAK && fault.wasHit())) {
          TestGraphs.addEvent(graph, "main", "next");
        }
      }
    } catch (NthCall.Died | CompletionException e) {
      assertThat(effect).isEqualTo(Effect.BREAK);
    } finally {
      fault.disarm();
      if (graph != null) {
        closeDead(graph);
      }
    }
  }

  private static void closeDead(OmniGraph graph) {
    try {
      graph.close();
    } catch (NthCall.Died | CompletionException e) {
      assertThat(e).isNotNull();
    }
  }

  private static void verify(
      FaultyPlace place, FaultedOperation kind, GraphUri root, boolean acknowledged, String story) {
    if (kind == FaultedOperation.INIT && !isGraph(place, root)) {
      assertThat(acknowledged).as(story).isFalse();
      // A plain second init completes what is there.
      TestEngine.init(place.settings(root), true).close();
    }
    long settled;
    try (OmniGraph reopened = TestEngine.openWaiting(place.settings(root))) {
      reopened.branches().forEach(b -> reopened.engine().lanes().heal(b));
      settled = reopened.snapshot(ReadTarget.MAIN).manifestVersion();
      Set<Boolean> facts = kind.facts(reopened);
      assertThat(facts).as("all or nothing: %s", story).hasSize(1);
      if (acknowledged || kind == FaultedOperation.OPEN_WITH_RECOVERY) {
        assertThat(facts).as("acknowledged: %s", story).containsExactly(true);
      }
    }
    try (OmniGraph again = TestEngine.openWaiting(place.settings(root))) {
      assertThat(again.snapshot(ReadTarget.MAIN).manifestVersion())
          .as("reopening is a no-op: %s", story)
          .isEqualTo(settled);
      TestGraphs.addPerson(again, "main", "After", 1);
    }
    GraphIntegrity.check(root.canonical(), place.options());
  }

  private static boolean isGraph(FaultyPlace place, GraphUri root) {
    try (OmniGraph reader = TestEngine.openReadOnly(place.settings(root))) {
      return reader.snapshot(ReadTarget.MAIN).manifestVersion() > 0;
    } catch (GraphException e) {
      return false;
    }
  }
}
