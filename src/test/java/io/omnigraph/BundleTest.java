package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.write.BundleImport;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles: a graph comes back with its whole history. */
class BundleTest extends Bundles {

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void everyCommitOfARandomHistoryReadsTheSameAfterARoundTrip(long seed) {
    Random random = new Random(seed);
    int steps = 22 * Integer.getInteger("soak.factor", 1);
    Map<String, String> before;
    byte[] bundle;
    try (OmniGraph graph =
        OmniGraph.init(folder.resolve("one").toString(), SCHEMA, false, options())) {
      List<BranchName> branches = new ArrayList<>(List.of(BranchName.MAIN));
      for (int i = 0; i < steps; i++) {
        if (i % 8 == 5) {
          BranchName made = new BranchName("b" + i);
          graph.createBranch(
              made,
              branches.get(random.nextInt(branches.size())),
              WriteOptions.by(new ActorId("act-brancher")));
          branches.add(made);
        }
        if (i % 13 == 11 && branches.size() > 2) {
          BranchName gone = branches.get(1 + random.nextInt(branches.size() - 1));
          try {
            graph.deleteBranch(gone, WriteOptions.by(null));
            branches.remove(gone);
          } catch (ConflictException e) {
            assertThat(e.code()).isEqualTo("branch_has_dependants");
          }
        }
        step(graph, random, branches.get(random.nextInt(branches.size())));
      }
      before = seen(graph);
      bundle = bundle(graph);
    }
    BundleImport.Result result = restore(bundle, "two");
    try (OmniGraph graph = OmniGraph.open(folder.resolve("two").toString(), options())) {
      assertThat(seen(graph)).as("seed " + seed).isEqualTo(before);
      assertThat(result.commits())
          .isEqualTo(before.keySet().stream().filter(k -> k.startsWith("commit ")).count());
      assertThat(result.unreadable()).isZero();
      // It lives on: writes on every branch, and bundles of it.
      for (BranchName branch : graph.branches()) {
        graph.mutate(
            "query q() { insert Doc { name: \"after-" + branch + "\" } }",
            null,
            Map.of(),
            branch,
            WriteOptions.by(null));
      }
      Map<String, String> later = seen(graph);
      assertThat(later).containsAllEntriesOf(onlyCommits(before));
      restore(bundle(graph), "three");
      try (OmniGraph third = OmniGraph.open(folder.resolve("three").toString(), options())) {
        assertThat(seen(third)).isEqualTo(later);
      }
    }
    GraphIntegrity.check(
        GraphUri.local(folder.resolve("two")).canonical(), StorageOptions.defaults());
  }

  @Test
  void commitsThatWereCleanedUpKeepTheirPlaceWithoutContent() {
    Map<String, String> before;
    byte[] bundle;
    try (OmniGraph graph =
        OmniGraph.init(folder.resolve("one").toString(), SCHEMA, false, options())) {
      Random random = new Random(4);
      for (int i = 0; i < 12; i++) {
        step(graph, random, BranchName.MAIN);
      }
      graph.createBranch(new BranchName("side"), BranchName.MAIN, WriteOptions.by(null));
      for (int i = 0; i < 4; i++) {
        step(graph, random, BranchName.MAIN);
        step(graph, random, new BranchName("side"));
      }
      graph.cleanup(new CleanupPolicy(3, null), false);
      before = seen(graph);
      assertThat(before.values()).contains("historical_version_reclaimed");
      bundle = bundle(graph);
    }
    BundleImport.Result result = restore(bundle, "two");
    assertThat(result.unreadable()).isPositive();
    try (OmniGraph graph = OmniGraph.open(folder.resolve("two").toString(), options())) {
      assertThat(seen(graph)).isEqualTo(before);
    }
  }

