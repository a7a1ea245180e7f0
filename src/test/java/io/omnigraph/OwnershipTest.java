package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.WriterLeases;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.ManualTime;
import io.omnigraph.testing.S3Faults;
import io.omnigraph.testing.S3Request;
import io.omnigraph.testing.StepFaults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One owner per graph: refusal, hand-over, expiry, and the paused owner that comes back. */
class OwnershipTest {

  private static final Duration TERM = Duration.ofSeconds(30);

  /** Renewal never happens by itself. */
  private static final WriterLeases.Timing UNRENEWED =
      new WriterLeases.Timing(TERM, Duration.ofHours(1), Duration.ofSeconds(5));

  /** Renewal happens all the time. */
  private static final WriterLeases.Timing RENEWED =
      new WriterLeases.Timing(TERM, Duration.ofMillis(2), Duration.ofSeconds(5));

  @TempDir Path folder;
  @RegisterExtension final GraphIntegrityExtension integrity = new GraphIntegrityExtension();

  private final AtomicS3Endpoint s3 = new AtomicS3Endpoint();
  private final StorageOptions bucket = StorageOptions.defaults().withS3(s3.access());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final StepFaults faults = new StepFaults();

  /** Of every engine here, so that a lease ends when the test says so. */
  private final ManualTime time = ManualTime.now();

  @AfterEach
  void stop() {
    faults.clear();
    threads.shutdownNow();
    s3.close();
  }

  @Test
  void a_second_writer_is_refused_with_advice_and_may_write_after_the_first_closed() {
    GraphUri root = s3.freshRoot();
    OmniGraph first = TestEngine.init(TestEngine.settings(root, bucket));
    assertThatThrownBy(() -> TestEngine.open(root, bucket, s -> s))
        .isInstanceOf(ConflictException.class)
        .hasMessageMatching(
            "the graph at s3://bucket/graph-\\d+ is being written by process \\d+ on host \\S+"
                + " since \\S+, whose lease ends at \\S+ unless it is renewed; use --server URL to"
                + " write through it, open it read-only, or wait with --wait");
    try (OmniGraph reader = TestEngine.openReadOnly(TestEngine.settings(root, bucket))) {
      TestGraphs.addPerson(first, "main", "Ada", 1);
      assertThat(TestGraphs.people(reader, ReadTarget.MAIN)).containsOnlyKeys("Ada");
    }
    long epoch = first.engine().manifests().openHead(MAIN).head().epoch();
    first.close();
    try (OmniGraph second = TestEngine.open(root, bucket, s -> s)) {
      TestGraphs.addPerson(second, "main", "Bob", 1);
      assertThat(second.snapshot(ReadTarget.MAIN).manifestVersion()).isEqualTo(3);
      try (var state = second.engine().manifests().openHead(MAIN)) {
        assertThat(state.head().epoch()).isGreaterThan(epoch);
      }
    }
    GraphIntegrity.check(root, bucket);
  }

  private static final io.omnigraph.model.BranchName MAIN = io.omnigraph.model.BranchName.MAIN;

  @Test
  void a_waiting_writer_gets_the_lease_when_it_is_given_back() throws Exception {
    Path root = folder.resolve("graph");
    OmniGraph first = TestGraphs.init(root);
    Future<Set<String>> second =
        threads.submit(
            () -> {
              EngineSettings settings = TestEngine.settings(GraphUri.local(root), TestEngine.FAST);
              try (OmniGraph graph =
                  new OmniGraph(
                      share(
                          GraphEngine.openReadWrite(
                              settings, GraphIntegrityExtension.READING, "second", true)),
                      TestGraphs.fast())) {
                return TestGraphs.people(graph, ReadTarget.MAIN).keySet();
              }
            });
    TestGraphs.addPerson(first, "main", "Ada", 1);
    first.close();
    assertThat(second.get()).containsExactly("Ada");
  }

  private static Engines.Share share(GraphEngine engine) {
    return new Engines.Share(engine, engine::close);
  }

  @Test
  void a_local_root_is_locked_by_the_operating_system_while_it_is_open() {
    Path root = folder.resolve("graph");
    try (OmniGraph graph = integrity.init(root)) {
      assertThatThrownBy(() -> TestEngine.open(GraphUri.local(root), TestEngine.FAST, s -> s))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("is being written by process " + ProcessHandle.current().pid());
      TestGraphs.addPerson(graph, "main", "Ada", 1);
    }
  }

  private OmniGraph open(GraphUri root, WriterLeases.Timing timing) {
    return open(root, timing, time);
  }

  private OmniGraph open(GraphUri root, WriterLeases.Timing timing, ManualTime by) {
    return TestEngine.open(
        root, bucket, s -> TestEngine.timed(s.withFaults(faults).withLeaseTiming(timing), by));
  }

