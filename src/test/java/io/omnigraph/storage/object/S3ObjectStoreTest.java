package io.omnigraph.storage.object;

import static io.omnigraph.testing.S3Faults.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.StorageException;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.ObjectStoreContract;
import io.omnigraph.storage.S3Access;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.S3Faults.Effect;
import io.omnigraph.testing.S3Request;
import io.omnigraph.testing.S3Request.Kind;
import java.io.IOException;
import java.util.EnumSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.crt.CrtRuntimeException;
import software.amazon.awssdk.crt.http.HttpException;

class S3ObjectStoreTest extends ObjectStoreContract {

  private static AtomicS3Endpoint endpoint;

  @BeforeAll
  static void start() {
    endpoint = new AtomicS3Endpoint();
  }

  @AfterAll
  static void stop() {
    endpoint.close();
  }

  @AfterEach
  void clear() {
    endpoint.faults().clear();
  }

  @Override
  protected ObjectStore freshStore() {
    return ObjectStores.open(
        endpoint.freshRoot(), StorageOptions.defaults().withS3(endpoint.access()));
  }

  @Test
  void aPutWhoseAnswerWasLostIsReportedAsUnknownAndNotRepeated() {
    endpoint.faults().next(on(Kind.PUT, "lost"), Effect.LOSE_ANSWER);
    endpoint.log().clear();
    assertThatThrownBy(() -> store.putIfAbsent("lost", new byte[] {1}))
        .isInstanceOf(StorageException.class)
        .extracting(e -> ((GraphException) e).code())
        .isEqualTo("storage_outcome_unknown");
    assertThat(endpoint.log().count(Kind.PUT)).isEqualTo(1);
    assertThat(store.get("lost")).isPresent();
  }

  @Test
  void aPutThatTheServerRefusedWithAnErrorIsUnknownToo() {
    endpoint.faults().next(on(Kind.PUT, "refused"), Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> store.put("refused", new byte[] {1}))
        .extracting(e -> ((GraphException) e).code())
        .isEqualTo("storage_outcome_unknown");
    assertThat(store.get("refused")).isEmpty();
  }

  @Test
  void aPutThatIsToldToSlowDownIsRepeatedForAWhile() {
    endpoint.faults().several(1, 3, on(Kind.PUT, "slow"), Effect.BUSY);
    store.put("slow", new byte[] {1});
    endpoint.faults().several(1, 1, on(Kind.PUT, "slower"), Effect.BUSY_FOR_A_SECOND);
    assertThat(store.putIfAbsent("slower", new byte[] {1})).isPresent();
    endpoint.faults().always(on(Kind.PUT, "never"), Effect.BUSY);
    assertThatThrownBy(() -> store.putIfAbsent("never", new byte[] {1}))
        .hasMessageContaining("SlowDown")
        .extracting(e -> ((GraphException) e).code())
        .isEqualTo("storage_unreachable");
    endpoint.faults().clear();
    assertThat(store.get("never")).isEmpty();
  }

  /** A service that stores what it says it did not: whose object it is cannot be told. */
  @Test
  void aRepeatedConditionalPutThatMeetsAnObjectIsUnknown() {
    byte[] mine = {1};
    Predicate<S3Request> stored =
        request -> {
          endpoint.store(request.key(), mine);
          return true;
        };
    endpoint.faults().several(1, 1, on(Kind.PUT, "twice").and(stored), Effect.BUSY);
    assertThatThrownBy(() -> store.putIfAbsent("twice", mine))
        .extracting(e -> ((GraphException) e).code())
        .isEqualTo("storage_outcome_unknown");
  }

  @Test
  void readsListingsAndDeletionsAreRepeatedAfterFaults() {
    store.put("k", new byte[] {7});
    for (Effect effect : EnumSet.complementOf(EnumSet.of(Effect.BUSY_FOR_A_SECOND))) {
      endpoint.faults().next(on(Kind.GET, "k"), effect);
      assertThat(store.get("k")).isPresent();
      endpoint.faults().next(on(Kind.LIST, ""), effect);
      assertThat(store.list("")).hasSize(1);
      endpoint.faults().next(on(Kind.HEAD, "k"), effect);
      assertThat(store.stat("k")).isPresent();
    }
    endpoint.faults().next(on(Kind.DELETE, "k"), Effect.LOSE_ANSWER);
    store.delete("k");
    assertThat(store.get("k")).isEmpty();
  }

  @Test
  void aServiceThatStaysAwayIsReportedWithItsCause() {
    endpoint.faults().always(on(Kind.GET, ""), Effect.FAIL_BEFORE);
    assertThatThrownBy(() -> store.get("k"))
        .isInstanceOf(StorageException.class)
        .hasCauseInstanceOf(Exception.class)
        .extracting(e -> ((GraphException) e).code())
        .isEqualTo("storage_unreachable");
  }

  @Test
  void moreThanAThousandObjectsAreListedAndDeleted() {
    String prefix = "many/";
    for (int i = 0; i < 1100; i++) {
      store.put(prefix + "%04d".formatted(i), new byte[] {1});
    }
    assertThat(store.list(prefix)).hasSize(1100);
    store.deletePrefix(prefix);
    assertThat(store.list(prefix)).isEmpty();
  }

  @Test
  void anUnencryptedEndpointNeedsPermission() {
    S3Access refused =
        new S3Access(endpoint.url(), "us-east-1", "key", "secret", null, false, true);
    assertThatThrownBy(
            () ->
                ObjectStores.open(
                    GraphUri.parse("s3://bucket/g"), StorageOptions.defaults().withS3(refused)))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("AWS_ALLOW_HTTP");
  }

  @Test
  void onlyARequestThatAClosedConnectionDidNotTakeWasNeverSent() {
    int connectionClosed = 2058;
    var refused = new CrtRuntimeException(connectionClosed);
    var broken = new HttpException(connectionClosed);

    assertThat(S3ObjectStore.wasNeverSent(failedBy(refused))).isTrue();
    assertThat(S3ObjectStore.wasNeverSent(failedBy(broken))).isFalse();
    assertThat(S3ObjectStore.wasNeverSent(failedBy(new CrtRuntimeException("other")))).isFalse();
  }

  private static SdkClientException failedBy(RuntimeException cause) {
    return SdkClientException.create("request", new IOException("making the request", cause));
  }
}
