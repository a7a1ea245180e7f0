package io.omnigraph.storage.lance;

import static io.omnigraph.storage.TestTables.ID_BODY;
import static io.omnigraph.storage.TestTables.append;
import static io.omnigraph.storage.TestTables.content;
import static io.omnigraph.storage.TestTables.create;
import static io.omnigraph.storage.TestTables.ids;
import static io.omnigraph.storage.TestTables.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.ScanRequest.FullText;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.testing.ArrowLeakExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Names and texts beyond the first plane, which the library's native seam garbles. */
class UnicodeTest {

  @RegisterExtension final ArrowLeakExtension leaks = new ArrowLeakExtension();
  @TempDir Path directory;

  private TableStorage open(Path root) {
    return leaks.watch(LanceTables.open(GraphUri.local(root), StorageOptions.defaults()));
  }

  @Test
  void branchesMayHaveNamesOfAnyScript() {
    TableStorage storage = open(directory);
    try (SnapshotHandle main = create(storage, "nodes/t", ID_BODY, row("a", "x"))) {
      for (String name : new String[] {"ünï.x", "日本/枝", "a_b-c.1", "𝔘"}) {
        BranchName branch = BranchName.of(name);
        storage.fork(main, branch).close();
        try (SnapshotHandle fork = storage.openHead(new TableAddress("nodes/t", branch))) {
          assertThat(content(fork)).isEqualTo(Map.of("a", "x"));
        }
        assertThat(storage.branches("nodes/t")).extracting(b -> b.name()).containsExactly(branch);
        storage.deleteBranch("nodes/t", branch);
        assertThat(storage.branches("nodes/t")).isEmpty();
      }
    }
  }

  @Test
  void graphsMayLieInFoldersOfAnyName() throws Exception {
    for (String name : new String[] {"ünï", "日本", "emoji 😀", "a%20b?c#d"}) {
      Path root = Files.createDirectories(directory.resolve(name));
      TableStorage storage = open(root);
      SnapshotHandle table = create(storage, "nodes/t", ID_BODY, row("a", "x"));
      try (SnapshotHandle next = append(storage, table, row("b", "y"))) {
        assertThat(content(next)).as(name).hasSize(2);
      }
      assertThat(root.resolve("nodes/t/_versions")).exists();
    }
  }

  @Test
  void wordsBeyondTheFirstPlaneAreFound() {
    TableStorage storage = open(directory);
    try (SnapshotHandle plain =
            create(storage, "nodes/t", ID_BODY, row("a", "𝔘nicode text"), row("b", "unicode"));
        SnapshotHandle indexed =
            storage
                .maintenance()
                .createIndex(plain, new IndexSpec("body", IndexSpec.Kind.FULL_TEXT))) {
      for (SnapshotHandle table : new SnapshotHandle[] {plain, indexed}) {
        assertThat(
                ids(table.scan(ScanRequest.of("id").matching(new FullText("body", "𝔘nicode", 0)))))
            .containsExactly("a");
        assertThat(
                ids(
                    table.scan(
                        ScanRequest.of("id").matching(new FullText("body", "unicode\0x", 0)))))
            .containsExactly("b");
      }
    }
  }
}
