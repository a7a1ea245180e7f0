package io.omnigraph.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The engine against the model. {@code -Dsoak.factor=n} runs n times as many steps and seeds;
 * {@code -Dharness.seed=s} repeats one run.
 */
class GraphHarnessTest {

  private static final int STEPS = 120;
  private static final int SHOWN = 12;

  @TempDir Path folder;

  static LongStream seeds() {
    Long one = Long.getLong("harness.seed");
    return one != null ? LongStream.of(one) : LongStream.rangeClosed(1, 2 + factor());
  }

  private static int factor() {
    return Integer.getInteger("soak.factor", 1);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void randomOperationsLeaveTheGraphAsTheModelHasIt(long seed) {
    try (GraphHarness harness = new GraphHarness(folder.resolve("graph"), seed)) {
      int steps = STEPS * factor();
      for (int i = 0; i < steps; i++) {
        run(harness, seed, i);
      }
      harness.compareAll();
      assertThat(harness.outcomes())
          .as("a run that gets nowhere proves nothing")
          .containsKeys("InsertPerson", "InsertEdge", "UpdatePersons", "DeletePersons")
          .containsKeys("load merge", "endpoint_not_found", "optimize", "precondition_failed");
    }
  }

  private static void run(GraphHarness harness, long seed, int number) {
    try {
      harness.step();
    } catch (AssertionError | RuntimeException e) {
      List<String> log = harness.log();
      throw new AssertionError(
          "seed %d, step %d (repeat with -Dharness.seed=%d); the last steps:\n%s"
              .formatted(
                  seed,
                  number,
                  seed,
                  String.join("\n", log.subList(Math.max(0, log.size() - SHOWN), log.size()))),
          e);
    }
  }
}