  /** A graph in the bucket that is closed. */
  private GraphUri closedGraph() {
    GraphUri root = s3.freshRoot();
    TestEngine.init(TestEngine.timed(TestEngine.settings(root, bucket), time)).close();
    return root;
  }

  private void isHeldBy(GraphUri root, ManualTime by) {
    assertThatThrownBy(() -> open(root, UNRENEWED, by))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("is being written by process");
  }

  /** Waits until a renewal that began from now on has been written. */
  private void awaitRenewal() throws InterruptedException {
    int before = faults.times(FaultPoint.LEASE_RENEW);
    for (int i = 0; faults.times(FaultPoint.LEASE_RENEW) < before + 2; i++) {
      assertThat(i).as("the lease is never renewed").isLessThan(30_000);
      Thread.sleep(2);
    }
  }

  @Test
  void an_owner_that_could_not_renew_in_time_stops_writing_before_another_may_begin() {
    GraphUri root = closedGraph();
    OmniGraph graph = open(root, UNRENEWED);
    try {
      time.pass(Duration.ofSeconds(19));
      TestGraphs.addPerson(graph, "main", "Ada", 1);
      time.pass(Duration.ofSeconds(1));
      assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Bob", 1))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("no longer holds the writer lease");
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada");
      isHeldBy(root, time);
      // The term is over, but clocks differ.
      time.pass(Duration.ofSeconds(14));
      isHeldBy(root, time);
      time.pass(Duration.ofSeconds(2));
      open(root, UNRENEWED).close();
    } finally {
      graph.close();
    }
  }

  @Test
  void a_renewed_lease_outlives_its_first_term() throws Exception {
    GraphUri root = closedGraph();
    try (OmniGraph graph = open(root, RENEWED)) {
      for (int i = 0; i < 4; i++) {
        time.pass(Duration.ofSeconds(15));
        awaitRenewal();
      }
      TestGraphs.addPerson(graph, "main", "Ada", 1);
      isHeldBy(root, time);
    }
  }

  @Test
  void an_owner_whose_renewals_fail_for_a_while_goes_on_when_they_work_again() throws Exception {
    GraphUri root = closedGraph();
    try (OmniGraph graph = open(root, RENEWED)) {
      s3.faults()
          .from(1, request -> request.kind() == S3Request.Kind.PUT, S3Faults.Effect.FAIL_BEFORE);
      time.pass(Duration.ofSeconds(25));
      assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Ada", 1))
          .isInstanceOf(GraphException.class);
      s3.faults().clear();
      awaitRenewal();
      TestGraphs.addPerson(graph, "main", "Ada", 1);
    }
    GraphIntegrity.check(root, bucket);
  }

