package io.omnigraph.storage.lance;

import static io.omnigraph.storage.TestTables.ID_BODY;
import static io.omnigraph.storage.TestTables.row;
import static io.omnigraph.storage.lance.RawTables.update;

import io.omnigraph.model.Value;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.lance.Dataset;

/**
 * Behaviour of the library that the storage relies on, defects that it works around included. A new
 * version of the library turns a test red here before it turns data wrong; then the workaround is
 * looked at again.
 */
abstract class LanceSurfaceTestBase {

  static final List<Long> FENCE = List.of(LanceStaging.FENCE);

  @TempDir Path directory;
  RawTables raw;

  @BeforeEach
  void open() {
    raw = new RawTables();
  }

  @AfterEach
  void close() throws Exception {
    raw.close();
  }

  String uri(String name) {
    return directory.resolve(name).toString();
  }

  static Value text(String value) {
    return new Value.Text(value);
  }

  static long[] fields(Dataset dataset) {
    return dataset.getLanceSchema().fields().stream().mapToLong(f -> f.getId()).toArray();
  }

  Dataset appended(Dataset base, String id) {
    return raw.commit(
        base, update(List.of(), FENCE, raw.write(base.uri(), ID_BODY, row(id, "x")), fields(base)));
  }
}
