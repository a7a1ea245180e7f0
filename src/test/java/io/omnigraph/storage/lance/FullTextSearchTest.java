package io.omnigraph.storage.lance;

import static io.omnigraph.storage.TestTables.ID_BODY;
import static io.omnigraph.storage.TestTables.append;
import static io.omnigraph.storage.TestTables.commit;
import static io.omnigraph.storage.TestTables.create;
import static io.omnigraph.storage.TestTables.ids;
import static io.omnigraph.storage.TestTables.row;
import static io.omnigraph.storage.TestTables.stage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.Value;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.FullTextTerms;
import io.omnigraph.storage.RowBatches;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.ScanRequest.FullText;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.testing.ArrowLeakExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The answer of a search is the same without an index, with a partial one and with a full one. */
class FullTextSearchTest {

  private static final String[] WORDS = {
    "river",
    "River",
    "RIVERS",
    "stone",
    "Stone,",
    "bridge",
    "Überall",
    "überall",
    "straße",
    "STRASSE",
    "naïve",
    "naive",
    "ΣΟΦΟΣ",
    "σοφος",
    "σοφός",
    "x1",
    "1x",
    "日本語",
    "日本",
    "it's",
    "don't",
    "C3PO",
    "½",
    "Ⅷ",
    "the",
    "a",
    "running",
    "run",
    "e-mail",
    "foo_bar",
    "rıver",
    "İstanbul"
  };

  @RegisterExtension final ArrowLeakExtension leaks = new ArrowLeakExtension();
  @TempDir Path directory;
  private TableStorage storage;

  @BeforeEach
  void open() {
    storage = leaks.watch(LanceTables.open(GraphUri.local(directory), StorageOptions.defaults()));
  }

