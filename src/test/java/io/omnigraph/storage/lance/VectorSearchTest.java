package io.omnigraph.storage.lance;

import static io.omnigraph.storage.TestTables.append;
import static io.omnigraph.storage.TestTables.create;
import static io.omnigraph.storage.TestTables.ids;
import static io.omnigraph.storage.TestTables.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.Value;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.RowBatches;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.ScanRequest.Nearest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import io.omnigraph.storage.TableSchemas;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.testing.ArrowLeakExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class VectorSearchTest {

  private static final Schema WITH_VECTOR =
      new Schema(List.of(TableSchemas.text("id", false), TableSchemas.vector("v", 4, true)));

  @RegisterExtension final ArrowLeakExtension leaks = new ArrowLeakExtension();
  @TempDir Path directory;
  private TableStorage storage;

  @BeforeEach
  void open() {
    storage = leaks.watch(LanceTables.open(GraphUri.local(directory), StorageOptions.defaults()));
  }

  @Test
  void neighboursComeNearestFirstWithSquaredDistancesAndWithoutNulls() {
    try (SnapshotHandle table =
        create(
            storage,
            "nodes/t",
            WITH_VECTOR,
            row("far", new float[] {3, 0, 0, 0}),
            row("none", null),
            row("near", new float[] {1, 0, 0, 0}))) {
      ScanRequest search =
          ScanRequest.of("id", ScanRequest.DISTANCE)
              .nearest(new Nearest("v", new float[4], 10, false));
      assertThat(RowBatches.readAll(table.scan(search)))
          .containsExactly(row("near", 1.0), row("far", 9.0));
      assertThat(ids(table.scan(search.where(FilterSql.equalTo("id", "far")))))
          .containsExactly("far");
      assertThat(ids(table.scan(search.limit(1)))).containsExactly("near");
      assertThat(ids(table.scan(search.limit(0)))).isEmpty();
    }
  }

  @Test
  void wrongDimensionsAndColumnsAreRefused() {
    try (SnapshotHandle table = create(storage, "nodes/t", WITH_VECTOR, row("a", null))) {
      assertThatThrownBy(
              () ->
                  table.scan(ScanRequest.of("id").nearest(new Nearest("v", new float[3], 1, true))))
          .isInstanceOf(BadRequestException.class)
          .hasMessageContaining("vectors of 4 numbers; the query has 3");
      assertThatThrownBy(
              () ->
                  table.scan(
                      ScanRequest.of("id").nearest(new Nearest("id", new float[3], 1, true))))
          .isInstanceOf(BadRequestException.class);
      assertThatThrownBy(
              () ->
                  table.scan(
                      ScanRequest.of(ScanRequest.CREATED_AT_VERSION)
                          .nearest(new Nearest("v", new float[4], 1, true))))
          .isInstanceOf(BadRequestException.class);
    }
  }

  @Test
  void anIndexFindsTheSameNeighboursAndRowsItDoesNotCover() {
    Random random = new Random(5);
    List<List<Value>> rows = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      float[] vector = new float[4];
      for (int d = 0; d < 4; d++) {
        vector[d] = random.nextFloat();
      }
      rows.add(row("r" + i, vector));
    }
    @SuppressWarnings("unchecked")
    List<Value>[] array = rows.toArray(List[]::new);
    SnapshotHandle indexed;
    try (SnapshotHandle plain = create(storage, "nodes/t", WITH_VECTOR, array)) {
      indexed = storage.maintenance().createIndex(plain, new IndexSpec("v", IndexSpec.Kind.VECTOR));
    }
    try (SnapshotHandle table =
        append(storage, indexed, row("new", new float[] {0.5f, 0.5f, 0.5f, 0.5f}))) {
      assertThat(table.indices())
          .singleElement()
          .satisfies(
              i -> {
                assertThat(i.columns()).containsExactly("v");
                assertThat(i.serves(new IndexSpec("v", IndexSpec.Kind.VECTOR))).isTrue();
                assertThat(i.unindexedFragments()).isEqualTo(1);
              });
      float[] target = {0.5f, 0.5f, 0.5f, 0.5f};
      List<String> exact =
          ids(table.scan(ScanRequest.of("id").nearest(new Nearest("v", target, 10, false))));
      List<String> byIndex =
          ids(table.scan(ScanRequest.of("id").nearest(new Nearest("v", target, 10, true))));
      assertThat(exact).hasSize(10).startsWith("new");
      assertThat(byIndex).isEqualTo(exact);
      assertThat(
              ids(
                  table.scan(
                      ScanRequest.of("id")
                          .where(FilterSql.in("id", List.of("r1", "r2", "r3")))
                          .nearest(new Nearest("v", target, 10, true)))))
          .containsExactlyInAnyOrder("r1", "r2", "r3");
    }
  }
}
