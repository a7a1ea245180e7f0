package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.maintenance.PendingIndex;
import io.omnigraph.maintenance.UpkeepReport;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle.IndexInfo;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Index builds and folding, published through the lane. */
class UpkeepTest {

  private static final String SCHEMA =
      """
      node Doc {
        slug: String @key
        body: String @index
        kind: enum(a, b) @index
        size: I64 @index
        emb: Vector(2)? @index
        tags: [String]?
      }
      edge Cites: Doc -> Doc
      """;

  private static final TableKey DOC = TableKey.node("Doc");
  private static final TableKey CITES = TableKey.edge("Cites");

  @TempDir Path directory;

  private OmniGraph open() {
    return OmniGraph.init(directory.resolve("g").toString(), SCHEMA, false, TestGraphs.fast());
  }

  private static void load(OmniGraph graph, String branch, String... slugs) {
    StringBuilder records = new StringBuilder();
    for (String slug : slugs) {
      records.append(
          """
          {"type":"Doc","data":{"slug":"%s","body":"the quick %s","kind":"a","size":1,"emb":[1,2]}}
          {"edge":"Cites","from":"%s","to":"%s"}
          """
              .formatted(slug, slug, slug, slug));
    }
    graph.load(
        new ByteArrayInputStream(records.toString().getBytes(StandardCharsets.UTF_8)),
        LoadMode.MERGE,
        BranchName.of(branch),
        null,
        WriteOptions.ANONYMOUS);
  }

  private static List<String> indexed(OmniGraph graph, String branch, TableKey key) {
    try (var lease =
        graph.engine().handles().open(graph.snapshot(ReadTarget.branch(branch)), key)) {
      return lease.handle().indices().stream()
          .map(IndexInfo::columns)
          .flatMap(List::stream)
          .sorted()
          .toList();
    }
  }

  @Test
  void ensureIndicesBuildsWhatTheSchemaAsksForAsOneMaintenanceCommit() {
    try (OmniGraph graph = open()) {
      load(graph, "main", "x", "y");
      GraphCommit before = graph.commits(BranchName.MAIN, 1, null).get(0);
      UpkeepReport report = graph.ensureIndices(BranchName.MAIN, 1);
      assertThat(indexed(graph, "main", DOC)).containsExactly("body", "id", "kind", "size", "slug");
      assertThat(indexed(graph, "main", CITES)).containsExactly("dst", "id", "src");
      assertThat(report.pending()).containsExactly(new PendingIndex(DOC, "emb", "below_threshold"));
      GraphCommit commit = graph.commits(BranchName.MAIN, 1, null).get(0);
      assertThat(commit.kind()).isEqualTo(CommitKind.MAINTENANCE);
      assertThat(commit.parent()).isEqualTo(before.id());
      assertThat(commit.tables()).extracting(t -> t.key()).containsExactly(CITES, DOC);
      assertThat(TestGraphs.ids(graph, "main", DOC)).containsExactly("x", "y");
    }
  }

  @Test
  void withNothingToDoNothingIsWritten() {
    try (OmniGraph graph = open()) {
      assertThat(graph.ensureIndices(BranchName.MAIN, 1).commit()).isNull();
      load(graph, "main", "x");
      assertThat(graph.ensureIndices(BranchName.MAIN, 2).commit()).isNull();
      graph.ensureIndices(BranchName.MAIN, 1);
      GraphCommit head = graph.commits(BranchName.MAIN, 1, null).get(0);
      assertThat(graph.ensureIndices(BranchName.MAIN, 1).commit()).isNull();
      assertThat(graph.commits(BranchName.MAIN, 1, null).get(0).id()).isEqualTo(head.id());
    }
  }

  @Test
  void optimizeFoldsFragmentsAndASecondRunIsANoOp() {
    try (OmniGraph graph = open()) {
      for (int i = 0; i < 5; i++) {
        load(graph, "main", "d" + i);
      }
      UpkeepReport report = graph.optimize(BranchName.MAIN);
      assertThat(report.tables())
          .filteredOn(t -> t.key().equals(DOC))
          .singleElement()
          .satisfies(
              t -> {
                assertThat(t.fragmentsBefore()).isEqualTo(5);
                assertThat(t.fragmentsAfter()).isEqualTo(1);
              });
      assertThat(TestGraphs.ids(graph, "main", DOC)).hasSize(5);
      assertThat(graph.optimize(BranchName.MAIN).commit()).isNull();
    }
  }

  @Test
  void aBranchWorksOnItsOwnTablesOnlyAndMainDoesNotMove() {
    try (OmniGraph graph = open()) {
      load(graph, "main", "x");
      graph.createBranch(BranchName.of("b"), BranchName.MAIN, WriteOptions.ANONYMOUS);
      assertThat(graph.ensureIndices(BranchName.of("b"), 1).commit()).isNull();
      load(graph, "b", "y");
      var main = graph.snapshot(ReadTarget.MAIN).tables();
      assertThat(graph.ensureIndices(BranchName.of("b"), 1).commit()).isNotNull();
      assertThat(indexed(graph, "b", DOC)).contains("id");
      assertThat(graph.snapshot(ReadTarget.MAIN).tables()).isEqualTo(main);
      assertThat(indexed(graph, "main", DOC)).isEmpty();
    }
  }

  @Test
  void writesAfterIndexingKeepIndexedAndUnindexedAnswersEqual() {
    try (OmniGraph graph = open()) {
      load(graph, "main", "x", "y");
      graph.ensureIndices(BranchName.MAIN, 1);
      load(graph, "main", "y", "z");
      TestGraphs.mutate(
          graph, "main", "query q() { update Doc set { size: 7 } where slug = \"x\" }", Map.of());
      graph.optimize(BranchName.MAIN);
      try (var lease = graph.engine().handles().open(graph.snapshot(ReadTarget.MAIN), DOC)) {
        assertThat(lease.handle().countRows("`size` = 7")).isEqualTo(1);
        assertThat(lease.handle().countRows("`size` = 1")).isEqualTo(2);
        assertThat(lease.handle().countRows("`id` = 'y'")).isEqualTo(1);
      }
    }
  }
}
