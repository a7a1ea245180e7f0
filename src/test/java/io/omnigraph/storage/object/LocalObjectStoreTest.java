package io.omnigraph.storage.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.ObjectStoreContract;
import io.omnigraph.storage.StorageOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalObjectStoreTest extends ObjectStoreContract {

  @TempDir Path directory;

  @Override
  protected ObjectStore freshStore() {
    return ObjectStores.open(GraphUri.local(directory.resolve("root")), StorageOptions.defaults());
  }

  @Test
  void theResidueOfAnInterruptedWriteIsInvisibleUntilItIsRemoved() throws Exception {
    store.put("r/whole", new byte[] {1});
    Path torn = directory.resolve("root/r/.omnigraph-tmp-1234");
    Files.write(torn, new byte[] {1, 2});
    assertThat(store.list("r/")).hasSize(1);
    store.deleteTorn("r/");
    assertThat(torn).doesNotExist();
    assertThat(store.list("r/")).hasSize(1);
  }

  @Test
  void noTemporaryFileSurvivesAWrite() throws Exception {
    store.put("r/a", new byte[] {1});
    store.putIfAbsent("r/b", new byte[] {1});
    store.putIfAbsent("r/b", new byte[] {2});
    store.putIfMatch("r/a", new byte[] {3}, new ObjectStore.Etag("other"));
    try (var files = Files.list(directory.resolve("root/r"))) {
      assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("a", "b");
    }
  }
}
