package io.omnigraph.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.Durability;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.RowBatches;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StageRequest;
import io.omnigraph.storage.StagedFiles;
import io.omnigraph.storage.StagedWrite;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.TestTables;
import io.omnigraph.storage.lance.LanceTables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking where the ids can stand finds what looking everywhere finds. */
class FileIdsTest {

  @TempDir Path root;

  private TableStorage storage;
  private final FileIds fileIds = new FileIds();

  @BeforeEach
  void open() {
    storage =
        LanceTables.open(
            GraphUri.parse(root.toString()).canonical(),
            StorageOptions.defaults().withDurability(Durability.OS));
  }

  @AfterEach
  void close() {
    storage.close();
  }

  private static List<String> everywhere(SnapshotHandle table, List<String> ids) {
    return TestTables.ids(table.scan(ScanRequest.of("id").where(FilterSql.in("id", ids)))).stream()
        .sorted()
        .toList();
  }

  private List<String> narrowed(SnapshotHandle table, List<String> ids) {
    Optional<List<Integer>> fragments = fileIds.fragmentsOf(table, ids);
    if (fragments.isEmpty()) {
      return everywhere(table, ids);
    }
    if (fragments.get().isEmpty()) {
      return List.of();
    }
    return TestTables.ids(
            table.scan(
                ScanRequest.of("id").where(FilterSql.in("id", ids)).inFragments(fragments.get())))
        .stream()
        .sorted()
        .toList();
  }

  private SnapshotHandle write(
      SnapshotHandle base, List<String> deleted, List<String> added, boolean tell) {
    List<StagedFiles> files = new ArrayList<>();
    if (!added.isEmpty()) {
      try (var rows =
          RowBatches.sourceOf(
              storage.allocator(),
              base.schema(),
              added.stream().map(id -> TestTables.row(id, "x")).toList())) {
        files.add(storage.writeFiles(base, rows, 0));
      }
    }
    StagedWrite staged =
        storage.stage(
            base, new StageRequest(TestTables.addresses(base, deleted), Set.of(), files, true));
    SnapshotHandle next = TestTables.commit(storage, staged);
    if (tell && !files.isEmpty()) {
      fileIds.add(next, files.get(0).dataFiles().get(0), added);
    }
    return next;
  }

  @Test
  void anIdThatNoFileHoldsNeedsNoReadAndOneThatAFileHoldsNeedsThatFileOnly() {
    try (SnapshotHandle one =
            TestTables.create(storage, "nodes/t", TestTables.ID_BODY, TestTables.row("a", "x"));
        SnapshotHandle two = write(one, List.of(), List.of("b"), true)) {
      assertThat(fileIds.fragmentsOf(two, List.of("nobody"))).contains(List.of());
      assertThat(fileIds.fragmentsOf(two, List.of("a"))).contains(List.of(0));
      assertThat(fileIds.fragmentsOf(two, List.of("b", "nobody"))).contains(List.of(1));
    }
  }

  @Test
  void aFileOfWhichRowsAreDeletedIsNotLearntFrom() {
    BranchName side = BranchName.of("side");
    try (SnapshotHandle base =
            TestTables.create(
                storage,
                "nodes/t",
                TestTables.ID_BODY,
                TestTables.row("a", "x"),
                TestTables.row("b", "x"));
        SnapshotHandle fork = storage.fork(base, side);
        SnapshotHandle main = write(base, List.of("a"), List.of(), false)) {
      assertThat(narrowed(main, List.of("a", "b"))).containsExactly("b");
      assertThat(narrowed(fork, List.of("a", "b")))
          .as("on the branch the row lives")
          .containsExactly("a", "b");
    }
  }

  @Test
  void onRandomHistoriesOfTwoBranchesNarrowedLookupsFindTheSame() {
    long seed = 5_2026L;
    System.err.println("FileIdsTest seed " + seed);
    Random random = new Random(seed);
    List<SnapshotHandle> heads = new ArrayList<>();
    heads.add(
        TestTables.create(storage, "nodes/t", TestTables.ID_BODY, TestTables.row("id0", "x")));
    int steps = 60 * Integer.getInteger("soak.factor", 1);
    for (int i = 0; i < steps; i++) {
      if (i == 20) {
        heads.add(storage.fork(heads.get(0), BranchName.of("side")));
      }
      int at = random.nextInt(heads.size());
      SnapshotHandle base = heads.get(at);
      List<String> touched = new ArrayList<>();
      for (int k = random.nextInt(4); k > 0; k--) {
        touched.add("id" + random.nextInt(60));
      }
      List<String> ids = touched.stream().distinct().toList();
      // An upsert: what is there goes, all of it comes back, or only some of it.
      List<String> added = random.nextInt(3) == 0 ? List.of() : ids;
      if (!ids.isEmpty() && (!everywhere(base, ids).isEmpty() || !added.isEmpty())) {
        heads.set(at, write(base, everywhere(base, ids), added, random.nextBoolean()));
        base.close();
      }
      if (random.nextInt(25) == 0) {
        SnapshotHandle loose = heads.get(at);
        heads.set(at, storage.maintenance().compact(loose));
        loose.close();
      }
      for (SnapshotHandle head : heads) {
        List<String> wanted = List.of("id" + random.nextInt(60), "id" + random.nextInt(60), "no");
        assertThat(narrowed(head, wanted)).as("step %d", i).isEqualTo(everywhere(head, wanted));
      }
    }
    heads.forEach(SnapshotHandle::close);
  }
}
