package io.omnigraph;

import static io.omnigraph.TestGraphs.CITY;
import static io.omnigraph.TestGraphs.PERSON;
import static io.omnigraph.TestGraphs.addPerson;
import static io.omnigraph.TestGraphs.people;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.maintenance.CleanupReport;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.TableAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a cleanup removes, and above all what it leaves. */
@ExtendWith(GraphIntegrityExtension.class)
class CleanupTest {

  private static final BranchName SIDE = BranchName.of("side");

  @TempDir Path directory;

  private OmniGraph init() {
    return TestGraphs.init(directory.resolve("g"));
  }

  private static CleanupPolicy keep(int versions) {
    return new CleanupPolicy(versions, null);
  }

  /** Caches follow commits on their own time, and what they read at the moment is kept. */
  private static CleanupReport cleanup(OmniGraph graph, CleanupPolicy policy, boolean preview) {
    try {
      graph.engine().queries().awaitIdle();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return graph.cleanup(policy, preview);
  }

  private static List<GraphCommit> add(OmniGraph graph, String branch, String... names) {
    List<GraphCommit> commits = new ArrayList<>();
    for (String name : names) {
      commits.add(addPerson(graph, branch, name, 1).commit());
    }
    return commits;
  }

  private static CleanupReport.Table row(CleanupReport report, String key) {
    return report.tables().stream().filter(t -> t.tableKey().equals(key)).findFirst().orElseThrow();
  }

  @Test
  void theNewestCommitsStayReadableAndOlderOnesAreGoneWithATypedError() {
    try (OmniGraph graph = init()) {
      List<GraphCommit> commits = add(graph, "main", "a", "b", "c", "d", "e");
      CleanupReport report = cleanup(graph, keep(2), false);
      assertThat(row(report, "node:Person").versionsRemoved()).isPositive();
      assertThat(row(report, ManifestStore.PATH).versionsRemoved()).isPositive();
      assertThat(report.tables()).allMatch(t -> t.error() == null);
      assertThat(people(graph, new ReadTarget.Commit(commits.get(4).id()))).hasSize(5);
      assertThat(people(graph, new ReadTarget.Commit(commits.get(3).id()))).hasSize(4);
      assertThat(people(graph, ReadTarget.MAIN)).hasSize(5);
      for (GraphCommit old : commits.subList(0, 3)) {
        assertThatThrownBy(() -> graph.snapshot(new ReadTarget.Commit(old.id())))
            .isInstanceOf(GoneException.class)
            .hasMessageContaining("was reclaimed by a cleanup")
            .extracting(e -> ((GoneException) e).code())
            .isEqualTo("historical_version_reclaimed");
        assertThatThrownBy(
                () ->
                    graph.snapshot(
                        new ReadTarget.ManifestVersion(BranchName.MAIN, old.manifestVersion())))
            .isInstanceOf(GoneException.class);
      }
    }
  }

  @Test
  void aReopenedGraphReadsWritesAndListsItsWholeHistoryAfterACleanup() {
    try (OmniGraph graph = init()) {
      add(graph, "main", "a", "b", "c");
      cleanup(graph, keep(1), false);
    }
    try (OmniGraph graph = TestGraphs.open(directory.resolve("g"))) {
      assertThat(graph.commits(BranchName.MAIN, -1, null)).hasSize(4);
      add(graph, "main", "d");
      assertThat(people(graph, ReadTarget.MAIN)).containsOnlyKeys("a", "b", "c", "d");
    }
  }

  @Test
  void aBranchThatOnlyInheritsATableKeepsTheVersionItShows() {
    try (OmniGraph graph = init()) {
      add(graph, "main", "a", "b");
      graph.createBranch(SIDE, BranchName.MAIN, WriteOptions.ANONYMOUS);
      GraphCommit fork = graph.commits(BranchName.MAIN, 1, null).get(0);
      add(graph, "main", "c", "d", "e");
      cleanup(graph, keep(1), false);
      assertThat(people(graph, ReadTarget.branch("side"))).containsOnlyKeys("a", "b");
      assertThat(people(graph, new ReadTarget.Commit(fork.id())))
          .as("the merge base of both branches")
          .containsOnlyKeys("a", "b");
      add(graph, "side", "s");
      assertThat(people(graph, ReadTarget.branch("side"))).containsOnlyKeys("a", "b", "s");
    }
    try (OmniGraph graph = TestGraphs.open(directory.resolve("g"))) {
      assertThat(people(graph, ReadTarget.branch("side"))).containsOnlyKeys("a", "b", "s");
    }
  }

  @Test
  void everyBranchKeepsItsOwnNewestCommits() {
    try (OmniGraph graph = init()) {
      add(graph, "main", "a");
      graph.createBranch(SIDE, BranchName.MAIN, WriteOptions.ANONYMOUS);
      List<GraphCommit> side = add(graph, "side", "s1", "s2", "s3", "s4");
      CleanupReport report = cleanup(graph, keep(2), false);
      assertThat(report.tables()).allMatch(t -> t.error() == null);
      assertThat(people(graph, new ReadTarget.Commit(side.get(2).id())))
          .containsOnlyKeys("a", "s1", "s2", "s3");
      assertThatThrownBy(() -> graph.snapshot(new ReadTarget.Commit(side.get(0).id())))
          .isInstanceOf(GoneException.class);
      assertThat(people(graph, ReadTarget.branch("side"))).hasSize(5);
    }
  }

  @Test
  void whatIsYoungerThanTheGivenAgeStaysAndBothBoundsMustAgree() {
    try (OmniGraph graph = init()) {
      List<GraphCommit> commits = add(graph, "main", "a", "b", "c");
      cleanup(graph, new CleanupPolicy(null, Duration.ofHours(1)), false);
      cleanup(graph, new CleanupPolicy(1, Duration.ofHours(1)), false);
      cleanup(graph, new CleanupPolicy(3, Duration.ZERO), false);
      assertThat(people(graph, new ReadTarget.Commit(commits.get(0).id()))).hasSize(1);
      cleanup(graph, new CleanupPolicy(null, Duration.ZERO), false);
      assertThatThrownBy(() -> graph.snapshot(new ReadTarget.Commit(commits.get(0).id())))
          .isInstanceOf(GoneException.class);
      assertThat(people(graph, ReadTarget.MAIN)).hasSize(3);
    }
  }

  @Test
  void aPreviewRemovesNothingAndSaysHowMuchIsBeyondThePolicy() {
    try (OmniGraph graph = init()) {
      List<GraphCommit> commits = add(graph, "main", "a", "b", "c");
      CleanupReport preview = cleanup(graph, keep(1), true);
      assertThat(preview.preview()).isTrue();
      assertThat(row(preview, "node:Person").versionsRemoved()).isEqualTo(3);
      assertThat(row(preview, "node:City").versionsRemoved()).isZero();
      assertThat(people(graph, new ReadTarget.Commit(commits.get(0).id()))).hasSize(1);
      assertThat(row(cleanup(graph, keep(1), false), "node:Person").versionsRemoved()).isEqualTo(3);
      assertThat(row(cleanup(graph, keep(1), false), "node:Person").versionsRemoved()).isZero();
    }
  }

  @Test
  void anOpenReaderKeepsItsVersion() {
    try (OmniGraph graph = init()) {
      add(graph, "main", "a", "b");
      Snapshot held = graph.snapshot(ReadTarget.MAIN);
      try (var lease = graph.engine().handles().open(held, PERSON)) {
        add(graph, "main", "c", "d");
        cleanup(graph, keep(1), false);
        assertThat(lease.handle().countRows("`name` >= ''")).isEqualTo(2);
      }
      cleanup(graph, keep(1), false);
      graph.engine().handles().clear();
      assertThatThrownBy(() -> graph.engine().handles().open(held, PERSON))
          .isInstanceOf(GoneException.class);
    }
  }

  @Test
  void aSecondCleanupWithALongerPolicyFindsWhatTheFirstLeft() {
    try (OmniGraph graph = init()) {
      List<GraphCommit> commits = add(graph, "main", "a", "b", "c", "d", "e", "f");
      cleanup(graph, keep(3), false);
      cleanup(graph, keep(100), false);
      assertThat(people(graph, new ReadTarget.Commit(commits.get(3).id()))).hasSize(4);
      assertThat(people(graph, ReadTarget.MAIN)).hasSize(6);
    }
  }

  @Test
  void anOrphanedTableBranchIsRemovedAndALiveOneIsNot() {
    try (OmniGraph graph = init()) {
      add(graph, "main", "a");
      graph.createBranch(SIDE, BranchName.MAIN, WriteOptions.ANONYMOUS);
      add(graph, "side", "s");
      var storage = graph.engine().settings().storage();
      Snapshot main = graph.snapshot(ReadTarget.MAIN);
      for (TableKey key : List.of(PERSON, CITY)) {
        try (var source = storage.open(main.table(key).address(), main.table(key).version())) {
          storage.fork(source, BranchName.of("ghost")).close();
        }
      }
      try (var source = storage.open(main.table(CITY).address(), main.table(CITY).version())) {
        storage.fork(source, SIDE).close();
      }
      CleanupReport report = cleanup(graph, keep(5), false);
      assertThat(row(report, "node:Person").orphansRemoved()).containsExactly("ghost");
      assertThat(row(report, "node:City").orphansRemoved())
          .containsExactlyInAnyOrder("ghost", "side");
      assertThat(storage.branchNames(main.table(PERSON).path())).containsExactly(SIDE);
      assertThat(storage.branchNames(main.table(CITY).path())).isEmpty();
      assertThat(people(graph, ReadTarget.branch("side"))).containsOnlyKeys("a", "s");
    }
  }

  @Test
  void aPolicyIsRequiredAndMustMakeSense() {
    assertThatThrownBy(() -> new CleanupPolicy(null, null)).isInstanceOf(BadRequestException.class);
    assertThatThrownBy(() -> keep(0)).isInstanceOf(BadRequestException.class);
    assertThatThrownBy(() -> new CleanupPolicy(null, Duration.ofSeconds(-1)))
        .isInstanceOf(BadRequestException.class);
  }

  @Test
  void aCleanupIsRefusedWhileASchemaIsApplied() {
    try (OmniGraph graph = init()) {
      var storage = graph.engine().settings().storage();
      try (var manifest = storage.openHead(TableAddress.main(ManifestStore.PATH))) {
        storage.fork(manifest, BranchName.of("__schema_apply_lock__")).close();
      }
      assertThatThrownBy(() -> cleanup(graph, keep(1), false))
          .isInstanceOf(ConflictException.class)
          .hasMessage("`cleanup` is unavailable while schema apply is in progress");
      storage.deleteBranch(ManifestStore.PATH, BranchName.of("__schema_apply_lock__"));
    }
  }

  @Test
  void aVersionThatNeverWasIsNotFound() {
    try (OmniGraph graph = init()) {
      add(graph, "main", "a");
      assertThatThrownBy(() -> graph.snapshot(new ReadTarget.ManifestVersion(BranchName.MAIN, 99)))
          .isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> graph.snapshot(new ReadTarget.ManifestVersion(SIDE, 1)))
          .isInstanceOf(NotFoundException.class);
    }
  }

