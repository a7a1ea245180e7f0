package io.omnigraph.storage.lance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.GoneException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.Value;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.Durability;
import io.omnigraph.storage.RowBatches;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StageRequest;
import io.omnigraph.storage.StagedFiles;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.TestTables;
import io.omnigraph.testing.ArrowLeakExtension;
import io.omnigraph.testing.AtomicS3Endpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another process may clean up what a reader has open: the reader is told so, whenever it was. */
class ReclaimedWhileReadTest {

  private static final int FILES = 90;

  /** Random letters, more than the library takes along when it looks at the end of a file. */
  private static final int BODY = 80_000;

  @TempDir Path directory;
  @RegisterExtension final ArrowLeakExtension leaks = new ArrowLeakExtension();
  private AtomicS3Endpoint endpoint;

  @BeforeEach
  void start() {
    endpoint = new AtomicS3Endpoint();
  }

  @AfterEach
  void stop() {
    endpoint.close();
  }

  /** One storage for each process. */
  private TableStorage storage(boolean bucket, GraphUri root) {
    StorageOptions options =
        bucket
            ? StorageOptions.fromEnvironment(endpoint.environment())
            : StorageOptions.defaults().withDurability(Durability.OS);
    return leaks.watch(LanceTables.open(root, options));
  }

  private GraphUri root(boolean bucket) {
    return bucket ? endpoint.freshRoot() : GraphUri.local(directory);
  }

  /** Many files, so that a scan has not read them all when its first rows are here. */
  private static SnapshotHandle filled(TableStorage owner) {
    List<List<Value>> rows = new ArrayList<>();
    Random random = new Random(7);
    for (int file = 0; file < FILES; file++) {
      rows.add(TestTables.row("n" + file, letters(random)));
    }
    try (SnapshotHandle empty = TestTables.create(owner, "t", TestTables.ID_BODY);
        RowSource source = RowBatches.sourceOf(owner.allocator(), empty.schema(), rows)) {
      List<StagedFiles> files = List.of(owner.writeFiles(empty, source, 1));
      return TestTables.commit(
          owner, owner.stage(empty, new StageRequest(new long[0], Set.of(), files, true)));
    }
  }

  private static String letters(Random random) {
    StringBuilder text = new StringBuilder(BODY);
    random.ints(BODY, 'a', 'z' + 1).forEach(c -> text.append((char) c));
    return text.toString();
  }

  private static void reclaim(TableStorage owner, SnapshotHandle table) {
    try (SnapshotHandle folded = owner.maintenance().compact(table)) {
      owner.maintenance().cleanup(folded, folded.version(), Instant.now().plus(Duration.ofDays(1)));
    }
    table.close();
  }

  private static void expectGone(ThrowingCallable read) {
    assertThatThrownBy(read)
        .isInstanceOf(GoneException.class)
        .hasMessageContaining("was reclaimed by a cleanup")
        .extracting(e -> ((GraphException) e).code())
        .isEqualTo("historical_version_reclaimed");
  }

  private static void readAll(BatchStream rows) {
    while (rows.next() != null) {
      // Only whether it ends well is of interest.
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void a_scan_that_begins_after_the_cleanup_and_an_opening_tell_what_happened(boolean bucket) {
    GraphUri root = root(bucket);
    TableStorage owner = storage(bucket, root);
    TableStorage elsewhere = storage(bucket, root);
    SnapshotHandle table = filled(owner);
    try (SnapshotHandle open = elsewhere.open(TableAddress.main("t"), table.version())) {
      // From here on the owner has caches of its own, as in another process.
      LanceRuntime.process().forget(root + "/t");
      reclaim(owner, table);
      expectGone(
          () -> {
            try (BatchStream late = open.scan(ScanRequest.of("id", "body"))) {
              readAll(late);
            }
          });
      expectGone(() -> elsewhere.open(TableAddress.main("t"), open.version()));
    }
  }

  /** On a disk; of a bucket the library asks for all files at once. */
  @Test
  void a_scan_that_is_under_way_tells_what_happened() {
    GraphUri root = root(false);
    TableStorage owner = storage(false, root);
    TableStorage elsewhere = storage(false, root);
    SnapshotHandle table = filled(owner);
    try (SnapshotHandle open = elsewhere.open(TableAddress.main("t"), table.version());
        BatchStream underWay = open.scan(ScanRequest.of("id", "body").batchRows(1))) {
      assertThat(underWay.next()).isNotNull();
      reclaim(owner, table);
      expectGone(() -> readAll(underWay));
    }
  }

  @Test
  void a_file_that_is_lost_while_its_version_is_there_is_a_failure_of_the_storage()
      throws IOException {
    TableStorage owner = storage(false, root(false));
    try (SnapshotHandle table = filled(owner)) {
      try (Stream<Path> files = Files.list(directory.resolve("t/data"))) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      try (TableStorage elsewhere = storage(false, GraphUri.local(directory));
          SnapshotHandle open = elsewhere.open(TableAddress.main("t"), table.version())) {
        assertThatThrownBy(
                () -> {
                  try (BatchStream rows = open.scan(ScanRequest.of("id"))) {
                    readAll(rows);
                  }
                })
            .isInstanceOf(StorageException.class)
            .extracting(e -> ((GraphException) e).code())
            .isEqualTo("storage_file_missing");
      }
    }
  }
}
