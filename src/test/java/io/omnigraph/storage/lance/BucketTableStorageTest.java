package io.omnigraph.storage.lance;

import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.storage.TableStorageContract;
import java.util.UUID;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The same promises on a real bucket; it is given by name, with credentials around it. */
@EnabledIfEnvironmentVariable(named = "OMNIGRAPH_S3_TEST_BUCKET", matches = ".+")
class BucketTableStorageTest extends TableStorageContract {

  @Override
  protected GraphUri freshRoot() {
    return GraphUri.parse(
        "s3://" + System.getenv("OMNIGRAPH_S3_TEST_BUCKET") + "/test-" + UUID.randomUUID());
  }

  @Override
  protected StorageOptions options() {
    return StorageOptions.fromEnvironment(System.getenv());
  }
}
