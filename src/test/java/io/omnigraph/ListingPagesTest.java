package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.S3Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Listings that take more than one page, by pages of few keys and by many keys. */
class ListingPagesTest {

  private static final boolean SOAK = Integer.getInteger("soak.factor", 1) > 1;
  private static final int MANY = 1_100;

  private static final FaultyPlace.Bucket BUCKET = new FaultyPlace.Bucket();
  private static final AtomicS3Endpoint ENDPOINT = BUCKET.endpoint();

  @AfterAll
  static void close() {
    BUCKET.close();
  }

  @AfterEach
  void wholePages() {
    ENDPOINT.pageSize(1_000);
  }

  /** The library pages through versions and references, the engine through everything else. */
  @Test
  void every_operation_works_where_a_page_holds_two_keys() {
    long seed = Long.getLong("seed", System.nanoTime());
    List<FaultedOperation> operations = new ArrayList<>(List.of(FaultedOperation.values()));
    Collections.shuffle(operations, new Random(seed));
    for (FaultedOperation operation : SOAK ? operations : operations.subList(0, 3)) {
      GraphUri root = FaultedRuns.prepared(BUCKET, operation);
      ENDPOINT.pageSize(2);
      int before = ENDPOINT.log().count(S3Request.Kind.LIST);
      FaultyPlace.Fault never = BUCKET.fault(root, Integer.MAX_VALUE, FaultyPlace.Effect.REFUSE);
      FaultedRuns.act(operation, never, false);
      FaultedRuns.verify(BUCKET, operation, root, true, operation + ", seed " + seed);
      assertThat(ENDPOINT.log().count(S3Request.Kind.LIST)).isGreaterThan(before);
      ENDPOINT.pageSize(1_000);
    }
  }

  @Test
  void a_sidecar_behind_a_thousand_other_files_is_found() {
    GraphUri root = FaultedRuns.prepared(BUCKET, FaultedOperation.OPEN_WITH_RECOVERY);
    for (int i = 0; i < MANY; i++) {
      ENDPOINT.store(FaultyPlace.Bucket.key(root) + "__recovery/00%04d".formatted(i), new byte[1]);
    }
    try (OmniGraph graph = TestEngine.openWaiting(BUCKET.settings(root))) {
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Bob", "Eve");
    }
    assertThat(ENDPOINT.keys(FaultyPlace.Bucket.key(root) + "__recovery/"))
        .hasSize(MANY)
        .noneMatch(key -> key.endsWith(".json"));
  }

  @Test
  void a_graph_of_more_than_a_thousand_branches_lists_makes_and_deletes_them() {
    GraphUri root = FaultedRuns.prepared(BUCKET, FaultedOperation.FIRST_WRITE_ON_A_BRANCH);
    String graphKey = FaultyPlace.Bucket.key(root);
    String references = graphKey + "__manifest/_refs/branches/";
    byte[] reference = ENDPOINT.bytes(references + "dev.json");
    for (int i = 0; i < MANY; i++) {
      ENDPOINT.store(references + "many%04d.json".formatted(i), reference);
      ENDPOINT.store(graphKey + "__branches/many%04d/from/main".formatted(i), new byte[1]);
    }
    BranchName last = BranchName.of("zz");
    try (OmniGraph graph = TestEngine.openWaiting(BUCKET.settings(root))) {
      assertThat(graph.branches()).hasSize(MANY + 2).endsWith(BranchName.of("many1099"));
      graph.createBranch(last, BranchName.MAIN, WriteOptions.ANONYMOUS);
      TestGraphs.addPerson(graph, "zz", "Zoe", 1);
      assertThat(graph.branches()).hasSize(MANY + 3).endsWith(last);
      graph.deleteBranch(last, WriteOptions.ANONYMOUS);
      assertThat(graph.branches()).hasSize(MANY + 2).doesNotContain(last);
    }
  }
}
