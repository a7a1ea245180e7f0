package io.omnigraph;

import static io.omnigraph.TestGraphs.PERSON;
import static io.omnigraph.TestGraphs.addPerson;
import static io.omnigraph.TestGraphs.people;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.maintenance.VersionRetention;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.testing.CallFaults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a graph removes of its past without being asked, and what it keeps. */
@ExtendWith(GraphIntegrityExtension.class)
class AutomaticCleanupTest {

  private static final BranchName SIDE = BranchName.of("side");
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path directory;
  private final CallFaults faults = new CallFaults();
  private Instant now = Instant.now().plus(Duration.ofDays(1));
  private Path root;

  @BeforeEach
  void init() {
    root = directory.resolve("g");
    TestGraphs.init(root).close();
  }

  private OmniGraph open(VersionRetention retention) {
    EngineSettings settings =
        TestEngine.settings(GraphUri.local(root), TestEngine.FAST)
            .withClock(() -> now, System::nanoTime)
            .withRetention(retention);
    return TestEngine.open(TestEngine.intercepted(settings, faults), TestGraphs.fast());
  }

  private GraphCommit add(OmniGraph graph, String branch, String name) {
    now = now.plus(Duration.ofMinutes(1));
    return addPerson(graph, branch, name, 1).commit();
  }

  private List<GraphCommit> add(OmniGraph graph, String branch, String prefix, int count) {
    List<GraphCommit> commits = new ArrayList<>();
    for (int n = 0; n < count; n++) {
      commits.add(add(graph, branch, prefix + n));
    }
    return commits;
  }

