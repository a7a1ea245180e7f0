package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.StorageException;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.lance.LanceTables;
import io.omnigraph.storage.object.ObjectStores;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.ManualTime;
import io.omnigraph.testing.S3Faults;
import io.omnigraph.testing.S3Request;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scenarios A1 to A14 of the storage's failure matrix: creating and opening graphs. */
class InitAndOpenScenariosTest {

  private static final List<String> SCHEMA_FILES =
      List.of("_schema.pg", "_schema.ir.json", "__schema_state.json");

  @TempDir Path folder;

  private final StepFaults faults = new StepFaults();

  private Path root() {
    return folder.resolve("graph");
  }

  private void init() {
    TestEngine.init(TestEngine.settings(GraphUri.local(root()), TestEngine.FAST).withFaults(faults))
        .close();
  }

  private void isAsIfNothingHadBeen() {
    for (String file : SCHEMA_FILES) {
      assertThat(root().resolve(file)).doesNotExist();
    }
    TestGraphs.init(root()).close();
    works(root());
  }

  private static void works(Path root) {
    try (OmniGraph graph = TestGraphs.open(root)) {
      TestGraphs.settle(graph, "main", "Ada", "Rome");
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsKey("Ada");
    }
    GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
  }

  @Test
  void scenario_A01_a_failure_after_the_claim_removes_the_schema_files_and_init_works_again() {
    faults.next(FaultPoint.INIT_CONTRACT, Effect.FAIL_BEFORE);
    assertThatThrownBy(this::init).isInstanceOf(StorageException.class);
    isAsIfNothingHadBeen();
  }

  @Test
  void scenario_A02_a_failure_after_the_contract_removes_all_three_files() {
    faults.next(FaultPoint.INIT_CONTRACT, Effect.FAIL_AFTER);
    assertThatThrownBy(this::init).isInstanceOf(StorageException.class);
    isAsIfNothingHadBeen();
  }

  @Test
  void scenario_A03_a_failure_of_the_last_step_removes_everything_and_a_lost_answer_is_noticed() {
    faults.next(FaultPoint.INIT_MANIFEST, Effect.FAIL_BEFORE);
    assertThatThrownBy(this::init).isInstanceOf(StorageException.class);
    assertThat(root().resolve("nodes")).isEmptyDirectory();
    for (String file : SCHEMA_FILES) {
      assertThat(root().resolve(file)).doesNotExist();
    }
    faults.next(FaultPoint.INIT_MANIFEST, Effect.FAIL_AFTER);
    init();
    works(root());
  }

