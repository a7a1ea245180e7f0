package io.omnigraph.storage.lance;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.GraphUri;
import io.omnigraph.model.Value;
import io.omnigraph.storage.Durability;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.RowBatches;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.storage.TestTables;
import io.omnigraph.testing.ArrowLeakExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Fragment;

/** A table's manifest, which every commit writes anew, does not grow with the commits before it. */
class VersionRunsTest {

  @TempDir Path root;
  @RegisterExtension final ArrowLeakExtension leaks = new ArrowLeakExtension();
  private TableStorage storage;
  private SnapshotHandle table;

  @BeforeEach
  void create() {
    storage =
        leaks.watch(
            LanceTables.open(
                GraphUri.local(root), StorageOptions.defaults().withDurability(Durability.OS)));
    table = TestTables.create(storage, "t", TestTables.ID_NUMBER);
    become(storage.maintenance().createIndex(table, new IndexSpec("id", IndexSpec.Kind.BTREE)));
  }

  private void become(SnapshotHandle next) {
    table.close();
    table = next;
  }

  private void commit(List<String> deleted, List<Value> row) {
    become(TestTables.commit(storage, TestTables.stage(storage, table, deleted, row)));
  }

  private void fold() {
    become(storage.maintenance().optimizeIndices(table));
    become(storage.maintenance().compact(table));
  }

  private long manifestBytes() throws IOException {
    return Files.size(root.resolve(table.manifestFile().path()));
  }

  private List<List<Value>> read(ScanRequest request) {
    return RowBatches.readAll(table.scan(request));
  }

  @Test
  void a_folded_table_has_a_manifest_of_the_same_size_after_many_commits_and_the_same_rows()
      throws IOException {
    List<Long> sizes = new ArrayList<>();
    for (int n = 0; n < 240; n++) {
      // Every sixth row is replaced later, so that fragments lose rows as well.
      commit(n % 6 == 5 ? List.of("n" + (n - 3)) : List.of(), TestTables.row("n" + n, n));
      if (n % 80 == 79) {
        fold();
        sizes.add(manifestBytes());
      }
    }
    // Gaps between the row ids of what is left take a few bytes each, the runs thirty.
    assertThat(sizes.get(2) - sizes.get(0)).as("%s", sizes).isLessThan(160 * 4);
    assertThat(table.countRows()).isEqualTo(200);
    assertThat(table.indices()).allMatch(index -> index.unindexedRows() == 0);
    for (int n = 0; n < 240; n += 7) {
      int expected = n % 6 == 2 ? 0 : 1;
      assertThat(read(ScanRequest.of("n").where(FilterSql.equalTo("id", "n" + n))))
          .as("n%d", n)
          .hasSize(expected);
    }
  }

  @Test
  void rows_tell_a_version_that_is_not_before_their_change_and_exactly_what_changed_since() {
    for (int n = 0; n < 90; n++) {
      commit(List.of(), TestTables.row("n" + n, n));
    }
    long before = table.version();
    fold();
    long folded = table.version();
    commit(List.of("n7"), TestTables.row("n7", 700));
    commit(List.of(), TestTables.row("new", 1));
    assertThat(read(ScanRequest.of("id").where(ScanRequest.UPDATED_AT_VERSION + " > " + folded)))
        .containsExactlyInAnyOrder(TestTables.row("n7"), TestTables.row("new"));
    assertThat(read(ScanRequest.of("id").where(ScanRequest.UPDATED_AT_VERSION + " <= " + before)))
        .hasSize(89);
    assertThat(read(ScanRequest.of("id").where(ScanRequest.CREATED_AT_VERSION + " < 90")))
        .isEmpty();
  }

  /** What is written here must be what the library writes itself. */
  @Test
  void one_run_is_noted_in_the_words_of_the_library() {
    for (int n = 0; n < 140; n++) {
      commit(List.of(), TestTables.row("n" + n, n));
    }
    List<Fragment> fragments = ((LanceSnapshot) table).dataset().getFragments();
    for (Fragment fragment : fragments) {
      assertThat(fragment.metadata().getCreatedAtVersionMeta().getMetadata())
          .isEqualTo(VersionRuns.oneRun(1, fragment.metadata().getId() + 3));
    }
  }
}