  private static void look(OmniGraph graph) {
    try {
      // Caches read versions of their own; they follow a commit in their own time.
      graph.engine().queries().awaitIdle();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    graph.engine().retention().look();
  }

  private long versions(String folder) {
    try (Stream<Path> files = Files.list(root.resolve(folder).resolve("_versions"))) {
      return files.filter(f -> f.toString().endsWith(".manifest")).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void expectReclaimed(OmniGraph graph, GraphCommit commit) {
    assertThatThrownBy(() -> graph.snapshot(new ReadTarget.Commit(commit.id())))
        .isInstanceOf(GoneException.class)
        .extracting(e -> ((GraphException) e).code())
        .isEqualTo("historical_version_reclaimed");
  }

  @Test
  void listingsStayBoundedOverManyCommitsAndWhatIsKeptReadsAsItWas() {
    int commits = 160 * Math.max(1, Integer.getInteger("soak.factor", 1));
    List<GraphCommit> all = new ArrayList<>();
    long mostManifests = 0;
    long mostTables = 0;
    try (OmniGraph graph = open(VersionRetention.of(10, HOUR))) {
      String path = graph.snapshot(ReadTarget.MAIN).table(PERSON).path();
      for (int n = 0; n < commits; n++) {
        all.add(add(graph, "main", "p" + n));
        if (n % 25 == 24) {
          look(graph);
        }
        mostManifests = Math.max(mostManifests, versions("__manifest"));
        mostTables = Math.max(mostTables, versions(path));
      }
      look(graph);
      // An hour is 60 commits; 20 more are worth a cleanup, and one comes every 25.
      assertThat(mostManifests).isLessThanOrEqualTo(60 + 20 + 25 + 10);
      assertThat(mostTables).isLessThanOrEqualTo(60 + 20 + 25 + 20);
      for (int n : new int[] {commits - 1, commits - 30, commits - 59}) {
        assertThat(people(graph, new ReadTarget.Commit(all.get(n).id()))).hasSize(n + 1);
      }
      expectReclaimed(graph, all.get(commits - 140));
      expectReclaimed(graph, all.get(3));
      assertThat(graph.commits(BranchName.MAIN, -1, null)).hasSizeGreaterThan(commits);
    }
  }

  @Test
  void bothBoundsMustBeExceededForACommitToGo() {
    try (OmniGraph graph = open(VersionRetention.of(10, Duration.ofHours(2)))) {
      List<GraphCommit> commits = add(graph, "main", "p", 50);
      look(graph);
      assertThat(people(graph, new ReadTarget.Commit(commits.get(0).id()))).hasSize(1);
      now = now.plus(Duration.ofDays(400));
      look(graph);
      assertThat(people(graph, new ReadTarget.Commit(commits.get(41).id()))).hasSize(42);
      expectReclaimed(graph, commits.get(39));
    }
  }

  @Test
  void branchesCommonAncestorsAndReadersKeepWhatTheyNeed() {
    try (OmniGraph graph = open(VersionRetention.of(5, HOUR))) {
      add(graph, "main", "p", 10);
      graph.createBranch(SIDE, BranchName.MAIN, WriteOptions.ANONYMOUS);
      GraphCommit common = graph.commits(BranchName.MAIN, 1, null).get(0);
      add(graph, "main", "q", 10);
      Snapshot held = graph.snapshot(ReadTarget.MAIN);
      try (var lease = graph.engine().handles().open(held, PERSON)) {
        add(graph, "main", "r", 30);
        now = now.plus(Duration.ofDays(1));
        look(graph);
        assertThat(lease.handle().countRows("`name` >= ''")).isEqualTo(20);
      }
      // The branch shows main's table of that time, and a merge would read their common commit.
      assertThat(people(graph, ReadTarget.branch("side"))).hasSize(10);
      assertThat(people(graph, new ReadTarget.Commit(common.id()))).hasSize(10);
      add(graph, "side", "s");
      assertThat(people(graph, ReadTarget.branch("side"))).hasSize(11);
    }
  }

  @Test
  void aWriteThatIsUnderWayKeepsItsBase() throws Exception {
    try (OmniGraph graph = open(VersionRetention.of(1, HOUR))) {
      add(graph, "main", "p", 30);
      now = now.plus(Duration.ofDays(1));
      // The sidecar is written and the table committed; the publish waits.
      CallFaults.Pause pause = faults.pauseNext("commit", "__manifest.*");
      Thread writer = new Thread(() -> addPerson(graph, "main", "late", 1), "writer");
      writer.start();
      pause.awaitReached();
      Thread cleaner = new Thread(() -> graph.engine().retention().look(), "cleaner");
      cleaner.start();
      pause.release();
      cleaner.join();
      writer.join();
      assertThat(people(graph, ReadTarget.MAIN)).hasSize(31);
    }
  }

  @Test
  void aFailureIsToldToNobodyAndTheNextLookMakesUpForIt() {
    try (OmniGraph graph = open(VersionRetention.of(5, HOUR))) {
      List<GraphCommit> commits = add(graph, "main", "p", 30);
      now = now.plus(Duration.ofDays(1));
      for (String call : List.of("versionsBefore", "cleanup", "openHead")) {
        faults.next(call, CallFaults.Effect.FAIL);
        look(graph);
        add(graph, "main", "after-" + call);
        faults.clear();
      }
      now = now.plus(Duration.ofDays(1));
      add(graph, "main", "q", 30);
      now = now.plus(Duration.ofDays(1));
      look(graph);
      expectReclaimed(graph, commits.get(20));
      assertThat(people(graph, ReadTarget.MAIN)).hasSize(63);
      assertThat(versions("__manifest")).isLessThan(45);
    }
  }

  @Test
  void aGraphThatKeepsEverythingRemovesNothing() {
    try (OmniGraph graph = open(VersionRetention.EVERYTHING)) {
      List<GraphCommit> commits = add(graph, "main", "p", 25);
      now = now.plus(Duration.ofDays(4000));
      look(graph);
      assertThat(people(graph, new ReadTarget.Commit(commits.get(0).id()))).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0,30d", "50", "50,30m", "50,0d", "-1,3d", "yes", "50,30d,2h"})
  void aSettingThatMakesNoSenseIsToldBeforeAnythingIsOpened(String text) {
    assertThatThrownBy(
            () ->
                OmniGraph.open(
                    root.toString(),
                    TestGraphs.fast().withStorageOptions(Map.of("OMNIGRAPH_RETENTION", text))))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("retention")
        .extracting(e -> ((GraphException) e).code())
        .isEqualTo("retention_invalid");
  }

  @Test
  void settingsAreReadFromTheEnvironmentUnlessTheOptionsTell() {
    assertThat(VersionRetention.parse(" 7 , 2W "))
        .isEqualTo(VersionRetention.of(7, Duration.ofDays(14)));
    assertThat(VersionRetention.parse("OFF")).isEqualTo(VersionRetention.EVERYTHING);
    OpenOptions options =
        TestGraphs.fast().withStorageOptions(Map.of("OMNIGRAPH_RETENTION", "7,1h"));
    try (OmniGraph graph = OmniGraph.open(root.toString(), options)) {
      assertThat(graph.engine().settings().retention()).isEqualTo(VersionRetention.of(7, HOUR));
    }
    try (OmniGraph graph =
        OmniGraph.open(root.toString(), options.withRetention(VersionRetention.EVERYTHING))) {
      assertThat(graph.engine().settings().retention()).isEqualTo(VersionRetention.EVERYTHING);
    }
    try (OmniGraph graph = OmniGraph.open(root.toString(), TestGraphs.fast())) {
      assertThat(graph.engine().settings().retention()).isEqualTo(VersionRetention.STANDARD);
    }
  }
}
