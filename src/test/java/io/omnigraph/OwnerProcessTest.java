package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.ManualTime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One owner per graph among real processes, on a local disk and over a bucket. */
class OwnerProcessTest {

  @TempDir Path folder;

  private final AtomicS3Endpoint s3 = new AtomicS3Endpoint();
  private final List<ChildProcess> children = new ArrayList<>();

  @AfterEach
  void stop() throws InterruptedException {
    for (ChildProcess child : children) {
      child.close();
    }
    s3.close();
  }

  private ChildProcess start(String what, boolean bucket, GraphUri root, String... more)
      throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of(what, bucket ? s3.url() : "-", root.toString()));
    arguments.addAll(List.of(more));
    ChildProcess child =
        ChildProcess.start(folder, OwnerProgram.class, arguments.toArray(String[]::new));
    children.add(child);
    return child;
  }

  private StorageOptions options(boolean bucket) {
    return OwnerProgram.options(bucket ? s3.url() : "-");
  }

  private GraphUri emptyGraph(boolean bucket) {
    GraphUri root = bucket ? s3.freshRoot() : GraphUri.local(folder.resolve("graph")).canonical();
    TestEngine.init(TestEngine.settings(root, options(bucket))).close();
    return root;
  }

  @ParameterizedTest
  @CsvSource({"false, 4", "true, 2"})
  void processes_that_want_one_graph_take_turns_and_lose_nothing(boolean bucket, int writers)
      throws Exception {
    GraphUri root = emptyGraph(bucket);
    int terms = Math.min(10, Integer.getInteger("soak.factor", 1) + (bucket ? 0 : 1));
    // A bucket's readers are seen in OwnershipTest; processes are dear.
    ChildProcess reader = bucket ? null : start("read", false, root);
    List<ChildProcess> fighters = new ArrayList<>();
    for (int i = 0; i < writers; i++) {
      fighters.add(start("fight", bucket, root, "w" + i, Integer.toString(terms)));
    }
    if (reader != null) {
      reader.await("ready");
    }
    for (ChildProcess fighter : fighters) {
      fighter.await("ready");
    }
    for (ChildProcess fighter : fighters) {
      fighter.say("go");
    }
    Set<String> written = new TreeSet<>();
    for (ChildProcess fighter : fighters) {
      String line = fighter.line();
      while (line != null && line.startsWith("wrote ")) {
        written.add(line.substring("wrote ".length()));
        line = fighter.line();
      }
      assertThat(line).as(fighter.log()).isEqualTo("done");
      assertThat(fighter.exitCode()).isZero();
    }
    if (reader != null) {
      reader.say("stop");
      assertThat(reader.line()).matches("looked [1-9]\\d* times, saw \\d+");
    }
    assertThat(written).hasSize(writers * terms * 3);
    try (OmniGraph graph = TestEngine.open(root, options(bucket), s -> s)) {
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN).keySet()).isEqualTo(written);
      assertThat(TestGraphs.ids(graph, "main", TestGraphs.CITY)).hasSameSizeAs(written);
      assertThat(graph.recoveries()).as("nobody was interrupted").isEmpty();
      assertThat(graph.commits(BranchName.MAIN, -1, null))
          .extracting(GraphCommit::kind)
          .doesNotContain(CommitKind.RECOVERY);
    }
    GraphIntegrity.check(root, options(bucket));
  }

  /** Every step at which it matters in a soak run, else the one between all and nothing. */
  static Stream<FaultPoint> steps() {
    return Integer.getInteger("soak.factor", 1) > 1
        ? Stream.of(
            FaultPoint.SIDECAR_WRITE,
            FaultPoint.TABLE_COMMIT,
            FaultPoint.PUBLISH_STAGE,
            FaultPoint.PUBLISH_COMMIT,
            FaultPoint.ACKNOWLEDGE,
            FaultPoint.SIDECAR_DELETE)
        : Stream.of(FaultPoint.PUBLISH_COMMIT);
  }

  /** Whether it notices that its term is over is a matter of luck; here both are tried. */
  static Stream<Arguments> pauses() {
    return Integer.getInteger("soak.factor", 1) > 1
        ? steps().flatMap(at -> Stream.of(Arguments.of(at, true), Arguments.of(at, false)))
        : steps().map(at -> Arguments.of(at, false));
  }

  private EngineSettings at(GraphUri root, boolean bucket, ManualTime time) {
    return TestEngine.timed(TestEngine.settings(root, options(bucket)), time);
  }

  @ParameterizedTest
  @MethodSource("pauses")
  void an_owner_stopped_past_its_lease_and_resumed_in_a_commit_does_no_harm(
      FaultPoint at, boolean notices) throws Exception {
    GraphUri root = emptyGraph(true);
    ManualTime time = ManualTime.now();
    ChildProcess old = start("pause", true, root, "old", at.name(), Boolean.toString(notices));
    old.await("ready");
    old.await("at " + at);
    old.signal("STOP");
    assertThatThrownBy(() -> TestEngine.open(at(root, true, time), TestGraphs.fast()))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("is being written by process " + old.pid());
    boolean acknowledged;
    time.pass(OwnerProgram.TERM.multipliedBy(20));
    try (OmniGraph next = TestEngine.open(at(root, true, time), TestGraphs.fast())) {
      TestGraphs.settle(next, "main", "new", "city-new");
      old.signal("CONT");
      old.say("go");
      String answer = old.line();
      acknowledged = "acknowledged".equals(answer);
      assertThat(answer).as(old.log()).matches("acknowledged|refused [a-z_]+");
      old.exitCode();
      TestGraphs.settle(next, "main", "newer", "city-newer");
      TestGraphs.setAge(next, "main", "new", 2);
    }
    try (OmniGraph graph = TestEngine.open(at(root, true, time), TestGraphs.fast())) {
      Set<String> people = TestGraphs.people(graph, ReadTarget.MAIN).keySet();
      assertThat(people).contains("old-first", "new", "newer");
      if (acknowledged) {
        assertThat(people).contains("old");
      }
      Set<String> cities = new TreeSet<>();
      people.forEach(p -> cities.add("city-" + p));
      assertThat(TestGraphs.ids(graph, "main", TestGraphs.CITY)).isEqualTo(cities);
    }
    GraphIntegrity.check(root, options(true));
  }

  @Test
  void on_a_local_disk_a_stopped_owner_keeps_the_graph_until_it_is_dead() throws Exception {
    GraphUri root = emptyGraph(false);
    ChildProcess owner =
        start("pause", false, root, "old", FaultPoint.PUBLISH_COMMIT.name(), "false");
    owner.await("ready");
    owner.await("at PUBLISH_COMMIT");
    owner.signal("STOP");
    // Long after the term that its lease file tells.
    ManualTime time = ManualTime.now();
    time.pass(OwnerProgram.TERM.multipliedBy(20));
    assertThatThrownBy(() -> TestEngine.open(at(root, false, time), TestGraphs.fast()))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("is being written by process " + owner.pid());
    try (OmniGraph reader = OmniGraph.open(root.toString(), OpenOptions.readOnly())) {
      assertThat(TestGraphs.people(reader, ReadTarget.MAIN)).containsOnlyKeys("old-first");
    }
    owner.kill();
    owner.exitCode();
    try (OmniGraph graph = TestEngine.open(root, TestEngine.FAST, s -> s)) {
      // Its write was armed, so it is finished.
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("old", "old-first");
      TestGraphs.settle(graph, "main", "new", "city-new");
    }
    GraphIntegrity.check(root, TestEngine.FAST);
  }

  @Test
  void an_owner_stays_the_owner_when_its_own_process_asks_once_more() throws Exception {
    GraphUri root = emptyGraph(false);
    try (OmniGraph owner = TestEngine.open(root, TestEngine.FAST, s -> s)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> TestEngine.open(root, TestEngine.FAST, s -> s))
            .isInstanceOf(ConflictException.class)
            .hasMessageContaining("is being written by process " + ProcessHandle.current().pid());
      }
      start("take", false, root).await("refused writer_lease_held");
      TestGraphs.settle(owner, "main", "still", "city-still");
    }
    start("take", false, root).await("taken");
    GraphIntegrity.check(root, TestEngine.FAST);
  }
}