  @Test
  void scenario_A04_when_the_clean_up_fails_too_the_first_error_is_reported() {
    faults.next(FaultPoint.INIT_TABLE, Effect.FAIL_BEFORE);
    faults.next(FaultPoint.INIT_CLEANUP, Effect.FAIL_BEFORE);
    assertThatThrownBy(this::init)
        .hasMessage("injected before INIT_TABLE")
        .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessageContaining("INIT_CLEANUP"));
    // What stayed is recognized as this very attempt; --force is not needed.
    TestGraphs.init(root()).close();
    works(root());
  }

  @Test
  void scenario_A05_of_two_inits_at_once_one_wins_and_the_other_changes_nothing() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.INIT_TABLE);
    Future<Boolean> winner =
        threads.submit(
            () -> {
              init();
              return true;
            });
    pause.awaitReached();
    Map<String, String> before = files(root());
    assertThatThrownBy(
            () -> TestEngine.init(TestEngine.settings(GraphUri.local(root()), TestEngine.FAST)))
        .isInstanceOf(ConflictException.class)
        .hasMessageStartingWith("graph already initialized at '" + root())
        .hasMessageContaining("by process " + ProcessHandle.current().pid())
        .extracting(e -> ((GraphException) e).code())
        .isEqualTo("already_initialized");
    assertThat(files(root())).isEqualTo(before);
    pause.release();
    assertThat(winner.get()).isTrue();
    threads.shutdown();
    works(root());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void scenario_A06_init_on_a_graph_is_refused_and_changes_nothing(boolean force)
      throws IOException {
    Path root = GraphTemplates.withAda(folder);
    Map<String, String> before = files(root);
    assertThatThrownBy(
            () ->
                OmniGraph.init(root.toString(), "node Other { x: I32 }", force, TestGraphs.fast()))
        .isInstanceOf(ConflictException.class)
        .hasMessageStartingWith("graph already initialized");
    assertThat(files(root)).isEqualTo(before);
  }

  @Test
  void scenario_A07_force_takes_over_schema_files_without_a_graph() throws IOException {
    Files.createDirectories(root());
    Files.writeString(root().resolve("_schema.pg"), "node Old { x: I32 }");
    Files.writeString(root().resolve("_schema.ir.json"), "{}");
    assertThatThrownBy(() -> TestGraphs.init(root())).isInstanceOf(ConflictException.class);
    assertThat(root().resolve("_schema.pg")).hasContent("node Old { x: I32 }");
    OmniGraph.init(root().toString(), TestGraphs.SCHEMA, true, TestGraphs.fast()).close();
    works(root());
  }

  @Test
  void scenario_A08_a_clean_reopen_makes_no_recovery_folder() {
    try (OmniGraph graph = TestGraphs.init(root())) {
      assertThat(graph.branches()).hasSize(1);
    }
    TestGraphs.open(root()).close();
    assertThat(root().resolve("__recovery")).doesNotExist();
    assertThat(root().resolve("_graph_commit_recoveries.lance")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "5, scenario A09, expects v4; upgrade omnigraph",
    "3, scenario A10, Export it with the old binary"
  })
  void scenario_A09_and_A10_another_format_is_refused_in_both_modes(
      String stamp, String scenario, String words) throws IOException {
    Path root = GraphTemplates.withAda(folder);
    Schema columns;
    GraphUri uri = GraphUri.local(root).canonical();
    try (ObjectStore objects = ObjectStores.open(uri, TestEngine.FAST);
        TableStorage storage = LanceTables.open(uri, TestEngine.FAST, objects)) {
      try (SnapshotHandle manifest = storage.openHead(ManifestStore.address(BranchName.MAIN))) {
        columns = manifest.schema();
      }
      storage.drop(ManifestStore.PATH);
      try (RowSource nothing = RowSource.empty(columns)) {
        storage
            .create(
                ManifestStore.address(BranchName.MAIN),
                columns,
                Map.of("omnigraph:internal_schema_version", stamp),
                nothing)
            .close();
      }
    }
    Map<String, String> before = files(root);
    assertThatThrownBy(() -> TestGraphs.open(root)).as(scenario).hasMessageContaining(words);
    assertThatThrownBy(() -> OmniGraph.open(root.toString(), OpenOptions.readOnly()))
        .hasMessageContaining(words);
    assertThat(files(root)).isEqualTo(before);
  }

  @Test
  void scenario_A11_a_graph_rebuilt_from_its_export_holds_the_same() {
    ByteArrayOutputStream exported = new ByteArrayOutputStream();
    Map<String, Long> people;
    Path source =
        GraphTemplates.copy(
            folder,
            "settled",
            graph -> {
              TestGraphs.settle(graph, "main", "Ada", "Rome");
              TestGraphs.addPerson(graph, "main", "Bob", 7);
              TestGraphs.know(graph, "main", "Ada", "Bob");
            });
    try (OmniGraph graph = TestGraphs.open(source)) {
      people = TestGraphs.people(graph, ReadTarget.MAIN);
      graph.export(ReadTarget.MAIN, List.of(), List.of(), exported);
    }
    String records = exported.toString(StandardCharsets.UTF_8);
    try (OmniGraph rebuilt = TestGraphs.init(root())) {
      TestGraphs.load(rebuilt, "main", LoadMode.OVERWRITE, records);
      assertThat(TestGraphs.people(rebuilt, ReadTarget.MAIN)).isEqualTo(people);
      ByteArrayOutputStream again = new ByteArrayOutputStream();
      rebuilt.export(ReadTarget.MAIN, List.of(), List.of(), again);
      assertThat(again.toString(StandardCharsets.UTF_8).lines())
          .containsExactlyInAnyOrderElementsOf(records.lines().toList());
    }
  }

  @Test
  void scenario_A12_a_new_branch_inherits_the_stamp() {
    Path root = GraphTemplates.withBranch(folder);
    GraphUri uri = GraphUri.local(root).canonical();
    try (ObjectStore objects = ObjectStores.open(uri, TestEngine.FAST);
        TableStorage storage = LanceTables.open(uri, TestEngine.FAST, objects);
        SnapshotHandle branch = storage.openHead(ManifestStore.address(BranchName.of("dev")))) {
      assertThat(branch.schemaMetadata()).containsEntry("omnigraph:internal_schema_version", "4");
    }
  }

  @Test
  void scenario_A13_an_edited_schema_file_is_refused_unless_only_comments_changed()
      throws IOException {
    Path root = GraphTemplates.withAda(folder);
    Files.writeString(root.resolve("_schema.pg"), "// a remark\n" + TestGraphs.SCHEMA);
    works(root);
    Files.writeString(root.resolve("_schema.pg"), TestGraphs.SCHEMA + "node Extra { x: I32 }");
    isLocked(root);
    Files.writeString(root.resolve("_schema.pg"), TestGraphs.SCHEMA);
    String ir = Files.readString(root.resolve("_schema.ir.json"));
    Files.writeString(root.resolve("_schema.ir.json"), ir.replace("\"Person\"", "\"Persona\""));
    isLocked(root);
    Files.writeString(root.resolve("_schema.ir.json"), ir);
    works(root);
  }

  @ParameterizedTest
  @ValueSource(strings = {"_schema.ir.json", "__schema_state.json"})
  void scenario_A14_one_of_the_derived_files_without_the_other_is_refused(String missing)
      throws IOException {
    Path root = GraphTemplates.withAda(folder);
    Files.delete(root.resolve(missing));
    isLocked(root);
  }

  private static void isLocked(Path root) {
    assertThatThrownBy(() -> TestGraphs.open(root))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("schema evolution is locked down");
    assertThatThrownBy(() -> OmniGraph.open(root.toString(), OpenOptions.readOnly()))
        .hasMessageContaining("schema evolution is locked down");
  }

  /** A bucket, too: every put of an init may lose its answer, or every one from some on. */
  @Test
  void an_init_in_a_bucket_whose_answers_are_lost_is_completed_by_a_plain_second_one() {
    try (AtomicS3Endpoint s3 = new AtomicS3Endpoint()) {
      StorageOptions options = StorageOptions.defaults().withS3(s3.access());
      for (int n : List.of(2, 5)) {
        GraphUri root = s3.freshRoot();
        s3.faults().from(n, r -> r.kind() == S3Request.Kind.PUT, S3Faults.Effect.LOSE_ANSWER);
        List<String> story = new ArrayList<>();
        try {
          TestEngine.init(TestEngine.settings(root, options)).close();
          story.add("recognized");
        } catch (GraphException e) {
          story.add(e.toString());
        }
        s3.faults().clear();
        if (!story.get(0).equals("recognized")) {
          TestEngine.init(
                  TestEngine.settings(root, options),
                  // The lease of the first attempt may still be there: its release was lost, too.
                  true)
              .close();
        }
        try (OmniGraph graph = TestEngine.open(root, options, s -> s)) {
          TestGraphs.addPerson(graph, "main", "Ada", 1);
        }
        GraphIntegrity.check(root, options);
      }
    }
  }

  /** Its lease is a short one until the graph is there. */
  @Test
  void a_creator_that_died_keeps_a_bucket_for_fourteen_seconds_and_the_refusal_says_until_when() {
    try (AtomicS3Endpoint s3 = new AtomicS3Endpoint()) {
      StorageOptions options = StorageOptions.defaults().withS3(s3.access());
      GraphUri root = s3.freshRoot();
      ManualTime time = new ManualTime();
      s3.faults().from(2, r -> r.kind() == S3Request.Kind.PUT, S3Faults.Effect.FAIL_BEFORE);
      assertThatThrownBy(
              () -> TestEngine.init(TestEngine.timed(TestEngine.settings(root, options), time)))
          .isInstanceOf(GraphException.class);
      s3.faults().clear();
      time.pass(Duration.ofMillis(13_900));
      assertThatThrownBy(
              () -> TestEngine.init(TestEngine.timed(TestEngine.settings(root, options), time)))
          .isInstanceOf(ConflictException.class)
          .hasMessageStartingWith("graph already initialized at '" + root)
          .hasMessageContaining("is being written by process " + ProcessHandle.current().pid())
          .hasMessageContaining("whose lease ends at")
          .hasMessageContaining("--wait");
      time.pass(Duration.ofMillis(200));
      try (OmniGraph graph =
          TestEngine.init(TestEngine.timed(TestEngine.settings(root, options), time))) {
        // From now on it is the lease of an owner.
        time.pass(Duration.ofSeconds(15));
        TestGraphs.addPerson(graph, "main", "Ada", 1);
      }
    }
  }

  private static Map<String, String> files(Path root) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(root)) {
      for (Path file : (Iterable<Path>) walk.filter(Files::isRegularFile)::iterator) {
        files.put(
            root.relativize(file).toString(),
            new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }
}
