package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.FaultyPlace.Effect;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Runs an operation with a fault at storage call 1, 2, 3, ... until it completes untouched. Each
 * time the operation is fully applied or invisible, an acknowledged one is applied, the next write
 * works, and reopening changes nothing. By default a few of the calls are broken, chosen by a seed;
 * a soak run breaks every one in every way.
 */
class AdvancingFaultTest {

  private static final int MOST_CALLS = 400;
  private static final boolean SOAK = Integer.getInteger("soak.factor", 1) > 1;
  private static final String LIVES = "an acknowledged write of three tables";

  @TempDir Path folder;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final Random chance = new Random(seed);

  @ParameterizedTest
  @EnumSource(FaultedOperation.class)
  void on_a_local_disk_it_survives_a_fault_at_every_call(FaultedOperation kind) {
    try (FaultyPlace disk = new FaultyPlace.Disk(folder)) {
      advance(disk, kind, SOAK ? MOST_CALLS : 2);
    }
  }

  /** Over a bucket a run takes longer; by default some kinds have their turn. */
  @Test
  void over_a_bucket_every_kind_of_operation_survives_a_fault_at_every_request() {
    try (FaultyPlace bucket = new FaultyPlace.Bucket()) {
      List<FaultedOperation> kinds = new ArrayList<>(List.of(FaultedOperation.values()));
      Collections.shuffle(kinds, chance);
      for (FaultedOperation kind : SOAK ? kinds : kinds.subList(0, 4)) {
        advance(bucket, kind, SOAK ? MOST_CALLS : 1);
      }
    }
  }

  private void advance(FaultyPlace place, FaultedOperation kind, int runs) {
    List<Effect> effects = List.of(Effect.values());
    if (SOAK) {
      for (Effect effect : effects) {
        int n = 1;
        while (survives(place, kind, n, effect)) {
          assertThat(++n).as("calls of %s", kind).isLessThan(MOST_CALLS);
        }
      }
      return;
    }
    // Calls beyond the last leave the operation untouched, which must work as well.
    for (int run = 0; run < runs; run++) {
      Effect effect = effects.get(chance.nextInt(effects.size()));
      survives(place, kind, 1 + chance.nextInt(kind.calls()), effect);
    }
  }

  /** True if the fault was met. */
  private boolean survives(FaultyPlace place, FaultedOperation kind, int n, Effect effect) {
    GraphUri root = FaultedRuns.prepared(place, kind);
    FaultyPlace.Fault fault = place.fault(root, n, effect);
    String story = kind + ", " + effect + " at call " + n + ", seed " + seed;
    boolean acknowledged = false;
    try {
      FaultedRuns.act(kind, fault, effect == Effect.BREAK);
      acknowledged = true;
    } catch (GraphException | NthCall.Died | CompletionException e) {
      story += ": " + e;
    }
    assertThat(acknowledged || fault.wasHit()).as("fails although untouched: %s", story).isTrue();
    FaultedRuns.verify(place, kind, root, acknowledged, story);
    return fault.wasHit();
  }
}
