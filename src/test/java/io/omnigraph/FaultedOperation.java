package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.write.LoadMode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every kind of operation that changes something in a graph's folder, for faults to meet. */
enum FaultedOperation {
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
      return both(has(graph, "main", "Eve") && !has(graph, "main", "Ada"), hasCity(graph, "main"));
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
      assertThatThrownBy(() -> graph.snapshot(commit(graph, 1))).isInstanceOf(GoneException.class);
      return Set.of(true);
    }

    /** The heads of both branches, and the commit that they have in common. */
    private void isKept(OmniGraph graph) {
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN))
          .containsOnlyKeys("Ada", "Bob", "Cid", "Dan", "Gus");
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev")))
          .containsOnlyKeys("Ada", "Bob", "Cid", "Fay");
      assertThat(TestGraphs.ids(graph, "dev", TestGraphs.CITY)).containsExactly("Oslo");
      assertThat(TestGraphs.people(graph, commit(graph, 3))).containsOnlyKeys("Ada", "Bob", "Cid");
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

  private static final TableKey TOWN = TableKey.node("Town");
  private static final String OTHER_SCHEMA =
      TestGraphs.SCHEMA
          .replace("age: I32?", "age: I32?\n  nick: String?")
          .replace("node City", "node Town @rename_from(\"City\")")
          .replace("Person -> City", "Person -> Town")
          .replace("edge Knows: Person -> Person", "node Pet { tag: String @key }");
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
