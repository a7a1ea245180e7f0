package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.WriterLeases;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.StepFaults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
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

  /** Renewal never happens by itself; a lease ends after a moment. */
  private static final WriterLeases.Timing SHORT =
      new WriterLeases.Timing(Duration.ofMillis(900), Duration.ofHours(1), Duration.ZERO);

  private static final WriterLeases.Timing LONG =
      new WriterLeases.Timing(Duration.ofMinutes(5), Duration.ofMinutes(1), Duration.ZERO);

  @TempDir Path folder;
  @RegisterExtension final GraphIntegrityExtension integrity = new GraphIntegrityExtension();

  private final AtomicS3Endpoint s3 = new AtomicS3Endpoint();
  private final StorageOptions bucket = StorageOptions.defaults().withS3(s3.access());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final StepFaults faults = new StepFaults();

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
                + " since \\S+; use --server URL to write through it, open it read-only, or wait"
                + " with --wait");
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

  @Test
  void an_owner_that_could_not_renew_in_time_stops_writing() throws Exception {
    GraphUri root = s3.freshRoot();
    TestEngine.init(TestEngine.settings(root, bucket)).close();
    OmniGraph graph = TestEngine.open(root, bucket, s -> s.withLeaseTiming(SHORT));
    try {
      TestGraphs.addPerson(graph, "main", "Ada", 1);
      Thread.sleep(700);
      assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Bob", 1))
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("no longer holds the writer lease");
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada");
    } finally {
      graph.close();
    }
  }

  @Test
  void a_renewed_lease_outlives_its_first_term() throws Exception {
    GraphUri root = s3.freshRoot();
    TestEngine.init(TestEngine.settings(root, bucket)).close();
    WriterLeases.Timing renewing =
        new WriterLeases.Timing(Duration.ofMillis(900), Duration.ofMillis(100), Duration.ZERO);
    try (OmniGraph graph = TestEngine.open(root, bucket, s -> s.withLeaseTiming(renewing))) {
      Thread.sleep(1_100);
      TestGraphs.addPerson(graph, "main", "Ada", 1);
      assertThatThrownBy(() -> TestEngine.open(root, bucket, s -> s))
          .isInstanceOf(ConflictException.class);
    }
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
    GraphUri root = s3.freshRoot();
    TestEngine.init(TestEngine.settings(root, bucket)).close();
    OmniGraph old = TestEngine.open(root, bucket, s -> s.withFaults(faults).withLeaseTiming(SHORT));
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
    Thread.sleep(1_000);
    boolean acknowledged;
    try (OmniGraph next = TestEngine.open(root, bucket, s -> s.withLeaseTiming(LONG))) {
      TestGraphs.addPerson(next, "main", "New", 1);
      pause.release();
      acknowledged = paused.get();
      TestGraphs.settle(next, "main", "Newer", "Oslo");
      TestGraphs.setAge(next, "main", "New", 2);
    }
    old.close();
    try (OmniGraph reopened = TestEngine.open(root, bucket, s -> s)) {
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
