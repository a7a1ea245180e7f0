package io.omnigraph.storage;

import static io.omnigraph.storage.TestTables.ID_BODY;
import static io.omnigraph.storage.TestTables.addresses;
import static io.omnigraph.storage.TestTables.append;
import static io.omnigraph.storage.TestTables.commit;
import static io.omnigraph.storage.TestTables.committed;
import static io.omnigraph.storage.TestTables.content;
import static io.omnigraph.storage.TestTables.create;
import static io.omnigraph.storage.TestTables.ids;
import static io.omnigraph.storage.TestTables.row;
import static io.omnigraph.storage.TestTables.stage;
import static io.omnigraph.storage.TestTables.tag;
import static io.omnigraph.storage.TestTables.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.NotFoundException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/**
 * What every table storage promises, whatever lies below: {@link TableCommitContract}, and beyond
 * it branches, changes of the schema, restoring and upkeep.
 */
public abstract class TableStorageContract extends TableCommitContract {

  @Test
  void aForkContinuesFromItsSourceAndLeavesItAlone() {
    SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "x"));
    try (SnapshotHandle main = append(storage, table, row("b", "y"))) {
      BranchName branch = BranchName.of("feature/one");
      SnapshotHandle fork = storage.fork(main, branch);
      storage.forceFork(fork);
      assertThat(fork.version()).isEqualTo(2);
      assertThat(fork.address()).isEqualTo(new TableAddress("nodes/t", branch));
      assertThat(content(fork)).isEqualTo(Map.of("a", "x", "b", "y"));
      StagedWrite staged;
      try (fork) {
        staged = stage(storage, fork, List.of("a"), row("c", "z"));
        try (SnapshotHandle next = commit(storage, staged)) {
          storage.forceCommitted(next);
          assertThat(next.version()).isEqualTo(3);
          assertThat(content(next)).isEqualTo(Map.of("b", "y", "c", "z"));
          assertThat(next.incarnation()).isEqualTo(fork.incarnation());
        }
      }
      assertThat(storage.latestVersion(main)).isEqualTo(2);
      assertThat(content(main)).isEqualTo(Map.of("a", "x", "b", "y"));
      assertThat(storage.branches("nodes/t"))
          .singleElement()
          .satisfies(
              b -> {
                assertThat(b.name()).isEqualTo(branch);
                assertThat(b.parent()).isNull();
                assertThat(b.parentVersion()).isEqualTo(2);
                assertThat(b.incarnation()).isEqualTo(fork.incarnation());
              });
      try (SnapshotHandle again = storage.open(new TableAddress("nodes/t", branch), 3)) {
        assertThat(content(again)).isEqualTo(Map.of("b", "y", "c", "z"));
      }
    }
  }

  @Test
  void filesMayBeWrittenBeforeTheForkThatTheyAreFor() {
    try (SnapshotHandle main = create(storage, "nodes/t", ID_BODY, row("a", "x"));
        RowSource rows =
            RowBatches.sourceOf(storage.allocator(), ID_BODY, List.of(row("b", "y")))) {
      BranchName branch = BranchName.of("early");
      StagedFiles files = storage.writeFilesForFork(main, branch, rows, 0);
      try (SnapshotHandle fork = storage.fork(main, branch)) {
        StagedWrite staged =
            storage.stage(
                fork,
                new StageRequest(addresses(fork, List.of("a")), Set.of(), List.of(files), true));
        assertThat(storage.filesIntact(fork, staged)).isTrue();
        try (SnapshotHandle next = commit(storage, staged)) {
          assertThat(content(next)).isEqualTo(Map.of("b", "y"));
        }
      }
      assertThat(content(main)).isEqualTo(Map.of("a", "x"));
    }
  }

  @Test
  void forkingOntoAnExistingBranchIsAConflict() {
    try (SnapshotHandle main = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      storage.fork(main, BranchName.of("b")).close();
      assertThatThrownBy(() -> storage.fork(main, BranchName.of("b")))
          .isInstanceOf(ConflictException.class)
          .extracting(e -> ((GraphException) e).code())
          .isEqualTo("table_branch_exists");
    }
  }

  @Test
  void deletingABranchIsIdempotentAndGivesTheNameBack() {
    try (SnapshotHandle main = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      BranchName name = BranchName.of("b");
      String first;
      try (SnapshotHandle fork = storage.fork(main, name)) {
        first = fork.incarnation();
        commit(storage, stage(storage, fork, List.of(), row("old1", "x"), row("old2", "y")))
            .close();
      }
      storage.deleteBranch("nodes/t", name);
      storage.deleteBranch("nodes/t", name);
      assertThat(storage.branches("nodes/t")).isEmpty();
      assertThatThrownBy(() -> storage.openHead(new TableAddress("nodes/t", name)))
          .isInstanceOf(NotFoundException.class);
      // The new branch re-uses versions, fragment numbers and row ids of the old one.
      try (SnapshotHandle fork = storage.fork(main, name)) {
        assertThat(fork.incarnation()).isNotEqualTo(first);
        try (SnapshotHandle next =
            commit(
                storage,
                stage(storage, fork, List.of(), row("n1", "1"), row("n2", "2"), row("n3", "3")))) {
          assertThat(content(next)).isEqualTo(Map.of("a", "x", "n1", "1", "n2", "2", "n3", "3"));
          assertThat(ids(next.takeRows(new long[] {0, 1, 2, 3}, List.of("id"))))
              .containsExactly("a", "n1", "n2", "n3");
        }
      }
    }
  }

  @Test
  void aBranchOthersDependOnCannotBeDeleted() {
    try (SnapshotHandle main = create(storage, "nodes/t", ID_BODY, row("a", "x"));
        SnapshotHandle parent = storage.fork(main, BranchName.of("parent"))) {
      storage.fork(parent, BranchName.of("child")).close();
      assertThatThrownBy(() -> storage.deleteBranch("nodes/t", BranchName.of("parent")))
          .isInstanceOf(ConflictException.class)
          .extracting(e -> ((GraphException) e).code())
          .isEqualTo("table_branch_referenced");
      storage.deleteBranch("nodes/t", BranchName.of("child"));
      storage.deleteBranch("nodes/t", BranchName.of("parent"));
      assertThat(storage.branches("nodes/t")).isEmpty();
    }
  }

  @Test
  void indicesSurviveThreeGenerationsOfBranches() {
    SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "red fox"));
    table = append(storage, table, row("b", "brown bear"));
    SnapshotHandle main;
    try (SnapshotHandle base = table;
        SnapshotHandle withId = index(base, "id", TableMaintenance.IndexSpec.Kind.BTREE)) {
      main = index(withId, "body", TableMaintenance.IndexSpec.Kind.FULL_TEXT);
    }
    try (SnapshotHandle source = main;
        SnapshotHandle one = storage.fork(source, BranchName.of("g1"));
        SnapshotHandle two = storage.fork(one, BranchName.of("g2"));
        SnapshotHandle three = storage.fork(two, BranchName.of("g3"))) {
      for (SnapshotHandle generation : List.of(one, two, three)) {
        assertThat(ids(generation.scan(ScanRequest.of("id").where(FilterSql.equalTo("id", "b")))))
            .containsExactly("b");
        assertThat(
                ids(
                    generation.scan(
                        ScanRequest.of("id").matching(new ScanRequest.FullText("body", "FOX", 0)))))
            .containsExactly("a");
      }
      try (SnapshotHandle grown =
              commit(storage, stage(storage, three, List.of(), row("c", "fox")));
          SnapshotHandle optimized = storage.maintenance().optimizeIndices(grown)) {
        assertThat(optimized.indices())
            .allSatisfy(i -> assertThat(i.unindexedFragments()).isZero());
        assertThat(
                ids(
                    optimized.scan(
                        ScanRequest.of("id").matching(new ScanRequest.FullText("body", "fox", 0)))))
            .containsExactlyInAnyOrder("a", "c");
      }
    }
  }

  private SnapshotHandle index(
      SnapshotHandle table, String column, TableMaintenance.IndexSpec.Kind kind) {
    return storage.maintenance().createIndex(table, new TableMaintenance.IndexSpec(column, kind));
  }

  @Test
  void columnsAreAddedAndDroppedWithoutTouchingRows() throws Exception {
    try (SnapshotHandle base = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      Schema wider =
          new Schema(
              List.of(
                  TableSchemas.text("id", false),
                  TableSchemas.text("body", true),
                  TableSchemas.vector("v", 2, true)));
      StagedWrite staged = storage.stageSchema(base, wider, Map.of());
      StagedWrite rebuilt =
          storage.stageFromRedo(
              base,
              new RedoRecord(
                  (ObjectNode) new ObjectMapper().readTree(staged.redo().json().toString())));
      assertThat(rebuilt).isEqualTo(staged);
      SnapshotHandle widened = commit(storage, rebuilt);
      assertThat(widened.schema().getFields()).isEqualTo(wider.getFields());
      assertThat(
              RowBatches.readAll(
                  widened.scan(ScanRequest.of("id", "v", ScanRequest.UPDATED_AT_VERSION))))
          .containsExactly(row("a", null, 1));
      widened = append(storage, widened, row("b", "y", new float[] {1, 2}));
      Schema narrow =
          new Schema(List.of(TableSchemas.text("id", false), TableSchemas.vector("v", 2, true)));
      SnapshotHandle narrowed;
      try (SnapshotHandle wide = widened) {
        narrowed = commit(storage, storage.stageSchema(wide, narrow, Map.of()));
      }
      Schema again =
          new Schema(
              List.of(
                  TableSchemas.text("id", false),
                  TableSchemas.vector("v", 2, true),
                  TableSchemas.text("body", true)));
      try (SnapshotHandle narrowHandle = narrowed;
          SnapshotHandle readded =
              commit(storage, storage.stageSchema(narrowHandle, again, Map.of()))) {
        assertThat(RowBatches.readAll(readded.scan(ScanRequest.of("id", "v", "body"))))
            .as("a column of the same name is a new one")
            .containsExactly(row("a", null, null), row("b", new float[] {1, 2}, null));
      }
    }
  }

  @Test
  void aRenamedColumnKeepsItsValuesItsIdAndItsIndexBesideNewColumns() throws Exception {
    try (SnapshotHandle base = create(storage, "nodes/t", ID_BODY, row("a", "x"));
        SnapshotHandle indexed = index(base, "body", TableMaintenance.IndexSpec.Kind.BTREE)) {
      Schema target =
          new Schema(
              List.of(
                  TableSchemas.text("id", false),
                  TableSchemas.vector("aaa", 2, true),
                  TableSchemas.text("text", true)));
      StagedWrite staged = storage.stageSchema(indexed, target, Map.of("text", "body"));
      StagedWrite rebuilt =
          storage.stageFromRedo(
              indexed,
              new RedoRecord(
                  (ObjectNode) new ObjectMapper().readTree(staged.redo().json().toString())));
      assertThat(rebuilt).isEqualTo(staged);
      SnapshotHandle renamed = commit(storage, rebuilt);
      assertThat(renamed.schema().getFields()).isEqualTo(target.getFields());
      assertThat(renamed.columnId("text")).isEqualTo(indexed.columnId("body"));
      assertThat(renamed.hasScalarIndex("text")).isTrue();
      try (SnapshotHandle more = append(storage, renamed, row("b", new float[] {1, 2}, "y"))) {
        assertThat(RowBatches.readAll(more.scan(ScanRequest.of("id", "aaa", "text"))))
            .containsExactly(row("a", null, "x"), row("b", new float[] {1, 2}, "y"));
        assertThat(RowBatches.readAll(more.scan(ScanRequest.of("id").where("text = 'x'"))))
            .containsExactly(row("a"));
      }
    }
  }

  @Test
  void aReplacementEmptiesATableAndGivesItOtherColumns() throws Exception {
    try (SnapshotHandle base = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      Schema target =
          new Schema(
              List.of(
                  TableSchemas.text("id", false),
                  TableSchemas.column(
                      "body", false, new org.apache.arrow.vector.types.pojo.ArrowType.Bool())));
      StagedWrite staged = storage.stageReplacement(base, target);
      StagedWrite rebuilt =
          storage.stageFromRedo(
              base,
              new RedoRecord(
                  (ObjectNode) new ObjectMapper().readTree(staged.redo().json().toString())));
      assertThat(rebuilt).isEqualTo(staged);
      try (SnapshotHandle replaced = commit(storage, rebuilt)) {
        assertThat(replaced.version()).isEqualTo(base.version() + 1);
        assertThat(replaced.countRows()).isZero();
        assertThat(replaced.schema().getFields()).isEqualTo(target.getFields());
      }
      assertThat(content(base)).isEqualTo(Map.of("a", "x"));
    }
  }

  @Test
  void aSchemaChangeAndAWriteOnOneBaseExcludeEachOther() {
    try (SnapshotHandle base = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      Schema narrow = new Schema(List.of(TableSchemas.text("id", false)));
      StagedWrite change = storage.stageSchema(base, narrow, Map.of());
      StagedWrite write = stage(storage, base, List.of(), row("b", "y"));
      commit(storage, change).close();
      assertThat(storage.commit(write, tag())).isNotInstanceOf(CommitOutcome.Committed.class);
      try (SnapshotHandle head = storage.openHead(base.address())) {
        assertThat(head.version()).isEqualTo(2);
        StagedWrite late = storage.stageSchema(head, narrow, Map.of());
        commit(storage, stage(storage, head, List.of(), row("c"))).close();
        assertThat(storage.commit(late, tag())).isNotInstanceOf(CommitOutcome.Committed.class);
      }
    }
  }

  @Test
  void schemaChangesThatWouldNeedARewriteAreRefused() {
    try (SnapshotHandle base = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      assertThatThrownBy(() -> storage.stageSchema(base, TestTables.ID_NUMBER_AS_BODY, Map.of()))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("drop it first");
      Schema required =
          new Schema(List.of(TableSchemas.text("id", false), TableSchemas.text("new", false)));
      assertThatThrownBy(() -> storage.stageSchema(base, required, Map.of()))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("nullable");
    }
  }

  @Test
  void restoreBringsBackTheContentOfAnOlderVersion() {
    SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "x"));
    try (SnapshotHandle head = append(storage, table, row("b", "y"));
        SnapshotHandle restored = committed(storage.restore(head, 1, tag()))) {
      assertThat(restored.version()).isEqualTo(3);
      assertThat(content(restored)).isEqualTo(Map.of("a", "x"));
    }
  }

  @Test
  void droppingATableLeavesNothingAndTheNameCanBeUsedAgain() {
    try (SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      storage.fork(table, BranchName.of("b")).close();
    }
    storage.drop("nodes/t");
    storage.drop("nodes/t");
    assertThat(storage.exists(TableAddress.main("nodes/t"))).isFalse();
    try (SnapshotHandle again = create(storage, "nodes/t", ID_BODY, row("n", "1"), row("m", "2"))) {
      assertThat(content(again)).isEqualTo(Map.of("n", "1", "m", "2"));
      assertThat(ids(again.takeRows(new long[] {0, 1}, List.of("id")))).containsExactly("n", "m");
    }
  }

  @Test
  void compactionMergesSmallFragmentsAndKeepsContentAndIndices() {
    SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "x"));
    for (int i = 0; i < 4; i++) {
      table = append(storage, table, row("r" + i, "v" + i));
    }
    try (SnapshotHandle base = table;
        SnapshotHandle indexed = index(base, "id", TableMaintenance.IndexSpec.Kind.BTREE);
        SnapshotHandle compacted = storage.maintenance().compact(indexed);
        SnapshotHandle again = storage.maintenance().compact(compacted)) {
      assertThat(base.hasScalarIndex("id")).isFalse();
      assertThat(indexed.hasScalarIndex("id")).isTrue();
      assertThat(indexed.hasScalarIndex("body")).isFalse();
      assertThat(compacted.fragments()).hasSize(1);
      assertThat(content(compacted)).hasSize(5);
      assertThat(ids(compacted.scan(ScanRequest.of("id").where(FilterSql.equalTo("id", "r3")))))
          .containsExactly("r3");
      assertThat(again.version()).isEqualTo(compacted.version());
    }
  }

  @Test
  void cleanupRemovesOldVersionsButNeverTheNewestOrThoseOfBranches() {
    SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "x"));
    table = append(storage, table, row("b", "y"));
    storage.fork(table, BranchName.of("keep")).close();
    table = append(storage, table, row("c", "z"));
    try (SnapshotHandle head = append(storage, table, row("d", "w"))) {
      TableMaintenance.Removed removed =
          storage.maintenance().cleanup(head, 4, Instant.now().plusSeconds(60));
      assertThat(removed.versions()).isEqualTo(2);
      assertThatThrownBy(() -> storage.open(head.address(), 1)).isInstanceOf(GoneException.class);
      try (SnapshotHandle pinned = storage.open(head.address(), 2)) {
        assertThat(pinned.countRows()).isEqualTo(2);
      }
      assertThat(content(head)).hasSize(4);
    }
  }

  @Test
  void manifestFactsNameTheFileOfTheVersion() {
    SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "x"));
    try (SnapshotHandle next = append(storage, table, row("b", "y"))) {
      SnapshotHandle.ManifestFile file = next.manifestFile();
      assertThat(file.path()).isEqualTo("nodes/t/_versions/18446744073709551613.manifest");
      assertThat(file.namingScheme()).isEqualTo("V2");
    }
  }
}
