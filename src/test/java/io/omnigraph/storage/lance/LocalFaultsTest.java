package io.omnigraph.storage.lance;

import static io.omnigraph.storage.TestTables.ID_BODY;
import static io.omnigraph.storage.TestTables.append;
import static io.omnigraph.storage.TestTables.commit;
import static io.omnigraph.storage.TestTables.content;
import static io.omnigraph.storage.TestTables.create;
import static io.omnigraph.storage.TestTables.ids;
import static io.omnigraph.storage.TestTables.row;
import static io.omnigraph.storage.TestTables.stage;
import static io.omnigraph.storage.TestTables.tag;
import static io.omnigraph.storage.TestTables.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.InternalException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.ResourceLimitException;
import io.omnigraph.storage.CommitOutcome;
import io.omnigraph.storage.RedoRecord;
import io.omnigraph.storage.RowBatches;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StageRequest;
import io.omnigraph.storage.StagedWrite;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.testing.ArrowLeakExtension;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What an interrupted process or a lying disk leaves behind, and what is made of it. */
class LocalFaultsTest {

  private static final BranchName BRANCH = BranchName.of("b");

  @RegisterExtension final ArrowLeakExtension leaks = new ArrowLeakExtension();
  @TempDir Path directory;
  private TableStorage storage;

  @BeforeEach
  void open() {
    storage = leaks.watch(LanceTables.open(GraphUri.local(directory), StorageOptions.defaults()));
  }

  private SnapshotHandle table() {
    return create(storage, "nodes/t", ID_BODY, row("a", "x"), row("b", "y"), row("c", "z"));
  }

  private Path file(String relative) {
    return directory.resolve("nodes/t").resolve(relative);
  }

