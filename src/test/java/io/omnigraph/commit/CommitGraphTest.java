package io.omnigraph.commit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.TableKey;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CommitGraphTest {

  private static CommitId id(int n) {
    return new CommitId("01ARZ3NDEKTSV4RRFFQ69G5" + "%03d".formatted(n));
  }

  private static GraphCommit commit(int n, @Nullable Integer parent, @Nullable Integer merged) {
    return new GraphCommit(
        id(n),
        BranchName.MAIN,
        n,
        parent == null ? null : id(parent),
        merged == null ? null : id(merged),
        new ActorId("ada"),
        n,
        CommitKind.MUTATION,
        List.of(new TableMove(TableKey.node("P"), n, n + 1, BranchName.of("dev"), 5)),
        "sha256:a",
        ActorId.RECOVERY,
        null);
  }

  @Test
  void a_commit_written_to_its_row_and_read_back_is_equal() {
    CommitRecord record =
        new CommitRecord(
            commit(2, 1, 0),
            List.of(new CommitOperation("op", IntNode.valueOf(3), "key", "digest")));
    assertThat(CommitCodec.decode(CommitCodec.encode(record))).isEqualTo(record);
  }

  @Test
  void folding_twice_changes_nothing_and_the_newest_comes_first() {
    CommitGraph graph = new CommitGraph();
    graph.foldAll(List.of(commit(2, 1, null), commit(1, null, null), commit(2, 1, null)));
    assertThat(graph.newestFirst(-1, null))
        .extracting(GraphCommit::id)
        .containsExactly(id(2), id(1));
    assertThat(graph.newestFirst(5, id(2))).extracting(GraphCommit::id).containsExactly(id(1));
    assertThat(graph.head().orElseThrow().id()).isEqualTo(id(2));
    assertThat(graph.hasGapBefore(commit(9, 8, null))).isTrue();
  }

  @Test
  void the_merge_base_is_the_best_common_ancestor_also_after_a_detour() {
    // main 1-2-5(merges 4)-6; side 1-3-4 then goes on to 7: the base of 6 and 7 is 4, not 1.
    CommitGraph main = new CommitGraph();
    main.foldAll(
        List.of(
            commit(1, null, null),
            commit(2, 1, null),
            commit(3, 1, null),
            commit(4, 3, null),
            commit(5, 2, 4),
            commit(6, 5, null)));
    CommitGraph side = new CommitGraph();
    side.foldAll(
        List.of(commit(1, null, null), commit(3, 1, null), commit(4, 3, null), commit(7, 4, null)));
    assertThat(CommitGraph.mergeBase(side, id(7), main, id(6)).orElseThrow().id()).isEqualTo(id(4));
    assertThat(CommitGraph.mergeBase(side, id(3), main, id(2)).orElseThrow().id()).isEqualTo(id(1));
  }

  @Test
  void histories_without_a_common_commit_have_no_merge_base() {
    CommitGraph one = new CommitGraph();
    one.fold(commit(1, null, null));
    CommitGraph other = new CommitGraph();
    other.fold(commit(2, null, null));
    assertThat(CommitGraph.mergeBase(one, id(1), other, id(2))).isEmpty();
  }

  @Test
  void ids_strictly_increase_also_when_the_clock_goes_back() {
    long[] now = {1_000_000};
    MonotonicIds ids = new MonotonicIds(() -> Instant.ofEpochMilli(now[0]), new Random(7));
    TreeSet<String> seen = new TreeSet<>();
    String last = "";
    for (int i = 0; i < 2_000; i++) {
      now[0] += i % 3 == 0 ? -5 : 1;
      String next = ids.nextUlid();
      assertThat(next).isGreaterThan(last);
      seen.add(next);
      last = next;
    }
    assertThat(seen).hasSize(2_000);
  }
}
