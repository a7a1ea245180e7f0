package io.omnigraph.storage.lance;

import static io.omnigraph.storage.TestTables.commit;
import static io.omnigraph.storage.TestTables.create;
import static io.omnigraph.storage.TestTables.ids;
import static io.omnigraph.storage.TestTables.row;
import static io.omnigraph.storage.TestTables.stage;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.BlobReader;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.StagedWrite;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableSchemas;
import io.omnigraph.storage.TableStorage;
import io.omnigraph.testing.ArrowLeakExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class BlobColumnTest {

  private static final Schema WITH_BLOB =
      new Schema(
          List.of(
              TableSchemas.text("id", false),
              TableSchemas.blob("pic", true),
              TableSchemas.text("picture", true)));

  @RegisterExtension final ArrowLeakExtension leaks = new ArrowLeakExtension();
  @TempDir Path directory;
  private TableStorage storage;

  @BeforeEach
  void open() {
    storage = leaks.watch(LanceTables.open(GraphUri.local(directory), StorageOptions.defaults()));
  }

  private static String inline(byte[] payload) {
    return "base64:" + Base64.getEncoder().encodeToString(payload);
  }

  @Test
  void payloadsAreReadPerRowNullsAndMissingRowsIncluded() throws Exception {
    byte[] small = "hello".getBytes(UTF_8);
    byte[] large = new byte[300_000];
    large[299_999] = 7;
    Path external = Files.write(directory.resolve("external.bin"), "outside".getBytes(UTF_8));
    try (SnapshotHandle table =
        create(
            storage,
            "nodes/t",
            WITH_BLOB,
            row("a", inline(small), null),
            row("b", null, "x"),
            row("c", inline(large), null),
            row("d", external.toUri().toString(), null))) {
      List<byte[]> payloads = table.takeBlobs(new long[] {2, 1, 0, 3, 99, 0}, "pic");
      assertThat(payloads)
          .containsExactly(large, null, small, "outside".getBytes(UTF_8), null, small);
    }
  }

  @Test
  void filesOfLargePayloadsBelongToTheStagedWrite() throws Exception {
    try (SnapshotHandle base = create(storage, "nodes/t", WITH_BLOB, row("a", null, null))) {
      StagedWrite staged =
          stage(storage, base, List.of(), row("b", inline(new byte[300_000]), null));
      List<String> paths = staged.redo().json().get("files").findValuesAsText("path");
      assertThat(paths).hasSize(2).anySatisfy(path -> assertThat(path).endsWith(".blob"));
      storage.forceStaged(staged);
      assertThat(storage.filesIntact(base, staged)).isTrue();
      for (JsonNode file : staged.redo().json().get("files")) {
        if (file.get("path").asText().endsWith(".blob")) {
          Files.write(directory.resolve("nodes/t").resolve(file.get("path").asText()), new byte[1]);
        }
      }
      assertThat(storage.filesIntact(base, staged)).isFalse();
    }
  }

  @Test
  void filtersOnBlobColumnsAreRefusedInsteadOfAbortingTheProcess() {
    try (SnapshotHandle table =
        create(storage, "nodes/t", WITH_BLOB, row("a", null, "pic"), row("b", null, null))) {
      for (String filter :
          List.of(
              "`pic` IS NULL", "pic IS NULL", "id = 'a' AND PIC IS NOT NULL", "not(pic is null)")) {
        assertThatThrownBy(() -> table.countRows(filter))
            .as(filter)
            .isInstanceOf(BadRequestException.class);
        assertThatThrownBy(() -> table.scan(ScanRequest.of("id").where(filter)))
            .as(filter)
            .isInstanceOf(BadRequestException.class);
      }
      assertThat(ids(table.scan(ScanRequest.of("id").where(FilterSql.equalTo("picture", "pic")))))
          .containsExactly("a");
      assertThat(table.countRows("id <> 'it''s a pic' AND picture IS NULL")).isEqualTo(1);
    }
  }

  @Test
  void filteredScansThatProjectABlobAreRefusedInsteadOfAbortingTheProcess() {
    try (SnapshotHandle table = create(storage, "nodes/t", WITH_BLOB, row("a", null, "x"))) {
      assertThatThrownBy(
              () ->
                  table.scan(ScanRequest.of("id", "pic").where(FilterSql.equalTo("picture", "x"))))
          .isInstanceOf(BadRequestException.class)
          .hasMessage("a filtered scan cannot project a blob column: pic");
    }
  }

  @Test
  void aPayloadIsReadInPiecesAndNullsAndMissingRowsAreNone() {
    byte[] large = new byte[300_000];
    new java.util.Random(5).nextBytes(large);
    try (SnapshotHandle table =
        create(
            storage,
            "nodes/t",
            WITH_BLOB,
            row("a", inline("hello".getBytes(UTF_8)), null),
            row("b", null, "x"),
            row("c", inline(large), null))) {
      assertThat(table.openBlob(1, "pic")).isEmpty();
      assertThat(table.openBlob(99, "pic")).isEmpty();
      try (BlobReader small = table.openBlob(0, "pic").orElseThrow();
          BlobReader big = table.openBlob(2, "pic").orElseThrow()) {
        assertThat(small.size()).isEqualTo(5);
        assertThat(small.read(1, 3)).isEqualTo("ell".getBytes(UTF_8));
        assertThat(big.size()).isEqualTo(large.length);
        assertThat(big.read(299_000, 1_000))
            .isEqualTo(java.util.Arrays.copyOfRange(large, 299_000, 300_000));
        assertThat(big.read(0, 10)).isEqualTo(java.util.Arrays.copyOfRange(large, 0, 10));
        assertThatThrownBy(() -> big.read(299_999, 2)).isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void compactionLeavesTablesWithBlobsAlone() {
    try (SnapshotHandle table = create(storage, "nodes/t", WITH_BLOB, row("a", null, null));
        SnapshotHandle next =
            commit(storage, stage(storage, table, List.of(), row("b", inline(new byte[9]), null)));
        SnapshotHandle same = storage.maintenance().compact(next)) {
      assertThat(same.version()).isEqualTo(next.version());
    }
  }
}
