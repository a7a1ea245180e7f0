package io.omnigraph.storage.lance;

import static io.omnigraph.storage.TestTables.ID_BODY;
import static io.omnigraph.storage.TestTables.append;
import static io.omnigraph.storage.TestTables.commit;
import static io.omnigraph.storage.TestTables.create;
import static io.omnigraph.storage.TestTables.ids;
import static io.omnigraph.storage.TestTables.row;
import static io.omnigraph.storage.TestTables.stage;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.GraphUri;
import io.omnigraph.model.Value;
import io.omnigraph.storage.Durability;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.testing.ArrowLeakExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A full-text index through many rounds of change and upkeep. Merging its segments, the library's
 * default, aborts the process in the second round.
 */
class FullTextUpkeepTest {

  /** More than the segments an index may have before it is built anew. */
  private static final int ROUNDS = 18;

  @RegisterExtension final ArrowLeakExtension leaks = new ArrowLeakExtension();

  @TempDir Path folder;

  @Test
  void theIndexStaysRightWhileIndexedRowsAreReplacedAndDeleted() {
    TableStorage storage =
        leaks.watch(
            LanceTables.open(
                GraphUri.local(folder), StorageOptions.defaults().withDurability(Durability.OS)));
    List<List<Value>> rows = new ArrayList<>();
    Set<String> common = new TreeSet<>();
    for (int i = 0; i < 100; i++) {
      rows.add(row("id" + i, "word" + i + " common"));
      common.add("id" + i);
    }
    SnapshotHandle table = create(storage, "nodes/t", ID_BODY, rows.toArray(List[]::new));
    table = upkeep(storage, table, true);
    for (int round = 0; round < ROUNDS; round++) {
      String replaced = "id" + round;
      String deleted = "id" + (99 - round);
      String added = "new" + round;
      table =
          replace(
              storage,
              table,
              List.of(replaced, deleted),
              row(replaced, "fresh" + round + " common"));
      table = append(storage, table, row(added, "added" + round + " common"));
      common.remove(deleted);
      common.add(added);

      table = upkeep(storage, table, false);

      assertThat(find(table, "common")).as("round %s", round).isEqualTo(common);
      assertThat(find(table, "word" + round)).isEmpty();
      assertThat(find(table, "word" + (99 - round))).isEmpty();
      assertThat(find(table, "fresh" + round)).containsExactly(replaced);
      assertThat(find(table, "added0")).containsExactly("new0");
    }
    table.close();
  }

  @Test
  void rowsOfEverySegmentAreFoundWhileOtherRowsWaitToBeIndexed() {
    TableStorage storage =
        leaks.watch(
            LanceTables.open(
                GraphUri.local(folder), StorageOptions.defaults().withDurability(Durability.OS)));
    SnapshotHandle table =
        create(storage, "nodes/s", ID_BODY, row("a", "common"), row("b", "common"));
    table = upkeep(storage, table, true);
    table = append(storage, table, row("c", "common"));
    table = upkeep(storage, table, false);
    table = append(storage, table, row("d", "common"));
    assertThat(find(table, "common")).containsExactly("a", "b", "c", "d");
    int second = table.fragments().get(1).id();
    ScanRequest search =
        ScanRequest.of("id").matching(new ScanRequest.FullText("body", "common", 0));
    assertThat(ids(table.scan(search.inFragments(List.of(second))))).containsExactly("c");
    assertThat(ids(table.scan(search.where("`id` <> 'a'").inFragments(List.of(0, second)))))
        .containsExactlyInAnyOrder("b", "c");
    table.close();
  }

  private static SnapshotHandle replace(
      TableStorage storage, SnapshotHandle table, List<String> old, List<Value> row) {
    try (table) {
      return commit(storage, stage(storage, table, old, row));
    }
  }

  private static SnapshotHandle upkeep(TableStorage storage, SnapshotHandle table, boolean build) {
    SnapshotHandle indexed;
    try (table) {
      indexed =
          build
              ? storage
                  .maintenance()
                  .createIndex(table, new IndexSpec("body", IndexSpec.Kind.FULL_TEXT))
              : storage.maintenance().optimizeIndices(table);
    }
    assertThat(indexed.indices()).allMatch(index -> index.unindexedFragments() == 0);
    try (indexed) {
      return storage.maintenance().compact(indexed);
    }
  }

  private static Set<String> find(SnapshotHandle table, String word) {
    return new TreeSet<>(
        ids(table.scan(ScanRequest.of("id").matching(new ScanRequest.FullText("body", word, 0)))));
  }
}