  @Test
  void everySchemaOfTheHistoryComesBackWithItsCommits() {
    Map<String, String> before;
    byte[] bundle;
    String two =
        SCHEMA.replace("n: I32?", "n: I32?  more: String?") + "node Extra { k: String @key }";
    String three =
        two.replace("more: String?", "renamed: String? @rename_from(\"more\")")
            .replace("tags: [String]?", "");
    try (OmniGraph graph =
        OmniGraph.init(folder.resolve("one").toString(), SCHEMA, false, options())) {
      WriteOptions by = WriteOptions.by(new ActorId("act-schema"));
      load(graph, node(new Random(1), "a") + node(new Random(2), "b"));
      graph.applySchema(two, false, by);
      load(
          graph,
          "{\"type\":\"Doc\",\"data\":{\"name\":\"c\",\"more\":\"x\"}}{\"type\":\"Extra\",\"data\":{\"k\":\"1\"}}");
      graph.applySchema(three, false, by);
      load(graph, "{\"type\":\"Doc\",\"data\":{\"name\":\"d\",\"renamed\":\"y\"}}");
      graph.applySchema(three.replace("node Extra { k: String @key }", ""), false, by);
      load(graph, "{\"type\":\"Doc\",\"data\":{\"name\":\"e\",\"renamed\":\"z\"}}");
      // The name comes back with other columns.
      graph.applySchema(three.replace("k: String @key", "k: String @key  v: I32?"), false, by);
      load(graph, "{\"type\":\"Extra\",\"data\":{\"k\":\"2\",\"v\":7}}");
      graph.createBranch(new BranchName("side"), BranchName.MAIN, WriteOptions.by(null));
      before = seen(graph);
      bundle = bundle(graph);
    }
    assertThat(before.values().stream().filter(v -> v.contains("schema_apply"))).hasSize(4);
    restore(bundle, "two");
    try (OmniGraph graph = OmniGraph.open(folder.resolve("two").toString(), options())) {
      assertThat(seen(graph)).isEqualTo(before);
      load(graph, "{\"type\":\"Extra\",\"data\":{\"k\":\"3\",\"v\":8}}");
      assertThat(export(graph, ReadTarget.MAIN)).contains("\"id\":\"3\"");
    }
  }

  @Test
  void aHistoryGoesFromOneBucketToAnotherPlaceInIt() {
    Random random = new Random(11);
    try (var endpoint = new AtomicS3Endpoint()) {
      OpenOptions bucket = options().withStorageOptions(endpoint.environment());
      Map<String, String> before;
      byte[] bundle;
      try (OmniGraph graph = OmniGraph.init("s3://bucket/one", SCHEMA, false, bucket)) {
        for (int i = 0; i < 3; i++) {
          step(graph, random, BranchName.MAIN);
        }
        graph.createBranch(new BranchName("side"), BranchName.MAIN, WriteOptions.by(null));
        for (int i = 0; i < 2; i++) {
          step(graph, random, new BranchName("side"));
        }
        before = seen(graph);
        bundle = bundle(graph);
      }
      OmniGraph.importHistory("s3://bucket/two", new ByteArrayInputStream(bundle), bucket);
      assertThat(endpoint.keys("two/")).isNotEmpty().doesNotContain("two/__import.json");
      try (OmniGraph restored = OmniGraph.open("s3://bucket/two", bucket)) {
        assertThat(seen(restored)).isEqualTo(before);
        step(restored, random, BranchName.MAIN);
      }
      byte[] cut = Arrays.copyOf(bundle, bundle.length / 2);
      assertThatThrownBy(
              () ->
                  OmniGraph.importHistory(
                      "s3://bucket/three", new ByteArrayInputStream(cut), bucket))
          .isInstanceOf(GraphException.class);
      assertThat(endpoint.keys("three/")).allMatch(key -> key.contains("__lease"));
      // A bundle knows no place: the same one makes the graph on a disk.
      restore(bundle, "disk");
      try (OmniGraph restored = OmniGraph.open(folder.resolve("disk").toString(), options())) {
        assertThat(seen(restored)).isEqualTo(before);
      }
    }
  }

  private static Map<String, String> onlyCommits(Map<String, String> seen) {
    Map<String, String> commits = new TreeMap<>(seen);
    commits.keySet().removeIf(k -> !k.startsWith("commit ") && !k.startsWith("content "));
    return commits;
  }
}
