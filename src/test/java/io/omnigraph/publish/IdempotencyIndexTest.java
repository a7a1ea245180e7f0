package io.omnigraph.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitOperation;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/** How far back the first request with a key after opening reads. */
class IdempotencyIndexTest {

  private static final long DAY = Duration.ofHours(24).toNanos() / 1_000;
  private static final long NOW = 100 * DAY;

  private final IdempotencyIndex index = new IdempotencyIndex();
  private long rowsRead;

  /** A commit with key {@code k<version>}. */
  private static CommitRecord commit(long version, long createdAt) {
    return new CommitRecord(
        new GraphCommit(
            new CommitId("%026d".formatted(version)),
            BranchName.MAIN,
            version,
            null,
            null,
            null,
            createdAt,
            CommitKind.MUTATION,
            List.of(),
            null,
            null,
            null),
        List.of(new CommitOperation("o" + version, NullNode.instance, "k" + version, "same")));
  }

  private LongFunction<List<CommitRecord>> log(List<CommitRecord> commits) {
    return after -> {
      List<CommitRecord> read =
          commits.stream().filter(r -> r.commit().manifestVersion() > after).toList();
      rowsRead += read.size();
      return read;
    };
  }

  private boolean knows(List<CommitRecord> commits, long version) {
    OperationInfo request =
        new OperationInfo(
            "new",
            CommitKind.MUTATION,
            BranchName.MAIN,
            null,
            false,
            false,
            null,
            "k" + version,
            "same",
            null);
    long newest = commits.getLast().commit().manifestVersion();
    return index.find(log(commits), newest, request, NOW).isPresent();
  }

  private static List<CommitRecord> commits(int count, int versionsEach, long first, long step) {
    List<CommitRecord> commits = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      commits.add(commit((long) i * versionsEach, first + i * step));
    }
    return commits;
  }

  @Test
  void of_a_long_old_history_only_the_newest_part_is_read() {
    List<CommitRecord> commits = commits(40_000, 1, 0, 1);
    assertThat(knows(commits, 40_000)).isTrue();
    assertThat(knows(commits, 30_001)).isTrue();
    assertThat(knows(commits, 20_000)).isFalse();
    assertThat(rowsRead).isBetween(10_000L, 10_400L);
  }

  @Test
  void where_folds_made_most_versions_it_reads_on_until_there_are_enough_commits() {
    List<CommitRecord> commits = commits(20_000, 5, 0, 1);
    assertThat(knows(commits, 5 * 10_001L)).isTrue();
    assertThat(knows(commits, 5L)).isFalse();
    assertThat(rowsRead).isLessThan(60_000);
  }

  @Test
  void the_commits_of_a_day_are_all_read() {
    List<CommitRecord> commits = commits(25_000, 1, NOW - DAY + 1, 1);
    assertThat(knows(commits, 1)).isTrue();
    assertThat(knows(commits, 25_000)).isTrue();
  }

  @Test
  void a_short_history_is_read_once_as_a_whole() {
    List<CommitRecord> commits = commits(300, 1, 0, 1);
    assertThat(knows(commits, 1)).isTrue();
    assertThat(knows(commits, 301)).isFalse();
    assertThat(rowsRead).isEqualTo(300);
  }
}