  private static void truncate(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(Files.size(file) / 2);
    }
  }

  @Test
  void missingAndTruncatedStagedFilesAreNoticed() throws Exception {
    try (SnapshotHandle base = table()) {
      StagedWrite staged = stage(storage, base, List.of("a"), row("n", "1"));
      JsonNode files = staged.redo().json().get("files");
      assertThat(files).hasSize(2);
      for (JsonNode entry : files) {
        Path file = file(entry.get("path").asText());
        byte[] whole = Files.readAllBytes(file);
        assertThat(entry.get("size").asLong()).isEqualTo(whole.length);
        assertThat(storage.filesIntact(base, staged)).isTrue();
        truncate(file);
        assertThat(storage.filesIntact(base, staged)).isFalse();
        Files.delete(file);
        assertThat(storage.filesIntact(base, staged)).isFalse();
        Files.write(file, whole);
      }
      assertThat(storage.filesIntact(base, staged)).isTrue();
    }
  }

  @Test
  void tornNewestManifestsAreRemovedAndPublishedOnesKept() throws Exception {
    SnapshotHandle second;
    try (SnapshotHandle base = table()) {
      second = commit(storage, stage(storage, base, List.of(), row("n", "1")));
    }
    second.close();
    TableAddress address = TableAddress.main("nodes/t");
    Files.write(file("_versions").resolve(LanceSnapshot.manifestName(3)), new byte[0]);
    truncate(file("_versions").resolve(LanceSnapshot.manifestName(2)));
    assertThatThrownBy(() -> storage.openHead(address)).isInstanceOf(GraphException.class);
    storage.deleteTornHead(address, 2);
    assertThat(file("_versions").resolve(LanceSnapshot.manifestName(3))).doesNotExist();
    assertThat(file("_versions").resolve(LanceSnapshot.manifestName(2))).exists();
    storage.deleteTornHead(address, 1);
    try (SnapshotHandle head = storage.openHead(address)) {
      assertThat(head.version()).isEqualTo(1);
      // Version 2 is made once more, with other content in a fragment of the same number.
      try (SnapshotHandle next =
          commit(storage, stage(storage, head, List.of(), row("p", "1"), row("q", "2")))) {
        assertThat(next.version()).isEqualTo(2);
        assertThat(content(next)).hasSize(5);
        assertThat(ids(next.takeRows(new long[] {3, 4}, List.of("id")))).containsExactly("p", "q");
      }
    }
  }

  @Test
  void aForkThatWasInterruptedIsAConflictUntilItsResidueIsDeleted() throws Exception {
    try (SnapshotHandle base = table()) {
      storage.fork(base, BRANCH).close();
      Files.delete(file("_refs/branches/b.json"));
      assertThatThrownBy(() -> storage.open(new TableAddress("nodes/t", BRANCH), 1))
          .isInstanceOf(NotFoundException.class);
      assertThatThrownBy(() -> storage.fork(base, BRANCH))
          .isInstanceOf(ConflictException.class)
          .extracting(e -> ((GraphException) e).context().get("registered"))
          .isEqualTo(false);
      storage.deleteBranch("nodes/t", BRANCH);
      assertThat(file("tree/b")).doesNotExist();
      storage.fork(base, BRANCH).close();
    }
  }

  @Test
  void aWriteByAHandleOfADeletedBranchLeavesResidueThatDoesNotComeBackToLife() {
    try (SnapshotHandle base = table();
        SnapshotHandle zombie = storage.fork(base, BRANCH)) {
      StagedWrite late = stage(storage, zombie, List.of(), row("ghost", "1"));
      storage.deleteBranch("nodes/t", BRANCH);
      CommitOutcome outcome = storage.commit(late, tag());
      if (outcome instanceof CommitOutcome.Committed committed) {
        committed.handle().close();
      }
      assertThatThrownBy(() -> storage.openHead(zombie.address()))
          .isInstanceOf(NotFoundException.class);
      storage.deleteBranch("nodes/t", BRANCH);
      try (SnapshotHandle fork = storage.fork(base, BRANCH)) {
        assertThat(content(fork)).isEqualTo(Map.of("a", "x", "b", "y", "c", "z"));
      }
    }
  }

  @Test
  void deletingABranchKeepsTheBranchesInItsFolder() {
    BranchName below = BranchName.of("b/below");
    try (SnapshotHandle base = table()) {
      storage.fork(base, BRANCH).close();
      storage.fork(base, below).close();
      storage.deleteBranch("nodes/t", BRANCH);
      storage.deleteBranch("nodes/t", BRANCH);
      try (SnapshotHandle kept = storage.openHead(new TableAddress("nodes/t", below))) {
        assertThat(content(kept)).hasSize(3);
      }
      assertThat(storage.branches("nodes/t")).extracting(b -> b.name()).containsExactly(below);
      storage.fork(base, BRANCH).close();
    }
  }

  @Test
  void ofRacingForksExactlyOneWinsAndItsBranchIsWhole() throws Exception {
    try (SnapshotHandle base = table();
        ExecutorService pool = Executors.newFixedThreadPool(4)) {
      for (int round = 0; round < 3; round++) {
        BranchName name = BranchName.of("race-" + round);
        List<Callable<Boolean>> racers =
            IntStream.range(0, 4)
                .<Callable<Boolean>>mapToObj(i -> () -> forked(base, name))
                .toList();
        int won = 0;
        for (Future<Boolean> outcome : pool.invokeAll(racers)) {
          won += outcome.get() ? 1 : 0;
        }
        assertThat(won).isEqualTo(1);
        try (SnapshotHandle fork = storage.openHead(new TableAddress("nodes/t", name))) {
          assertThat(content(fork)).hasSize(3);
        }
      }
    }
  }

  private boolean forked(SnapshotHandle base, BranchName name) {
    try {
      storage.fork(base, name).close();
      return true;
    } catch (GraphException lost) {
      return false;
    }
  }

  @Test
  void filesOfAnotherTableCannotBeCommitted() {
    try (SnapshotHandle one = table();
        SnapshotHandle other = create(storage, "nodes/other", ID_BODY, row("o", "x"))) {
      assertThatThrownBy(
              () ->
                  storage.stage(
                      one,
                      new StageRequest(
                          new long[0],
                          Set.of(),
                          List.of(write(storage, other, row("n", "1"))),
                          true)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void addressesOfFragmentsThatAreNotThereAreRefused() {
    try (SnapshotHandle base = table()) {
      assertThatThrownBy(
              () ->
                  storage.stage(
                      base, new StageRequest(new long[] {7L << 32}, Set.of(), List.of(), true)))
          .isInstanceOf(BadRequestException.class);
    }
  }

  @Test
  void aRedoRecordThatCannotBeReadIsReported() {
    try (SnapshotHandle base = table()) {
      RedoRecord redo = stage(storage, base, List.of("a"), row("n", "1")).redo();
      redo.json().put("op", "Magic");
      assertThatThrownBy(() -> storage.stageFromRedo(base, redo))
          .isInstanceOf(InternalException.class);
      redo.json().put("op", "Update").remove("added");
      assertThatThrownBy(() -> storage.stageFromRedo(base, redo))
          .isInstanceOf(InternalException.class)
          .hasCauseInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aSourceThatFailsWhileItIsWrittenKeepsItsOwnError() {
    try (SnapshotHandle base = table();
        RowSource rows =
            RowBatches.sourceOf(storage.allocator(), ID_BODY, List.of(row("n", "1")))) {
      ResourceLimitException limit = new ResourceLimitException("memory_limit", "too much");
      RowSource failing =
          new RowSource() {
            @Override
            public org.apache.arrow.vector.types.pojo.Schema schema() {
              return rows.schema();
            }

            @Override
            public long rowCount() {
              return 2;
            }

            @Override
            public io.omnigraph.storage.BatchStream open(BufferAllocator allocator) {
              io.omnigraph.storage.BatchStream inner = rows.open(allocator);
              return new io.omnigraph.storage.BatchStream() {
                @Override
                public VectorSchemaRoot next() {
                  VectorSchemaRoot batch = inner.next();
                  if (batch == null) {
                    throw limit;
                  }
                  return batch;
                }

                @Override
                public void close() {
                  inner.close();
                }
              };
            }

            @Override
            public void close() {}
          };
      assertThatThrownBy(() -> storage.writeFiles(base, failing, 0)).isSameAs(limit);
    }
  }

  @Test
  void aScanBeyondTheLimitOfItsAllocatorIsAResourceLimit() {
    SnapshotHandle table = table();
    try (SnapshotHandle grown = append(storage, table, row("big", "x".repeat(1 << 20)));
        BufferAllocator small = storage.allocator().newChildAllocator("request", 0, 1 << 16)) {
      assertThatThrownBy(() -> RowBatches.readAll(grown.scan(ScanRequest.of("id", "body"), small)))
          .isInstanceOf(ResourceLimitException.class);
      assertThat(RowBatches.readAll(grown.scan(ScanRequest.of("id"), small))).hasSize(4);
    }
  }

  @Test
  void whatAForkAndANewTableCreateCanBeForcedWhereverItLies() {
    try (SnapshotHandle base = table();
        SnapshotHandle fork = storage.fork(base, BranchName.of("deep/er/branch"))) {
      storage.forceFork(fork);
      storage.forceCommitted(base);
      storage.forceCommitted(fork);
      StagedWrite staged = stage(storage, fork, List.of("a"), row("n", "1"));
      storage.forceStaged(staged);
      storage.forceStaged(
          storage.stage(base, new StageRequest(new long[0], Set.of(), List.of(), true)));
    }
  }
}
