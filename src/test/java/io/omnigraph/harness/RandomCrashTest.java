package io.omnigraph.harness;

import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.Durability;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.AtomicS3Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random programs whose storage fails or whose process dies at random calls, against the model.
 * {@code -Dsoak.factor=n} runs n times as many programs; {@code -Dcrash.seed=s} repeats one.
 */
class RandomCrashTest {

  private static final int FACTOR = Integer.getInteger("soak.factor", 1);
  private static final int SHOWN = 40;

  @TempDir Path folder;

  static LongStream seeds() {
    Long one = Long.getLong("crash.seed");
    return one != null
        ? LongStream.of(one)
        : new java.util.SplittableRandom(Long.getLong("seed", System.nanoTime()))
            .longs(FACTOR, 1, 1_000_000_000);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void scenario_H142_on_a_disk_a_crash_at_any_call_leaves_an_operation_done_or_undone(long seed) {
    StorageOptions options = StorageOptions.defaults().withDurability(Durability.OS);
    program(GraphUri.local(folder.resolve("graph")), options, seed, 35);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void scenario_H142_over_a_bucket_a_crash_at_any_call_leaves_an_operation_done_or_undone(
      long seed) {
    try (AtomicS3Endpoint s3 = new AtomicS3Endpoint()) {
      program(s3.freshRoot(), StorageOptions.defaults().withS3(s3.access()), seed, 15);
    }
  }

  private static void program(GraphUri root, StorageOptions options, long seed, int steps) {
    try (CrashHarness harness = new CrashHarness(root, options, seed)) {
      // A program in which nothing breaks proves nothing.
      for (int i = 0; i < steps || !harness.hasMetABreak(); i++) {
        try {
          harness.step();
        } catch (AssertionError | RuntimeException e) {
          List<String> log = harness.log();
          throw new AssertionError(
              "seed %d, step %d (repeat with -Dcrash.seed=%d); the last steps:\n%s"
                  .formatted(
                      seed,
                      i,
                      seed,
                      String.join("\n", log.subList(Math.max(0, log.size() - SHOWN), log.size()))),
              e);
        }
      }
      harness.check();
    }
  }
}