  @Test
  void a_machine_that_slept_past_its_lease_looks_whether_somebody_else_has_taken_it() {
    GraphUri root = closedGraph();
    ManualTime others = ManualTime.now();
    OmniGraph slept = open(root, UNRENEWED);
    TestGraphs.addPerson(slept, "main", "Ada", 1);
    // The monotonic clock of the sleeper stands still.
    time.jump(Duration.ofHours(1));
    TestGraphs.addPerson(slept, "main", "Bob", 1);

    time.jump(Duration.ofHours(1));
    others.jump(Duration.ofHours(2));
    try (OmniGraph next = open(root, UNRENEWED, others)) {
      assertThatThrownBy(() -> TestGraphs.addPerson(slept, "main", "Cid", 1))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("no longer holds the writer lease");
      TestGraphs.addPerson(next, "main", "Dan", 1);
      assertThat(TestGraphs.people(next, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Bob", "Dan");
    }
    slept.close();
    GraphIntegrity.check(root, bucket);
  }

  @Test
  void an_owner_whose_clock_is_set_back_keeps_its_lease() throws Exception {
    GraphUri root = closedGraph();
    try (OmniGraph graph = open(root, RENEWED)) {
      TestGraphs.addPerson(graph, "main", "Ada", 1);
      time.jump(Duration.ofDays(-2));
      awaitRenewal();
      TestGraphs.addPerson(graph, "main", "Bob", 1);
      isHeldBy(root, time);
      time.pass(Duration.ofSeconds(15));
      awaitRenewal();
      TestGraphs.addPerson(graph, "main", "Cid", 1);
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Bob", "Cid");
    }
    GraphIntegrity.check(root, bucket);
  }

  /**
   * The clock of the second one is far ahead: it takes a lease that its owner still believes in.
   */
  @Test
  void two_owners_who_both_believe_in_their_lease_lose_nothing_of_what_they_acknowledged()
      throws Exception {
    GraphUri root = closedGraph();
    ManualTime ahead = ManualTime.now();
    ahead.jump(Duration.ofMinutes(10));
    Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    acknowledged.add("zero");
    OmniGraph one = open(root, UNRENEWED);
    TestGraphs.settle(one, "main", "zero", "zero");
    OmniGraph two = open(root, UNRENEWED, ahead);
    List<Future<?>> writers = new ArrayList<>();
    for (OmniGraph graph : List.of(one, two)) {
      String name = graph == one ? "one" : "two";
      writers.add(
          threads.submit(
              () -> {
                for (int i = 0; i < 8; i++) {
                  try {
                    TestGraphs.settle(graph, "main", name + i, name + i);
                    acknowledged.add(name + i);
                  } catch (GraphException e) {
                    assertThat(e.code()).isNotEmpty();
                  }
                }
              }));
    }
    for (Future<?> writer : writers) {
      writer.get();
    }
    one.close();
    two.close();
    try (OmniGraph reopened = open(root, UNRENEWED, ahead)) {
      TestGraphs.settle(reopened, "main", "last", "last");
      Set<String> people = TestGraphs.people(reopened, ReadTarget.MAIN).keySet();
      assertThat(people).containsAll(acknowledged).contains("last");
      assertThat(TestGraphs.ids(reopened, "main", TestGraphs.CITY)).isEqualTo(people);
      assertThat(TestGraphs.ids(reopened, "main", TableKey.edge("LivesIn"))).hasSameSizeAs(people);
    }
    GraphIntegrity.check(root, bucket);
  }

  @Test
  void an_owner_whose_lock_file_was_removed_stops_writing() throws Exception {
    Path root = folder.resolve("graph");
    OmniGraph graph = TestGraphs.init(root);
    TestGraphs.addPerson(graph, "main", "Ada", 1);
    Files.delete(root.resolve("__lease.lock"));
    assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Bob", 1))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("no longer holds the writer lease");
    // Another one may own it now; closing the first must not take that away.
    EngineSettings settings = TestEngine.settings(GraphUri.local(root), TestEngine.FAST);
    try (OmniGraph next = TestEngine.open(settings, TestGraphs.fast())) {
      String lease = Files.readString(root.resolve("__lease.json"));
      graph.close();
      assertThat(root.resolve("__lease.json")).hasContent(lease);
      TestGraphs.addPerson(next, "main", "Cid", 1);
      assertThat(TestGraphs.people(next, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Cid");
    }
    GraphIntegrity.check(GraphUri.local(root).canonical(), TestEngine.FAST);
  }

  /** Steps at which an owner may be stopped, and come back after another one has taken over. */
  enum Stopped {
    SIDECAR_WRITE,
    TABLE_COMMIT,
    FORCE_TABLE,
    PUBLISH_STAGE,
    PUBLISH_COMMIT,
    FORCE_MANIFEST
  }

  /** By default one step before the write can be seen, and the one that makes it visible. */
  static Stream<Stopped> stopped() {
    return Integer.getInteger("soak.factor", 1) > 1
        ? Stream.of(Stopped.values())
        : Stream.of(Stopped.TABLE_COMMIT, Stopped.PUBLISH_COMMIT);
  }

  @ParameterizedTest
  @MethodSource("stopped")
  void an_owner_paused_in_a_commit_does_no_harm_when_it_comes_back(Stopped at) throws Exception {
    GraphUri root = closedGraph();
    OmniGraph old = open(root, UNRENEWED);
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.valueOf(at.name()));
    Future<Boolean> paused =
        threads.submit(
            () -> {
              try {
                TestGraphs.settle(old, "main", "Old", "Rome");
                return true;
              } catch (GraphException e) {
                return false;
              }
            });
    pause.awaitReached();
    time.pass(Duration.ofSeconds(36));
    boolean acknowledged;
    try (OmniGraph next =
        TestEngine.open(root, bucket, s -> TestEngine.timed(s.withLeaseTiming(UNRENEWED), time))) {
      TestGraphs.addPerson(next, "main", "New", 1);
      pause.release();
      acknowledged = paused.get();
      TestGraphs.settle(next, "main", "Newer", "Oslo");
      TestGraphs.setAge(next, "main", "New", 2);
    }
    old.close();
    try (OmniGraph reopened = open(root, UNRENEWED)) {
      assertThat(TestGraphs.people(reopened, ReadTarget.MAIN)).containsKeys("New", "Newer");
      boolean applied = TestGraphs.people(reopened, ReadTarget.MAIN).containsKey("Old");
      assertThat(TestGraphs.ids(reopened, "main", TestGraphs.CITY).contains("Rome"))
          .isEqualTo(applied);
      if (acknowledged) {
        assertThat(applied).isTrue();
      }
    }
    GraphIntegrity.check(root, bucket);
  }
}
