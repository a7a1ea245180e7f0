package io.omnigraph.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.storage.TableStorage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves Arrow memory behind. Storages registered here are closed after the test;
 * their allocators must be empty then. Register with {@code @RegisterExtension}.
 */
public final class ArrowLeakExtension implements AfterEachCallback {

  private final List<TableStorage> watched = new ArrayList<>();

  /** Watches and returns a storage. */
  public synchronized TableStorage watch(TableStorage storage) {
    watched.add(storage);
    return storage;
  }

  @Override
  public synchronized void afterEach(ExtensionContext context) {
    List<TableStorage> storages = List.copyOf(watched);
    watched.clear();
    for (TableStorage storage : storages) {
      long leaked = storage.allocator().getAllocatedMemory();
      String owners = leaked == 0 ? "" : storage.allocator().toVerboseString();
      if (leaked == 0) {
        storage.close();
      }
      if (context.getExecutionException().isEmpty()) {
        assertThat(leaked).as("leaked Arrow bytes: %s", owners).isZero();
      }
    }
  }
}
