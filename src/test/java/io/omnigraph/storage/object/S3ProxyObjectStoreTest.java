package io.omnigraph.storage.object;

import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.ObjectStoreContract;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.S3ProxyServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class S3ProxyObjectStoreTest extends ObjectStoreContract {

  private static S3ProxyServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new S3ProxyServer();
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Override
  protected ObjectStore freshStore() {
    return ObjectStores.open(server.freshRoot(), StorageOptions.defaults().withS3(server.access()));
  }

  @Override
  protected boolean conditionsAreAtomic() {
    return false;
  }
}
