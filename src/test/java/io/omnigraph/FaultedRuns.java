package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.object.ObjectStores;
import io.omnigraph.testing.StepFaults;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;

/** Runs operations on graphs whose storage is broken, and looks at what came of it. */
final class FaultedRuns {

  private static final String LIVES = "an acknowledged write of three tables";

  private FaultedRuns() {}

  static GraphUri prepared(FaultyPlace place, FaultedOperation kind) {
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
            // Nobody waits for the term of the dead to end; that is another operation's matter.
            leaveLease(place, settings.root());
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

  /** Does it with the fault armed, then writes on if the process lives. */
  static void act(FaultedOperation kind, FaultyPlace.Fault fault, boolean dies) {
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
      end(graph, fault, dies);
    }
  }

  /** The next write of a process that lives works; one that died closes nothing. */
  private static void end(OmniGraph graph, FaultyPlace.Fault fault, boolean dies) {
    try {
      if (graph != null) {
        graph.engine().lanes().awaitIdle();
        fault.disarm();
        if (!(dies && fault.wasHit())) {
          TestGraphs.addEvent(graph, "main", "next");
        }
      }
    } catch (NthCall.Died | CompletionException e) {
      assertThat(dies).isTrue();
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

  static void verify(
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
      // Edges and events have no key that would refuse a row that is committed twice.
      for (TableKey table : List.of(TestGraphs.LIVES_IN, TestGraphs.EVENTS)) {
        assertThat(TestGraphs.ids(reopened, "main", table))
            .as("nothing is done twice: %s", story)
            .hasSizeLessThanOrEqualTo(1);
      }
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
