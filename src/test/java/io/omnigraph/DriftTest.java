package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.RecoveryAudit;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StagedWrite;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.TestTables;
import io.omnigraph.storage.TransactionTag;
import io.omnigraph.storage.lance.LanceTables;
import io.omnigraph.storage.object.ObjectStores;
import io.omnigraph.testing.CallInterceptor;
import io.omnigraph.write.LoadMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rows that were committed to a table and never published, as an owner leaves them that was paused
 * and came back: whatever is done to the table next, nobody ever sees them.
 */
class DriftTest {

  private static final String WIDER =
      TestGraphs.SCHEMA.replace("age: I32?", "age: I32?\n  nick: String?");

  /** Everything that touches the table of people, or starts from it. */
  private enum Next {
    INSERT(g -> TestGraphs.addPerson(g, "main", "New", 1)),
    UPDATE(g -> TestGraphs.setAge(g, "main", "Ada", 2)),
    UPDATE_OF_ALL(
        g ->
            TestGraphs.mutate(
                g, "main", "query q() { update Person set { age: 2 } where age >= 0 }", none())),
    DELETE(g -> TestGraphs.deletePerson(g, "main", "Bob")),
    APPEND(g -> load(g, LoadMode.APPEND)),
    MERGE(g -> load(g, LoadMode.MERGE)),
    OVERWRITE(g -> load(g, LoadMode.OVERWRITE)),
    ENSURE_INDICES(g -> g.ensureIndices(BranchName.MAIN, 1)),
    OPTIMIZE(g -> g.optimize(BranchName.MAIN)),
    ADD_COLUMN(g -> g.applySchema(WIDER, false, WriteOptions.ANONYMOUS)),
    DROP_COLUMN(
        g ->
            g.applySchema(
                TestGraphs.SCHEMA.replace("  age: I32?\n", ""), true, WriteOptions.ANONYMOUS)),
    CLEANUP(g -> g.cleanup(new CleanupPolicy(1, null), false)),
    BRANCH(
        g -> {
          g.createBranch(BranchName.of("dev"), BranchName.MAIN, WriteOptions.ANONYMOUS);
          TestGraphs.addPerson(g, "dev", "New", 1);
          assertThat(ids(g, "dev")).containsExactly("Ada", "Bob", "New");
        });

    private final Consumer<OmniGraph> act;

    Next(Consumer<OmniGraph> act) {
      this.act = act;
    }

    private static Map<String, ?> none() {
      return Map.of();
    }

    private static void load(OmniGraph graph, LoadMode mode) {
      TestGraphs.load(graph, "main", mode, "{\"type\":\"Person\",\"data\":{\"name\":\"New\"}}\n");
    }
  }

  @TempDir Path folder;

  private InterruptedGraph two() {
    return new InterruptedGraph(
        GraphTemplates.copy(
            folder,
            "two",
            graph -> {
              TestGraphs.addPerson(graph, "main", "Ada", 1);
              TestGraphs.addPerson(graph, "main", "Bob", 1);
            }));
  }

  private static Set<String> ids(OmniGraph graph, String branch) {
    return TestGraphs.ids(graph, branch, TestGraphs.PERSON);
  }

  private static Set<String> seen(OmniGraph graph, String branch) {
    return ids(graph, branch).stream().filter(n -> n.startsWith("Eve")).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @EnumSource(Next.class)
  void what_was_committed_and_never_published_is_never_seen(Next next) {
    InterruptedGraph at = two().moveUnpublished(g -> TestGraphs.addPerson(g, "main", "Eve", 1));
    try (OmniGraph graph = at.open()) {
      next.act.accept(graph);
      assertThat(seen(graph, "main")).isEmpty();
      TestGraphs.mutate(graph, "main", "query q() { insert Person { name: \"Last\" } }", Map.of());
      graph.optimize(BranchName.MAIN);
      assertThat(seen(graph, "main")).isEmpty();
      assertThat(ids(graph, "main")).contains("Last");
    }
    // Here the table was put right; it stays so, and only once.
    assertThat(at.settled())
        .extracting(RecoveryAudit.Entry::kind)
        .containsOnly(RecoveryAudit.Kind.ROLLED_BACK);
  }

  /** The paused owner comes back between the look at the table and its folding. */
  @Test
  void what_lands_while_files_are_folded_is_not_published_with_them() {
    InterruptedGraph at = two();
    AtomicInteger left = new AtomicInteger(1);
    CallInterceptor intruder =
        new CallInterceptor() {
          @Override
          public <T> T around(String operation, String target, Supplier<T> body) {
            if (operation.equals("compact") && left.getAndDecrement() > 0) {
              comeBack(at.root());
            }
            return body.get();
          }
        };
    try (OmniGraph graph =
        TestEngine.open(
            GraphUri.local(at.root()),
            TestEngine.FAST,
            io.omnigraph.publish.FaultInjector.NONE,
            intruder)) {
      graph.optimize(BranchName.MAIN);
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Bob");
    }
    at.settled();
  }

  /** What an earlier owner does that was stopped right before its commit of the table. */
  private static void comeBack(Path root) {
    GraphUri uri = GraphUri.local(root).canonical();
    try (ObjectStore objects = ObjectStores.open(uri, TestEngine.FAST);
        TableStorage storage = LanceTables.open(uri, TestEngine.FAST, objects);
        SnapshotHandle head =
            storage.openHead(TableAddress.main(TablePaths.of(TestGraphs.PERSON)))) {
      Object[] eve =
          head.schema().getFields().stream()
              .map(f -> f.getName().equals("age") ? (Object) 1 : "Eve")
              .toArray();
      StagedWrite staged = TestTables.stage(storage, head, List.of(), TestTables.row(eve));
      TestTables.committed(
              storage.commit(
                  staged,
                  new TransactionTag(
                      UUID.randomUUID().toString(), Map.of("omni.operation", Residue.OPERATION))))
          .close();
    }
  }
}
