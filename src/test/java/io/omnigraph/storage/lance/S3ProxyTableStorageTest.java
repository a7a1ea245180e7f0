package io.omnigraph.storage.lance;

import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableStorageContract;
import io.omnigraph.testing.S3ProxyServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class S3ProxyTableStorageTest extends TableStorageContract {

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
  protected GraphUri freshRoot() {
    return server.freshRoot();
  }

  @Override
  protected StorageOptions options() {
    return StorageOptions.defaults().withS3(server.access());
  }
}
