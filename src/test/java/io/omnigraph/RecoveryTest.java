package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.RecoveryAudit;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What recovery makes of every kind of residue, at open and in process. */
class RecoveryTest {

  private static final String OPERATION = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

  @TempDir Path root;
  @RegisterExtension final GraphIntegrityExtension integrity = new GraphIntegrityExtension();

  private final StepFaults faults = new StepFaults();

  @BeforeEach
  void createGraph() {
    try (OmniGraph graph = integrity.init(root)) {
      TestGraphs.addPerson(graph, "main", "Ada", 1);
    }
  }

  private OmniGraph faulty() {
    return TestEngine.open(GraphUri.local(root), TestEngine.FAST, faults);
  }

  /** Leaves an armed write behind, as a process that died at a step would. */
  private void dieAt(FaultPoint point, Effect effect) {
    OmniGraph graph = faulty();
    faults.next(point, effect);
    assertThatThrownBy(
            () ->
                graph.mutate(
                    "query q($n: String, $c: String) { insert Person { name: $n } insert City {"
                        + " name: $c } }",
                    null,
                    Map.of("n", "Eve", "c", "Rome"),
                    BranchName.MAIN,
                    WriteOptions.by(new ActorId("eve"))))
        .isInstanceOf(StepFaults.Died.class);
    WriteFaultPointTest.close(graph);
  }

