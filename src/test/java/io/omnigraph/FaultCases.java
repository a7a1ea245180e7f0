package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.WriterLeases;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;

/** The case of every named step. */
final class FaultCases {

  private FaultCases() {}

  static final FaultCase.Template ADA =
      new FaultCase.Template("ada", graph -> TestGraphs.addPerson(graph, "main", "Ada", 1));
  static final FaultCase.Template BRANCHES =
      new FaultCase.Template(
          "branches",
          graph -> {
            TestGraphs.addPerson(graph, "main", "Ada", 1);
            for (int n = 0; n < 4; n++) {
              create(graph, "dev" + n);
            }
          });
  static final FaultCase.Template OWNING_BRANCHES =
      new FaultCase.Template(
          "owning",
          graph -> {
            for (int n = 0; n < 4; n++) {
              create(graph, "dev" + n);
              TestGraphs.addPerson(graph, "dev" + n, "Ada", 1);
            }
          });
  static final FaultCase.Template LONG_HISTORY =
      new FaultCase.Template(
          "long",
          graph -> {
            // The next publish is the one after which the manifest is folded.
            for (int n = 0; n < 97; n++) {
              TestGraphs.addEvent(graph, "main", "old " + n);
            }
          });

  static final FaultCase WRITE =
      new FaultCase.Doing(
          ADA,
          (graph, n) -> TestGraphs.settle(graph, "main", "Eve" + n, "Rome" + n),
          (graph, n) -> settled(graph, "main", n));
  static final FaultCase FIRST_WRITE_ON_A_BRANCH =
      new FaultCase.Doing(
          BRANCHES,
          (graph, n) -> TestGraphs.settle(graph, "dev" + n, "Eve" + n, "Rome" + n),
          (graph, n) -> {
            assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).doesNotContainKey("Eve" + n);
            return settled(graph, "dev" + n, n);
          });
  static final FaultCase DELETE_A_BRANCH =
      new FaultCase.Doing(
          OWNING_BRANCHES,
          (graph, n) -> graph.deleteBranch(BranchName.of("dev" + n), WriteOptions.ANONYMOUS),
          (graph, n) -> Set.of(!graph.branches().contains(BranchName.of("dev" + n))));

  static final FaultCase CHANGE_THE_SCHEMA =
      new FaultCase.Doing(
          new FaultCase.Template(
              "evolved",
              graph -> {
                TestGraphs.addPerson(graph, "main", "Ada", 1);
                graph.applySchema(schema(-1), false, WriteOptions.ANONYMOUS);
              }),
          (graph, n) -> graph.applySchema(schema(n), true, WriteOptions.ANONYMOUS),
          FaultCases::changed);

  /** The n-th adds a type and a property to what the earlier ones did, and drops a type. */
  static String schema(int n) {
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

  static Set<Boolean> changed(OmniGraph graph, int n) {
    TableKey extra = TableKey.node("Extra" + n);
    Set<Boolean> facts = new HashSet<>();
    facts.add(graph.catalog().types().anyMatch(t -> t.tableKey().equals(extra)));
    facts.add(graph.snapshot(ReadTarget.MAIN).find(extra).isPresent());
    facts.add(graph.schemaSource().contains("Extra" + n));
    facts.add(TestGraphs.columns(graph, TestGraphs.PERSON).contains("note" + n));
    return facts;
  }

  static FaultCase caseOf(FaultPoint point) {
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
          new FaultCase.Doing(
              ADA,
              (graph, n) -> create(graph, "new" + n),
              (graph, n) -> Set.of(graph.branches().contains(BranchName.of("new" + n))));
      case BRANCH_DELETE, BRANCH_TABLE_CLEANUP -> DELETE_A_BRANCH;
      case COMPACT_TABLE ->
          new FaultCase.Doing(
              new FaultCase.Template("fragments", graph -> fragments(graph, 0)),
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
          new FaultCase.Doing(
              LONG_HISTORY,
              (graph, n) -> TestGraphs.addEvent(graph, "main", "event " + n),
              (graph, n) -> {
                long events = graph.snapshot(ReadTarget.MAIN).table(TestGraphs.EVENTS).rowCount();
                assertThat(TestGraphs.ids(graph, "main", TestGraphs.EVENTS)).hasSize((int) events);
                return Set.of(events > 97 + n);
              });
      case LEASE_RENEW ->
          new FaultCase.Doing(
              ADA,
              (graph, n) -> {
                awaitRenewal(graph);
                TestGraphs.settle(graph, "main", "Eve" + n, "Rome" + n);
              },
              (graph, n) -> settled(graph, "main", n));
      case LEASE_ACQUIRE, LEASE_RELEASE -> new FaultCase.Opening(root -> {}, null);
      case RECOVERY_LIST, RECOVERY_REDO, RECOVERY_PUBLISH, RECOVERY_AUDIT, RECOVERY_DELETE ->
          new FaultCase.Opening(root -> dieAt(root, FaultPoint.TABLE_COMMIT), true);
      case RECOVERY_RESTORE -> new FaultCase.Opening(FaultCases::leaveUnusableWrite, false);
      case INIT_CLAIM, INIT_CONTRACT, INIT_TABLE, INIT_MANIFEST -> new FaultCase.Creating(null);
      case INIT_CLEANUP -> new FaultCase.Creating(FaultPoint.INIT_MANIFEST);
    };
  }

  static final WriterLeases.Timing RENEWING =
      new WriterLeases.Timing(Duration.ofMinutes(5), Duration.ofMillis(20), Duration.ZERO);

  static OmniGraph open(Path root, StepFaults faults) {
    return TestEngine.open(
        GraphUri.local(root), TestEngine.FAST, s -> s.withFaults(faults).withLeaseTiming(RENEWING));
  }

  /** A dead process cannot close anything; what the test sees of that is no finding. */
  static void closeDead(OmniGraph graph) {
    try {
      graph.close();
    } catch (StepFaults.Died | CompletionException e) {
      assertThat(e).isNotNull();
    }
  }

  static void dieAt(Path root, FaultPoint point) {
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
  static void leaveUnusableWrite(Path root) {
    dieAt(root, FaultPoint.PUBLISH_STAGE);
    Residue.changeSidecar(
        root, text -> text.replaceFirst("(\"base_commit_id\":\")[^\"]+", "$1" + Residue.OPERATION));
  }

  static Set<Boolean> settled(OmniGraph graph, String branch, int n) {
    boolean person = TestGraphs.ids(graph, branch, TestGraphs.PERSON).contains("Eve" + n);
    boolean city = TestGraphs.ids(graph, branch, TestGraphs.CITY).contains("Rome" + n);
    return person == city ? Set.of(person) : Set.of(true, false);
  }

  static void create(OmniGraph graph, String name) {
    graph.createBranch(BranchName.of(name), BranchName.MAIN, WriteOptions.ANONYMOUS);
  }

  static void fragments(OmniGraph graph, int n) {
    for (int i = 0; i < 3; i++) {
      TestGraphs.addPerson(graph, "main", "p" + n + "-" + i, 1);
    }
  }

  /** Waits until a renewal that comes from now on was reached: it meets what is armed. */
  static void awaitRenewal(OmniGraph graph) {
    StepFaults faults = (StepFaults) graph.engine().settings().faults();
    int before = faults.times(FaultPoint.LEASE_RENEW);
    for (int i = 0; faults.times(FaultPoint.LEASE_RENEW) == before; i++) {
      assertThat(i).as("the lease is never renewed").isLessThan(60_000);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
