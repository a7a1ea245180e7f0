package io.omnigraph.storage.lance;

import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableStorageContract;
import io.omnigraph.testing.AtomicS3Endpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class S3TableStorageTest extends TableStorageContract {

  private static AtomicS3Endpoint endpoint;

  @BeforeAll
  static void start() {
    endpoint = new AtomicS3Endpoint();
  }

  @AfterAll
  static void stop() {
    endpoint.close();
  }

  @Override
  protected GraphUri freshRoot() {
    return endpoint.freshRoot();
  }

  @Override
  protected StorageOptions options() {
    return StorageOptions.defaults().withS3(endpoint.access());
  }
}