  private List<Path> sidecars() throws IOException {
    Path folder = root.resolve("__recovery");
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".json")).toList();
    }
  }

  @Test
  void a_write_that_died_before_its_publish_is_finished_as_its_author_meant_it()
      throws IOException {
    dieAt(FaultPoint.PUBLISH_STAGE, Effect.DIE_BEFORE);
    assertThat(sidecars()).hasSize(1);

    OmniGraph graph = integrity.open(root);
    GraphCommit commit = graph.commits(BranchName.MAIN, 1, null).get(0);
    assertThat(commit.kind()).isEqualTo(CommitKind.MUTATION);
    assertThat(commit.actor()).isEqualTo(new ActorId("eve"));
    assertThat(commit.recoveredBy()).isEqualTo(ActorId.RECOVERY);
    assertThat(commit.tables()).hasSize(2);
    assertThat(graph.recoveries())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_FORWARD);
              assertThat(entry.commit()).isEqualTo(commit.id());
              assertThat(entry.forActor()).isEqualTo("eve");
              assertThat(entry.outcomes()).hasSize(2);
            });
    assertThat(sidecars()).isEmpty();
  }

  @Test
  void a_write_whose_staged_file_is_damaged_is_rolled_back_and_the_next_one_works()
      throws IOException {
    OmniGraph dying = faulty();
    // Of two tables the first to commit lands, the other dies.
    faults.nth(2, FaultPoint.TABLE_COMMIT, Effect.DIE_BEFORE);
    assertThatThrownBy(() -> TestGraphs.settle(dying, "main", "Eve", "Rome"))
        .isInstanceOf(StepFaults.Died.class);
    WriteFaultPointTest.close(dying);
    truncateNewestFile(TestGraphs.PERSON);
    truncateNewestFile(TestGraphs.CITY);
    truncateNewestFile(TableKey.edge("LivesIn"));

    OmniGraph graph = integrity.open(root);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada");
    GraphCommit commit = graph.commits(BranchName.MAIN, 1, null).get(0);
    assertThat(commit.kind()).isEqualTo(CommitKind.RECOVERY);
    assertThat(commit.actor()).isEqualTo(ActorId.RECOVERY);
    assertThat(graph.recoveries())
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_BACK);
              assertThat(entry.outcomes())
                  .isNotEmpty()
                  .allSatisfy(o -> assertThat(o.fromVersion()).isGreaterThan(o.toVersion()));
            });
    TestGraphs.settle(graph, "main", "Next", "Oslo");
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Next");
  }

  private void truncateNewestFile(TableKey table) throws IOException {
    try (Stream<Path> files = Files.list(root.resolve(TablePaths.of(table)).resolve("data"))) {
      Path newest =
          files.max(Comparator.comparingLong(f -> f.toFile().lastModified())).orElseThrow();
      byte[] bytes = Files.readAllBytes(newest);
      Files.write(newest, Arrays.copyOf(bytes, bytes.length / 2));
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = FaultPoint.class,
      names = {
        "RECOVERY_LIST",
        "RECOVERY_REDO",
        "RECOVERY_PUBLISH",
        "RECOVERY_AUDIT",
        "RECOVERY_DELETE"
      })
  void a_recovery_that_dies_at_any_step_is_finished_by_the_next_one(FaultPoint point)
      throws IOException {
    dieAt(FaultPoint.TABLE_COMMIT, Effect.DIE_BEFORE);
    for (Effect effect : Effect.values()) {
      StepFaults again = new StepFaults();
      again.next(point, effect);
      try {
        TestEngine.open(GraphUri.local(root), TestEngine.FAST, again).close();
      } catch (StepFaults.Died | GraphException e) {
        assertThat(again.met()).contains(point);
      }
    }
    OmniGraph graph = integrity.open(root);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Eve");
    assertThat(graph.recoveries()).hasSize(1);
    assertThat(graph.recoveries().get(0).kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_FORWARD);
    assertThat(sidecars()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = FaultPoint.class,
      names = {"RECOVERY_RESTORE", "RECOVERY_PUBLISH", "RECOVERY_AUDIT", "RECOVERY_DELETE"})
  void a_roll_back_that_dies_at_any_step_is_finished_by_the_next_one(FaultPoint point)
      throws IOException {
    leaveForeignDrift();
    for (Effect effect : Effect.values()) {
      StepFaults again = new StepFaults();
      again.next(point, effect);
      try {
        TestEngine.open(GraphUri.local(root), TestEngine.FAST, again).close();
      } catch (StepFaults.Died | GraphException e) {
        assertThat(again.met()).contains(point);
      }
    }
    OmniGraph graph = integrity.open(root);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada");
    assertThat(graph.recoveries()).hasSize(1);
    assertThat(graph.recoveries().get(0).kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_BACK);
  }

  /** An armed write whose base no longer is the head: all its tables landed, nothing published. */
  private void leaveForeignDrift() throws IOException {
    dieAt(FaultPoint.PUBLISH_STAGE, Effect.DIE_BEFORE);
    Path sidecar = sidecars().get(0);
    String text = Files.readString(sidecar);
    Files.writeString(
        sidecar,
        text.replaceFirst(
            "\"base_commit_id\":\"[^\"]+\"", "\"base_commit_id\":\"" + OPERATION + "\""));
  }

  @Test
  void a_write_whose_base_moved_is_rolled_back_and_published_as_such() throws IOException {
    leaveForeignDrift();
    OmniGraph graph = integrity.open(root);
    GraphCommit commit = graph.commits(BranchName.MAIN, 1, null).get(0);
    assertThat(commit.kind()).isEqualTo(CommitKind.RECOVERY);
    assertThat(commit.actor()).isEqualTo(ActorId.RECOVERY);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada");
    assertThat(TestGraphs.ids(graph, "main", TestGraphs.CITY)).isEmpty();

    // A condition on the newest logical commit still holds after a physical one.
    WriteOptions before = new WriteOptions(null, commit.parent(), null);
    assertThat(TestGraphs.addPerson(graph, "main", "Next", 1, before).commit()).isNotNull();
  }

  @Test
  void a_sidecar_whose_removal_failed_is_consumed_by_the_next_write() throws IOException {
    OmniGraph graph = faulty();
    faults.next(FaultPoint.SIDECAR_DELETE, Effect.FAIL_BEFORE);
    TestGraphs.addPerson(graph, "main", "Eve", 1);
    graph.engine().lanes().awaitIdle();
    assertThat(sidecars()).hasSize(1);
    TestGraphs.addPerson(graph, "main", "Next", 1);
    graph.engine().lanes().awaitIdle();

    assertThat(sidecars()).isEmpty();
    assertThat(graph.recoveries())
        .singleElement()
        .satisfies(e -> assertThat(e.kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_FORWARD));
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Eve", "Next");
    graph.close();
  }

  @Test
  void a_sidecar_of_a_deleted_branch_is_discarded_and_noted_on_main_once() throws IOException {
    BranchName dev = BranchName.of("dev");
    try (OmniGraph graph = TestGraphs.open(root)) {
      graph.createBranch(dev, BranchName.MAIN, WriteOptions.ANONYMOUS);
    }
    OmniGraph dying = faulty();
    faults.next(FaultPoint.PUBLISH_COMMIT, Effect.DIE_BEFORE);
    assertThatThrownBy(() -> TestGraphs.addPerson(dying, "dev", "Eve", 1))
        .isInstanceOf(StepFaults.Died.class);
    WriteFaultPointTest.close(dying);
    Path kept = root.resolve("kept.json");
    Files.copy(sidecars().get(0), kept);
    Path sidecar = sidecars().get(0);
    try (OmniGraph graph = TestGraphs.open(root)) {
      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev"))).containsKey("Eve");
      graph.deleteBranch(dev, WriteOptions.ANONYMOUS);
    }
    Files.move(kept, sidecar);
    String text = Files.readString(sidecar);
    Files.writeString(
        sidecar,
        text.replaceAll("\"operation_id\":\"[^\"]+\"", "\"operation_id\":\"" + OPERATION + "\""));
    Path renamed = sidecar.resolveSibling(OPERATION + ".json");
    Files.move(sidecar, renamed);

    OmniGraph graph = integrity.open(root);
    GraphCommit note = graph.commits(BranchName.MAIN, 1, null).get(0);
    assertThat(note.kind()).isEqualTo(CommitKind.RECOVERY);
    assertThat(note.tables()).isEmpty();
    assertThat(graph.recoveries().get(0).kind())
        .isEqualTo(RecoveryAudit.Kind.ORPHANED_BRANCH_DISCARDED);
    assertThat(Files.exists(renamed)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"garbage", "{\"schema_version\":4}", "{\"schema_version\":3}", "''"})
  void a_sidecar_that_cannot_be_read_stops_writing_but_not_reading(String content)
      throws IOException {
    Files.createDirectories(root.resolve("__recovery"));
    Path sidecar = root.resolve("__recovery").resolve(OPERATION + ".json");
    Files.writeString(sidecar, content);

    assertThatThrownBy(() -> TestGraphs.open(root))
        .isInstanceOf(RecoveryRequiredException.class)
        .hasMessageContaining("cannot be read")
        .hasMessageContaining(OPERATION);
    assertThat(sidecar).hasContent(content);
    try (OmniGraph reader = OmniGraph.open(root.toString(), OpenOptions.readOnly())) {
      assertThat(TestGraphs.people(reader, ReadTarget.MAIN)).containsOnlyKeys("Ada");
    }
    Files.delete(sidecar);
  }

  @Test
  void files_of_other_names_in_the_recovery_folder_are_ignored() throws IOException {
    Files.createDirectories(root.resolve("__recovery"));
    Files.writeString(root.resolve("__recovery/notes.txt"), "hello");
    try (OmniGraph graph = TestGraphs.open(root)) {
      TestGraphs.addPerson(graph, "main", "Eve", 1);
    }
    Files.delete(root.resolve("__recovery/notes.txt"));
  }

  @Test
  void a_clean_reopen_creates_no_recovery_residue() throws IOException {
    TestGraphs.open(root).close();
    assertThat(sidecars()).isEmpty();
    assertThat(root.resolve("_graph_commit_recoveries.lance")).doesNotExist();
  }

  // ---- sidecars of schema versions 1 and 2, judged by version numbers

  private TableEntry person() {
    try (OmniGraph graph = TestGraphs.open(root)) {
      return graph.snapshot(ReadTarget.MAIN).table(TestGraphs.PERSON);
    }
  }

  /** Moves the table without publishing: dies before the publish and drops the own sidecar. */
  private void moveWithoutPublishing() throws IOException {
    OmniGraph graph = faulty();
    faults.next(FaultPoint.PUBLISH_STAGE, Effect.DIE_BEFORE);
    assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Eve", 1))
        .isInstanceOf(StepFaults.Died.class);
    WriteFaultPointTest.close(graph);
    for (Path sidecar : sidecars()) {
      Files.delete(sidecar);
    }
  }

  private void legacy(int version, String kind, long expected, long post, String extra)
      throws IOException {
    Files.createDirectories(root.resolve("__recovery"));
    Files.writeString(
        root.resolve("__recovery").resolve(OPERATION + ".json"),
        """
        { "schema_version": %d, "operation_id": "%s", "started_at": "1", "branch": null,
          "actor_id": "eve", "writer_kind": "%s",
          "tables": [ {"table_key": "node:Person", "table_path": "x", "expected_version": %d,
                       "post_commit_pin": %d %s} ] }
        """
            .formatted(version, OPERATION, kind, expected, post, extra));
  }

  @Test
  void an_old_sidecar_whose_table_moved_as_promised_is_rolled_forward() throws IOException {
    long version = person().version();
    moveWithoutPublishing();
    legacy(2, "Mutation", version, version + 1, "");

    OmniGraph graph = integrity.open(root);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Eve");
    assertThat(graph.recoveries().get(0).kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_FORWARD);
    assertThat(graph.recoveries().get(0).forActor()).isEqualTo("eve");
  }

  @ParameterizedTest
  @CsvSource({"2, Mutation, 1", "2, BranchMerge, 0", "2, SchemaApply, 0"})
  void an_old_sidecar_that_does_not_match_is_rolled_back(int schema, String kind, int shift)
      throws IOException {
    long version = person().version();
    moveWithoutPublishing();
    legacy(schema, kind, version - shift, version + 1 - shift, "");

    OmniGraph graph = integrity.open(root);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada");
    assertThat(graph.recoveries().get(0).kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_BACK);
    TestGraphs.addPerson(graph, "main", "Next", 1);
  }

  @Test
  void an_old_merge_sidecar_without_confirmation_rolls_forward_in_version_one() throws IOException {
    long version = person().version();
    moveWithoutPublishing();
    legacy(1, "BranchMerge", version, version + 1, "");
    OmniGraph graph = integrity.open(root);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Eve");
  }

  @Test
  void a_confirmed_merge_sidecar_rolls_forward_at_exactly_the_confirmed_version()
      throws IOException {
    long version = person().version();
    moveWithoutPublishing();
    legacy(2, "BranchMerge", version, version + 1, ", \"confirmed_version\": " + (version + 1));
    OmniGraph graph = integrity.open(root);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Eve");
  }

  @Test
  void an_old_sidecar_whose_publish_had_succeeded_is_noted_once() throws IOException {
    long version = person().version();
    legacy(2, "Load", version - 1, version, "");
    OmniGraph graph = integrity.open(root);
    assertThat(graph.commits(BranchName.MAIN, 1, null).get(0).kind())
        .isEqualTo(CommitKind.RECOVERY);
    assertThat(graph.recoveries())
        .singleElement()
        .satisfies(e -> assertThat(e.kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_FORWARD));
  }

  @Test
  void a_table_that_moved_without_any_sidecar_is_restored_by_the_next_write() throws IOException {
    moveWithoutPublishing();
    OmniGraph graph = integrity.open(root);
    TestGraphs.addPerson(graph, "main", "Next", 1);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Next");
  }

  @Test
  void a_torn_newest_manifest_does_not_keep_the_graph_closed() throws IOException {
    Path versions = root.resolve("__manifest/_versions");
    long newest;
    try (OmniGraph graph = TestGraphs.open(root)) {
      newest = graph.snapshot(ReadTarget.MAIN).manifestVersion();
    }
    Path torn =
        versions.resolve(
            "%020d.manifest"
                .formatted(
                    new java.math.BigInteger("18446744073709551615")
                        .subtract(java.math.BigInteger.valueOf(newest + 1))));
    Files.write(torn, new byte[100]);

    OmniGraph graph = integrity.open(root);
    assertThat(torn).doesNotExist();
    TestGraphs.addPerson(graph, "main", "Eve", 1);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Eve");
  }
}
