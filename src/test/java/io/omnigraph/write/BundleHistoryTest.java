package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order in which commits can be made again. */
class BundleHistoryTest {

  private static final BranchName SIDE = new BranchName("side");

  private static CommitId id(int number) {
    return new CommitId("01J%023d".formatted(number));
  }

  private static CommitRecord commit(
      int number, BranchName branch, long version, int parent, int merged, long time, int carrier) {
    return new CommitRecord(
        new GraphCommit(
            id(number),
            branch,
            version,
            parent == 0 ? null : id(parent),
            merged == 0 ? null : id(merged),
            null,
            time,
            CommitKind.MUTATION,
            List.of(),
            null,
            null,
            carrier == 0 ? null : id(carrier)),
        List.of());
  }

  /** 1 - 2 - 5 (merges 4) on main; 3 - 4 on side, made at 2; clocks that go backwards. */
  private static BundleHistory merged() {
    CommitRecord one = commit(1, BranchName.MAIN, 1, 0, 0, 100, 0);
    CommitRecord two = commit(2, BranchName.MAIN, 2, 1, 0, 90, 0);
    CommitRecord three = commit(3, SIDE, 3, 2, 0, 80, 0);
    CommitRecord four = commit(4, SIDE, 4, 3, 0, 300, 0);
    CommitRecord five = commit(5, BranchName.MAIN, 3, 2, 4, 200, 0);
    return new BundleHistory(
        List.of(
            new BundleHistory.Branch(
                BranchName.MAIN,
                null,
                List.of(
                    one,
                    two,
                    five,
                    commit(3, SIDE, 3, 2, 0, 80, 5),
                    commit(4, SIDE, 4, 3, 0, 300, 5))),
            new BundleHistory.Branch(SIDE, BranchName.MAIN, List.of(one, two, three, four))));
  }

  @Test
  void parentsAndMergedParentsComeFirstWhateverTheClockSays() {
    assertThat(merged().ordered().stream().map(r -> r.commit().id()))
        .containsExactly(id(1), id(2), id(3), id(4), id(5));
  }

  @Test
  void carriedRowsBelongToTheirMergeAndForksToTheNewestInheritedCommit() {
    assertThat(merged().carriedBy(id(5)).stream().map(r -> r.commit().id()))
        .containsExactly(id(3), id(4));
    assertThat(merged().forkPoint(SIDE).orElseThrow().id()).isEqualTo(id(2));
    assertThat(merged().forkPoint(BranchName.MAIN)).isEmpty();
  }
}
