package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.StorageException;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.storage.CommitOutcome;
import io.omnigraph.testing.CallInterceptor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Recovery tries again what the store says it did not do, as every write does. */
class RecoveryRetryTest extends ScenarioTestBase {

  /** A network that refuses the first calls of an operation on a table. */
  private static final class Refusing implements CallInterceptor {
    private final String operation;
    private final AtomicInteger left;
    private final AtomicInteger refused = new AtomicInteger();

    Refusing(String operation, int times) {
      this.operation = operation;
      this.left = new AtomicInteger(times);
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T around(String called, String target, Supplier<T> body) {
      if (called.equals(operation) && left.getAndDecrement() > 0) {
        refused.incrementAndGet();
        return (T)
            new CommitOutcome.Rejected(
                new StorageException("storage_unreachable", "the network is away"));
      }
      return body.get();
    }
  }

  @Test
  void a_restore_that_meets_a_broken_network_is_tried_again() {
    InterruptedGraph at =
        new InterruptedGraph(GraphTemplates.withAda(folder))
            .moveUnpublished(g -> TestGraphs.addPerson(g, "main", "Eve", 1));
    Refusing network = new Refusing("restore", 2);
    try (OmniGraph graph = open(at, network)) {
      TestGraphs.addPerson(graph, "main", "Bob", 1);
      assertThat(network.refused).hasValue(2);
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Bob");
    }
    at.settled();
  }

  @Test
  void a_write_that_recovery_finishes_is_committed_again_after_a_broken_network() {
    InterruptedGraph at =
        new InterruptedGraph(GraphTemplates.withAda(folder))
            .dieAt(2, FaultPoint.TABLE_COMMIT, g -> TestGraphs.settle(g, "main", "Eve", "Rome"));
    Refusing network = new Refusing("commit", 2);
    try (OmniGraph graph = open(at, network)) {
      assertThat(network.refused).hasValue(2);
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Eve");
      assertThat(TestGraphs.ids(graph, "main", LIVES_IN)).hasSize(1);
    }
    at.settled();
  }
}
