package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.testing.S3Faults;
import io.omnigraph.testing.S3Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * A bucket that answers {@code 503 SlowDown}: once or several times to the n-th request of a kind,
 * or to all of them from there on. By default some requests are chosen by a seed; a soak run takes
 * every one.
 */
class SlowDownTest {

  private static final boolean SOAK = Integer.getInteger("soak.factor", 1) > 1;
  private static final int MOST_REQUESTS = 200;

  private static final List<FaultedOperation> OPERATIONS =
      List.of(
          FaultedOperation.MUTATION,
          FaultedOperation.LOAD_MERGE,
          FaultedOperation.FIRST_WRITE_ON_A_BRANCH,
          FaultedOperation.BRANCH_CREATE,
          FaultedOperation.BRANCH_DELETE,
          FaultedOperation.OPEN_WITH_RECOVERY,
          FaultedOperation.LEASE_TAKE_OVER);

  /** What is asked of the bucket. */
  enum Verb {
    PUT(EnumSet.of(S3Request.Kind.PUT, S3Request.Kind.COPY)),
    GET(EnumSet.of(S3Request.Kind.GET, S3Request.Kind.HEAD)),
    LIST(EnumSet.of(S3Request.Kind.LIST)),
    DELETE(EnumSet.of(S3Request.Kind.DELETE, S3Request.Kind.DELETE_MANY));

    private final Set<S3Request.Kind> kinds;

    Verb(Set<S3Request.Kind> kinds) {
      this.kinds = kinds;
    }

    Predicate<S3Request> requests() {
      return request -> kinds.contains(request.kind());
    }
  }

  /** Shared, so that the leases of the dead in it are waited for once. */
  private static final FaultyPlace.Bucket BUCKET = new FaultyPlace.Bucket();

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random chance = new Random(seed);

  @AfterAll
  static void close() {
    BUCKET.close();
  }

  @Test
  void a_request_that_is_asked_to_slow_down_a_few_times_fails_nothing_or_the_whole_operation() {
    for (Verb verb : Verb.values()) {
      for (FaultedOperation operation : SOAK ? OPERATIONS : someOperations(1)) {
        for (int times : SOAK ? List.of(1, 3) : List.of(1 + chance.nextInt(3))) {
          if (SOAK) {
            int n = 1;
            while (survives(operation, verb, n, times)) {
              assertThat(++n).isLessThan(MOST_REQUESTS);
            }
          } else {
            survives(operation, verb, 1 + chance.nextInt(operation.calls() / 3), times);
          }
        }
      }
    }
  }

  private List<FaultedOperation> someOperations(int count) {
    List<FaultedOperation> shuffled = new ArrayList<>(OPERATIONS);
    Collections.shuffle(shuffled, chance);
    return shuffled.subList(0, count);
  }

  /** True if the request was met. */
  private boolean survives(FaultedOperation operation, Verb verb, int n, int times) {
    S3Faults.Effect effect =
        chance.nextInt(4) == 0 ? S3Faults.Effect.BUSY_FOR_A_SECOND : S3Faults.Effect.BUSY;
    String story =
        "%s, %s %d times at %s %d, seed %d".formatted(operation, effect, times, verb, n, seed);
    GraphUri root = FaultedRuns.prepared(BUCKET, operation);
    FaultyPlace.Fault fault = BUCKET.fault(root, verb.requests(), n, times, effect);
    GraphException refusal = refusal(operation, fault);
    // Whatever the library or this engine sends is sent again before anybody hears of it.
    assertThat(refusal).as(story).isNull();
    FaultedRuns.verify(BUCKET, operation, root, true, story);
    return fault.wasHit();
  }

  private static @Nullable GraphException refusal(
      FaultedOperation operation, FaultyPlace.Fault fault) {
    try {
      FaultedRuns.act(operation, fault, false);
      return null;
    } catch (GraphException e) {
      return e;
    }
  }

  @Test
  void a_bucket_that_stays_busy_is_named_and_nothing_is_half_done() {
    for (Verb verb : SOAK ? List.of(Verb.values()) : List.of(someVerb())) {
      for (FaultedOperation operation : SOAK ? OPERATIONS : someOperations(1)) {
        for (int n : SOAK ? List.of(1, 2, 3, 4, 6, 8, 12) : List.of(1 + chance.nextInt(4))) {
          staysBusy(operation, verb, n);
        }
      }
    }
  }

  private Verb someVerb() {
    return Verb.values()[chance.nextInt(Verb.values().length)];
  }

  private void staysBusy(FaultedOperation operation, Verb verb, int n) {
    String story = "%s, always busy from %s %d, seed %d".formatted(operation, verb, n, seed);
    GraphUri root = FaultedRuns.prepared(BUCKET, operation);
    FaultyPlace.Fault fault =
        BUCKET.fault(root, verb.requests(), n, Integer.MAX_VALUE, S3Faults.Effect.BUSY);
    GraphException refusal = refusal(operation, fault);
    // Who cannot renew the lease for longer than its term does not write either.
    if (refusal != null && !refusal.code().equals("writer_lease_lost")) {
      assertThat(refusal.kind())
          .as(story)
          .isIn(GraphException.Kind.STORAGE, GraphException.Kind.RECOVERY_REQUIRED);
      assertThat(refusal.getMessage()).as(story).containsAnyOf("SlowDown", "503");
    }
    FaultedRuns.verify(BUCKET, operation, root, refusal == null, story);
  }
}
