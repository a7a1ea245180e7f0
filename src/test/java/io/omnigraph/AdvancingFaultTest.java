package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.FaultyPlace.Effect;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.object.ObjectStores;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.write.LoadMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
  private static final TableKey TOWN = TableKey.node("Town");
  private static final String OTHER_SCHEMA =
      TestGraphs.SCHEMA
          .replace("age: I32?", "age: I32?\n  nick: String?")
          .replace("node City", "node Town @rename_from(\"City\")")
          .replace("Person -> City", "Person -> Town")
          .replace("edge Knows: Person -> Person", "node Pet { tag: String @key }");

  /** Every kind of operation that changes something in a graph's folder. */
  private enum Kind {
    MUTATION {
      @Override
      void act(OmniGraph graph) {
        TestGraphs.addPerson(graph, "main", "Eve", 1);
      }

      @Override
      Set<Boolean> facts(OmniGraph graph) {
        return Set.of(has(graph, "main", "Eve"));
      }
    },
    THREE_TABLES {
      @Override
      void act(OmniGraph graph) {
        TestGraphs.settle(graph, "main", "Eve", "Rome");
      }
    },
    CASCADING_DELETE {
      @Override
      void arrange(OmniGraph graph) {
        TestGraphs.know(graph, "main", "Ada", "Bob");
      }

      @Override
      void act(OmniGraph graph) {
        TestGraphs.deletePerson(graph, "main", "Bob");
      }

      @Override
      Set<Boolean> facts(OmniGraph graph) {
        return both(
            !has(graph, "main", "Bob"), TestGraphs.ids(graph, "main", TestGraphs.KNOWS).isEmpty());
      }
    },
    LOAD_APPEND {
      @Override
      void act(OmniGraph graph) {
        load(graph, LoadMode.APPEND);
      }
    },
    LOAD_MERGE {
      @Override
      void act(OmniGraph graph) {
        load(graph, LoadMode.MERGE);
      }
    },
    LOAD_OVERWRITE {
      @Override
      void act(OmniGraph graph) {
        load(graph, LoadMode.OVERWRITE);
      }

      @Override
      Set<Boolean> facts(OmniGraph graph) {
        return both(
            has(graph, "main", "Eve") && !has(graph, "main", "Ada"), hasCity(graph, "main"));
      }
    },
    FIRST_WRITE_ON_A_BRANCH {
      @Override
      void arrange(OmniGraph graph) {
        graph.createBranch(DEV, BranchName.MAIN, WriteOptions.ANONYMOUS);
      }

      @Override
      void act(OmniGraph graph) {
        TestGraphs.settle(graph, "dev", "Eve", "Rome");
      }

      @Override
      Set<Boolean> facts(OmniGraph graph) {
        assertThat(has(graph, "main", "Eve")).isFalse();
        return both(has(graph, "dev", "Eve"), hasCity(graph, "dev"));
      }
    },
    BRANCH_CREATE {
      @Override
      void act(OmniGraph graph) {
        graph.createBranch(DEV, BranchName.MAIN, WriteOptions.ANONYMOUS);
      }

      @Override
      Set<Boolean> facts(OmniGraph graph) {
        return Set.of(graph.branches().contains(DEV));
      }
    },
    BRANCH_DELETE {
      @Override
      void arrange(OmniGraph graph) {
        graph.createBranch(DEV, BranchName.MAIN, WriteOptions.ANONYMOUS);
        TestGraphs.settle(graph, "dev", "Eve", "Rome");
      }

      @Override
      void act(OmniGraph graph) {
        graph.deleteBranch(DEV, WriteOptions.ANONYMOUS);
      }

      @Override
      Set<Boolean> facts(OmniGraph graph) {
        return Set.of(!graph.branches().contains(DEV));
      }
    },
    INDEX_BUILD {
      @Override
      void act(OmniGraph graph) {
        graph.ensureIndices(BranchName.MAIN, 1);
      }

      @Override
      Set<Boolean> facts(OmniGraph graph) {
        return Set.of(isMaintained(graph));
      }
    },
    FOLD {
      @Override
      void arrange(OmniGraph graph) {
        TestGraphs.settle(graph, "main", "Cid", "Oslo");
      }

      @Override
      void act(OmniGraph graph) {
        graph.optimize(BranchName.MAIN);
      }

      @Override
      Set<Boolean> facts(OmniGraph graph) {
        assertThat(has(graph, "main", "Cid")).isTrue();
        return Set.of(isMaintained(graph));
      }
    },
    /** A column is added, a type renamed, a type added, and an edge type dropped for good. */
    SCHEMA_APPLY {
      @Override
      void arrange(OmniGraph graph) {
        TestGraphs.settle(graph, "main", "Cid", "Oslo");
        TestGraphs.know(graph, "main", "Ada", "Bob");
      }

      @Override
      void act(OmniGraph graph) {
        graph.applySchema(OTHER_SCHEMA, true, WriteOptions.ANONYMOUS);
      }

      @Override
      Set<Boolean> facts(OmniGraph graph) {
        Snapshot main = graph.snapshot(ReadTarget.MAIN);
        boolean renamed = main.find(TOWN).isPresent();
        assertThat(TestGraphs.ids(graph, "main", renamed ? TOWN : TestGraphs.CITY))
            .containsExactly("Oslo");
        assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsKeys("Ada", "Bob", "Cid");
        return Stream.of(
                renamed,
                main.find(TestGraphs.CITY).isEmpty(),
                main.find(TestGraphs.KNOWS).isEmpty(),
                main.find(TableKey.node("Pet")).isPresent(),
                TestGraphs.columns(graph, TestGraphs.PERSON).contains("nick"),
                graph.catalog().nodes().containsKey("Town"),
                graph.schemaSource().equals(OTHER_SCHEMA))
            .collect(Collectors.toSet());
      }

      @Override
      int calls() {
        return 80;
      }
    },
    /** Nothing becomes visible; what the policy keeps stays, and doing it again completes it. */
    CLEANUP {
      @Override
      void arrange(OmniGraph graph) {
        TestGraphs.settle(graph, "main", "Cid", "Oslo");
        graph.createBranch(DEV, BranchName.MAIN, WriteOptions.ANONYMOUS);
        TestGraphs.addPerson(graph, "dev", "Fay", 1);
        TestGraphs.addPerson(graph, "main", "Dan", 1);
        TestGraphs.addPerson(graph, "main", "Gus", 1);
        TableStorage storage = graph.engine().settings().storage();
        TableEntry city = graph.snapshot(ReadTarget.MAIN).table(TestGraphs.CITY);
        try (SnapshotHandle source = storage.open(city.address(), city.version())) {
          storage.fork(source, BranchName.of("ghost")).close();
        }
      }

      @Override
      void act(OmniGraph graph) {
        graph.cleanup(new CleanupPolicy(1, null), false);
      }

      @Override
      Set<Boolean> facts(OmniGraph graph) {
        isKept(graph);
        assertThat(graph.cleanup(new CleanupPolicy(1, null), false).tables())
            .allSatisfy(table -> assertThat(table.error()).isNull());
        isKept(graph);
        TableEntry city = graph.snapshot(ReadTarget.MAIN).table(TestGraphs.CITY);
        assertThat(graph.engine().settings().storage().branchNames(city.path())).isEmpty();
        assertThatThrownBy(() -> graph.snapshot(commit(graph, 1)))
            .isInstanceOf(GoneException.class);
        return Set.of(true);
      }

      /** The heads of both branches, and the commit that they have in common. */
      private void isKept(OmniGraph graph) {
        assertThat(TestGraphs.people(graph, ReadTarget.MAIN))
            .containsOnlyKeys("Ada", "Bob", "Cid", "Dan", "Gus");
        assertThat(TestGraphs.people(graph, ReadTarget.branch("dev")))
            .containsOnlyKeys("Ada", "Bob", "Cid", "Fay");
        assertThat(TestGraphs.ids(graph, "dev", TestGraphs.CITY)).containsExactly("Oslo");
        assertThat(TestGraphs.people(graph, commit(graph, 3)))
            .containsOnlyKeys("Ada", "Bob", "Cid");
      }

      /** The n-th commit of main after the one that made the graph. */
      private ReadTarget commit(OmniGraph graph, int n) {
        List<GraphCommit> newestFirst = graph.commits(BranchName.MAIN, -1, null);
        return new ReadTarget.Commit(newestFirst.get(newestFirst.size() - 1 - n).id());
      }

      @Override
      int calls() {
        return 60;
      }
    },
    INIT,
    OPEN_WITH_RECOVERY,
    LEASE_TAKE_OVER;

    private static final BranchName DEV = BranchName.of("dev");

    void arrange(OmniGraph graph) {
      // Nothing besides Ada and Bob.
    }

    /** What is done with an open graph; the last three kinds open it themselves. */
    void act(OmniGraph graph) {
      throw new AssertionError(this);
    }

    /** All true once the operation took effect, all false before. */
    Set<Boolean> facts(OmniGraph graph) {
      return both(has(graph, "main", "Eve"), hasCity(graph, "main"));
    }

    /** About as many as it makes, or some more. */
    int calls() {
      return this == INIT ? 40 : 30;
    }

    private static void load(OmniGraph graph, LoadMode mode) {
      TestGraphs.load(graph, "main", mode, TestGraphs.settler("Eve", "Rome"));
    }

    private static boolean has(OmniGraph graph, String branch, String person) {
      return TestGraphs.people(graph, ReadTarget.branch(branch)).containsKey(person);
    }

    private static boolean hasCity(OmniGraph graph, String branch) {
      return TestGraphs.ids(graph, branch, TestGraphs.CITY).contains("Rome");
    }

    private static boolean isMaintained(OmniGraph graph) {
      return graph.commits(BranchName.MAIN, -1, null).stream()
          .anyMatch(c -> c.kind() == CommitKind.MAINTENANCE);
    }

    private static Set<Boolean> both(boolean one, boolean two) {
      return one == two ? Set.of(one) : Set.of(true, false);
    }
  }

  @TempDir Path folder;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random chance = new Random(seed);

  @ParameterizedTest
  @EnumSource(Kind.class)
  void on_a_local_disk_it_survives_a_fault_at_every_call(Kind kind) {
    try (FaultyPlace disk = new FaultyPlace.Disk(folder)) {
      advance(disk, kind, SOAK ? MOST_CALLS : 2);
    }
  }

  /** Over a bucket a run takes longer; by default some kinds have their turn. */
  @Test
  void over_a_bucket_every_kind_of_operation_survives_a_fault_at_every_request() {
    try (FaultyPlace bucket = new FaultyPlace.Bucket()) {
      List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
      Collections.shuffle(kinds, chance);
      for (Kind kind : SOAK ? kinds : kinds.subList(0, 4)) {
        advance(bucket, kind, SOAK ? MOST_CALLS : 1);
      }
    }
  }

  private void advance(FaultyPlace place, Kind kind, int runs) {
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
  private boolean survives(FaultyPlace place, Kind kind, int n, Effect effect) {
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

  private static GraphUri prepared(FaultyPlace place, Kind kind) {
    if (kind == Kind.INIT) {
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
          if (kind == Kind.OPEN_WITH_RECOVERY) {
            interrupt(place.settings(settings.root()));
          }
          if (kind == Kind.LEASE_TAKE_OVER) {
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

  private static void act(Kind kind, FaultyPlace.Fault fault, Effect effect) {
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
      FaultyPlace place, Kind kind, GraphUri root, boolean acknowledged, String story) {
    if (kind == Kind.INIT && !isGraph(place, root)) {
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
      if (acknowledged || kind == Kind.OPEN_WITH_RECOVERY) {
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