  @Test
  void indexCoverageNeverChangesWhichRowsMatch() {
    long seed = 20_26L;
    Random random = new Random(seed);
    List<List<Value>> rows = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      StringBuilder text = new StringBuilder();
      for (int w = 0; w <= random.nextInt(6); w++) {
        text.append(WORDS[random.nextInt(WORDS.length)]).append(random.nextBoolean() ? " " : ". ");
      }
      rows.add(row("r" + i, i % 13 == 0 ? null : text.toString()));
    }
    SnapshotHandle none = create(storage, "nodes/t", ID_BODY, firstRows(rows, 0, 30));
    SnapshotHandle partial = index(none);
    none.close();
    partial = append(storage, partial, firstRows(rows, 30, 45));
    SnapshotHandle partialMore = append(storage, partial, firstRows(rows, 45, 60));
    SnapshotHandle plain = create(storage, "nodes/plain", ID_BODY, firstRows(rows, 0, 60));
    try (SnapshotHandle some = partialMore;
        SnapshotHandle unindexed = plain;
        SnapshotHandle full = storage.maintenance().optimizeIndices(some)) {
      for (String word : WORDS) {
        for (int edits = 0; edits <= 2; edits++) {
          FullText search = new FullText("body", word, edits);
          TreeSet<String> expected = expected(rows, search);
          String what = "seed " + seed + ": " + search;
          assertThat(found(unindexed, search)).as("no index, %s", what).isEqualTo(expected);
          assertThat(found(some, search)).as("partial index, %s", what).isEqualTo(expected);
          assertThat(found(full, search)).as("full index, %s", what).isEqualTo(expected);
        }
      }
    }
  }

  private static TreeSet<String> expected(List<List<Value>> rows, FullText search) {
    FullTextTerms terms = FullTextTerms.of(search.query(), search.maxEdits());
    TreeSet<String> expected = new TreeSet<>();
    for (List<Value> row : rows) {
      if (row.get(1) instanceof Value.Text text && terms.matches(text.value())) {
        expected.add(((Value.Text) row.get(0)).value());
      }
    }
    return expected;
  }

  private static TreeSet<String> found(SnapshotHandle table, FullText search) {
    return new TreeSet<>(ids(table.scan(ScanRequest.of("id").matching(search))));
  }

  @SuppressWarnings("unchecked")
  private static List<Value>[] firstRows(List<List<Value>> rows, int from, int to) {
    return rows.subList(from, to).toArray(List[]::new);
  }

  @Test
  void shorterTextsScoreHigherAndCoverageDoesNotChangeTheScore() {
    List<List<Value>> rows =
        List.of(
            row("1", "river"),
            row("2", "river stone"),
            row("3", "river stone bridge"),
            row("4", "bridge"),
            row("5", null));
    SnapshotHandle plain = create(storage, "nodes/plain", ID_BODY, firstRows(rows, 0, 5));
    SnapshotHandle first = create(storage, "nodes/t", ID_BODY, firstRows(rows, 0, 2));
    SnapshotHandle partial = index(first);
    first.close();
    partial = append(storage, partial, firstRows(rows, 2, 5));
    try (SnapshotHandle unindexed = plain;
        SnapshotHandle some = partial;
        SnapshotHandle full = index(unindexed)) {
      ScanRequest request =
          ScanRequest.of("id", ScanRequest.SCORE).matching(new FullText("body", "river", 0));
      List<List<Value>> byIndex = RowBatches.readAll(full.scan(request));
      assertThat(byIndex)
          .extracting(r -> r.get(0))
          .containsExactly(row("1", "2", "3").toArray(Value[]::new));
      for (SnapshotHandle table : List.of(unindexed, some)) {
        List<List<Value>> flat = RowBatches.readAll(table.scan(request));
        assertThat(flat)
            .extracting(r -> r.get(0))
            .isEqualTo(byIndex.stream().map(r -> r.get(0)).toList());
        for (int i = 0; i < flat.size(); i++) {
          assertThat(((Value.Real) flat.get(i).get(1)).value())
              .isCloseTo(
                  ((Value.Real) byIndex.get(i).get(1)).value(),
                  org.assertj.core.data.Offset.offset(1e-4));
        }
      }
    }
  }

  @Test
  void filtersLimitsAndFragmentsApplyWithAndWithoutIndex() {
    SnapshotHandle plain =
        create(storage, "nodes/t", ID_BODY, row("a", "fox one"), row("b", "fox"), row("c", "dog"));
    try (SnapshotHandle unindexed = append(storage, plain, row("d", "the fox two words"));
        SnapshotHandle full = index(unindexed)) {
      for (SnapshotHandle table : List.of(unindexed, full)) {
        ScanRequest fox = ScanRequest.of("id").matching(new FullText("body", "fox", 0));
        assertThat(ids(table.scan(fox.where(FilterSql.in("id", List.of("a", "c", "d"))))))
            .containsExactlyInAnyOrder("a", "d");
        ScanRequest ranked =
            ScanRequest.of("id", ScanRequest.SCORE).matching(new FullText("body", "fox", 0));
        assertThat(ids(table.scan(ranked.limit(1)))).containsExactly("b");
        assertThat(ids(table.scan(fox.inFragments(List.of(1))))).containsExactly("d");
        assertThat(ids(table.scan(fox.matching(new FullText("body", "...", 0))))).isEmpty();
        try (BatchStream stream = table.scan(fox)) {
          assertThat(stream.next().getSchema().getFields()).hasSize(1);
        }
      }
    }
  }

  @Test
  void deletedRowsAreNotFoundAndNewOnesAre() {
    try (SnapshotHandle table =
            create(storage, "nodes/t", ID_BODY, row("a", "fox"), row("b", "fox"));
        SnapshotHandle indexed = index(table);
        SnapshotHandle changed =
            commit(storage, stage(storage, indexed, List.of("a"), row("a", "bear")))) {
      assertThat(found(changed, new FullText("body", "fox", 0))).containsExactly("b");
      assertThat(found(changed, new FullText("body", "bears", 1))).containsExactly("a");
    }
  }

  @Test
  void rowAddressesAndRowIdsCanBeProjected() {
    SnapshotHandle plain = create(storage, "nodes/t", ID_BODY, row("a", "fox"));
    try (SnapshotHandle unindexed = append(storage, plain, row("b", "bear"), row("c", "fox"));
        SnapshotHandle full = index(unindexed)) {
      for (SnapshotHandle table : List.of(unindexed, full)) {
        assertThat(
                RowBatches.readAll(
                    table.scan(
                        ScanRequest.of("id", "_rowaddr", "_rowid")
                            .matching(new FullText("body", "fox", 0)))))
            .containsExactly(row("a", 0, 0), row("c", (1L << 32) + 1, 2));
        assertThatThrownBy(
                () ->
                    table.scan(
                        ScanRequest.of(ScanRequest.CREATED_AT_VERSION)
                            .matching(new FullText("body", "fox", 0))))
            .isInstanceOf(BadRequestException.class);
      }
    }
  }

  @Test
  void onlyTextColumnsCanBeSearched() {
    try (SnapshotHandle table =
        create(storage, "nodes/t", io.omnigraph.storage.TestTables.ID_NUMBER, row("a", 1))) {
      assertThatThrownBy(() -> table.scan(ScanRequest.of("id").matching(new FullText("n", "x", 0))))
          .isInstanceOf(BadRequestException.class);
    }
  }

  private SnapshotHandle index(SnapshotHandle table) {
    return storage
        .maintenance()
        .createIndex(table, new IndexSpec("body", IndexSpec.Kind.FULL_TEXT));
  }
}
