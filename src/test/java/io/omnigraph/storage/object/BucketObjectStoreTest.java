package io.omnigraph.storage.object;

import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.ObjectStoreContract;
import io.omnigraph.storage.StorageOptions;
import java.util.UUID;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** The same promises on a real bucket; it is given by name, with credentials around it. */
@EnabledIfEnvironmentVariable(named = "OMNIGRAPH_S3_TEST_BUCKET", matches = ".+")
class BucketObjectStoreTest extends ObjectStoreContract {

  @Override
  protected ObjectStore freshStore() {
    return ObjectStores.open(
        GraphUri.parse(
            "s3://" + System.getenv("OMNIGRAPH_S3_TEST_BUCKET") + "/test-" + UUID.randomUUID()),
        StorageOptions.fromEnvironment(System.getenv()));
  }
}
