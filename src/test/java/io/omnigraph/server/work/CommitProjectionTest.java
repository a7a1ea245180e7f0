package io.omnigraph.server.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommitProjectionTest {

  /** A log in memory, oldest first. */
  private static final class MemoryLog implements CommitProjection.Log {
    private final List<GraphCommit> commits = new ArrayList<>();
    private int reads;

    GraphCommit append() {
      CommitId id = new CommitId("01ARZ3NDEKTSV4RRFF%08d".formatted(commits.size()));
      CommitId parent = commits.isEmpty() ? null : commits.getLast().id();
      var commit =
          new GraphCommit(
              id,
              BranchName.MAIN,
              commits.size() + 1,
              parent,
              null,
              null,
              0,
              CommitKind.MUTATION,
              List.of(),
              null,
              null,
              null);
      commits.add(commit);
      return commit;
    }

    @Override
    public List<GraphCommit> page(BranchName branch, int limit, @Nullable CommitId after) {
      reads++;
      List<GraphCommit> newestFirst = commits.reversed();
      int start = 0;
      if (after != null) {
        while (!newestFirst.get(start).id().equals(after)) {
          start++;
        }
        start++;
      }
      return List.copyOf(newestFirst.subList(start, Math.min(newestFirst.size(), start + limit)));
    }

    List<GraphCommit> newestFirst() {
      return commits.reversed();
    }
  }

  @Test
  void eventsThatFollowEachOtherAreFoldedWithoutReadingTheLog() {
    var log = new MemoryLog();
    var projection = new CommitProjection();
    log.append();
    projection.repair(BranchName.MAIN, log);
    int reads = log.reads;
    for (int i = 0; i < 10; i++) {
      assertThat(projection.fold(log.append())).isTrue();
    }
    assertThat(log.reads).isEqualTo(reads);
    assertThat(projection.commits(BranchName.MAIN)).isEqualTo(log.newestFirst());
  }

  @Test
  void anEventSeenTwiceChangesNothing() {
    var log = new MemoryLog();
    var projection = new CommitProjection();
    log.append();
    projection.repair(BranchName.MAIN, log);
    GraphCommit commit = log.append();
    assertThat(projection.fold(commit)).isTrue();
    assertThat(projection.fold(commit)).isTrue();
    assertThat(projection.commits(BranchName.MAIN)).isEqualTo(log.newestFirst());
  }

  @Test
  void anEventWhoseParentIsUnknownAsksForARepairThatReadsOnlyWhatIsMissing() {
    var log = new MemoryLog();
    var projection = new CommitProjection();
    for (int i = 0; i < 500; i++) {
      log.append();
    }
    projection.repair(BranchName.MAIN, log);
    log.append();
    GraphCommit announced = log.append();
    assertThat(projection.fold(announced)).isFalse();
    int reads = log.reads;
    assertThat(projection.repair(BranchName.MAIN, log)).hasSize(2);
    assertThat(log.reads - reads).isEqualTo(1);
    assertThat(projection.commits(BranchName.MAIN)).isEqualTo(log.newestFirst());
  }

  @Test
  void whateverEventsAreLostDoubledOrReorderedTheRepairedProjectionEqualsTheLog() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int run = 0; run < 50; run++) {
      var log = new MemoryLog();
      var projection = new CommitProjection();
      var announced = new ArrayList<GraphCommit>();
      for (int i = 0; i < 60; i++) {
        announced.add(log.append());
        if (random.nextInt(3) == 0) {
          announced.add(announced.get(random.nextInt(announced.size())));
        }
      }
      announced.removeIf(commit -> random.nextInt(4) == 0);
      for (int i = 0; i < 5; i++) {
        java.util.Collections.swap(
            announced, random.nextInt(announced.size()), random.nextInt(announced.size()));
      }
      for (GraphCommit commit : announced) {
        if (!projection.fold(commit)) {
          projection.repair(BranchName.MAIN, log);
        }
      }
      projection.repair(BranchName.MAIN, log);
      assertThat(projection.commits(BranchName.MAIN))
          .as("seed %d", seed)
          .isEqualTo(log.newestFirst());
    }
  }

  @Test
  void aRecreatedBranchReplacesWhatWasKnown() {
    var old = new MemoryLog();
    old.append();
    old.append();
    var projection = new CommitProjection();
    projection.repair(BranchName.MAIN, old);
    var fresh = new CommitProjection.Log[1];
    var recreated =
        new GraphCommit(
            new CommitId("01ARZ3NDEKTSV4RRFFZZZZZZZZ"),
            BranchName.MAIN,
            1,
            null,
            null,
            null,
            0,
            CommitKind.MUTATION,
            List.of(),
            null,
            null,
            null);
    fresh[0] = (branch, limit, after) -> after == null ? List.of(recreated) : List.of();
    assertThat(projection.fold(recreated)).isFalse();
    projection.repair(BranchName.MAIN, fresh[0]);
    assertThat(projection.commits(BranchName.MAIN)).containsExactly(recreated);
  }
}
