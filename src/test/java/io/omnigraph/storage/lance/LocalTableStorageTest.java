package io.omnigraph.storage.lance;

import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableStorageContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalTableStorageTest extends TableStorageContract {

  @TempDir Path directory;

  @Override
  protected GraphUri freshRoot() {
    return GraphUri.local(directory.resolve("a graph with % and #"));
  }

  @Override
  protected StorageOptions options() {
    return StorageOptions.defaults();
  }
}