  /** Whatever is done, what a branch shows and what the policy keeps can be read afterwards. */
  @Test
  void afterRandomProgramsEverythingKeptReadsAsItWasWritten() {
    long seed = 20260611L;
    System.err.println("CleanupTest seed " + seed);
    Random random = new Random(seed);
    try (OmniGraph graph = init()) {
      Map<String, List<GraphCommit>> commits = new TreeMap<>();
      Map<GraphCommit, Map<String, Long>> shown = new HashMap<>();
      Set<CommitId> givenUp = new HashSet<>();
      commits.put("main", new ArrayList<>());
      int steps = 40 * Integer.getInteger("soak.factor", 1);
      for (int i = 0; i < steps; i++) {
        List<String> branches = List.copyOf(commits.keySet());
        String branch = branches.get(random.nextInt(branches.size()));
        switch (random.nextInt(8)) {
          case 0 -> {
            String name = "b" + i;
            graph.createBranch(BranchName.of(name), BranchName.of(branch), WriteOptions.ANONYMOUS);
            commits.put(name, new ArrayList<>());
          }
          case 1 -> {
            int keep = 1 + random.nextInt(4);
            assertThat(cleanup(graph, keep(keep), false).tables())
                .allSatisfy(t -> assertThat(t.error()).isNull());
            for (String name : branches) {
              keptReadsAsWritten(graph, name, keep, shown, givenUp);
            }
          }
          case 2 -> graph.optimize(BranchName.of(branch));
          default -> {
            GraphCommit commit = addPerson(graph, branch, "p" + random.nextInt(20), i).commit();
            commits.get(branch).add(commit);
            shown.put(commit, people(graph, ReadTarget.branch(branch)));
          }
        }
        commits.forEach(
            (name, own) -> {
              if (!own.isEmpty()) {
                GraphCommit last = own.get(own.size() - 1);
                assertThat(people(graph, ReadTarget.branch(name)))
                    .as("head of %s", name)
                    .isEqualTo(shown.get(last));
              }
            });
      }
    }
  }

  private static void keptReadsAsWritten(
      OmniGraph graph,
      String branch,
      int keep,
      Map<GraphCommit, Map<String, Long>> shown,
      Set<CommitId> givenUp) {
    List<GraphCommit> own =
        graph.commits(BranchName.of(branch), -1, null).stream()
            .filter(c -> c.branch().value().equals(branch))
            .toList();
    for (int newer = 0; newer < own.size(); newer++) {
      GraphCommit commit = own.get(newer);
      if (newer >= keep) {
        givenUp.add(commit.id());
      } else if (!givenUp.contains(commit.id())) {
        Map<String, Long> read = people(graph, new ReadTarget.Commit(commit.id()));
        assertThat(read).as("kept %s", commit).isEqualTo(shown.getOrDefault(commit, read));
      }
    }
  }
}
