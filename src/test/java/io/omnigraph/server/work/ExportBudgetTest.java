package io.omnigraph.server.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.ResourceLimitException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ExportBudgetTest {

  private static final long ROOM_FOR_EIGHT = ExportBudget.PROCESS_BYTES;

  private final ExportBudget budget = new ExportBudget(ROOM_FOR_EIGHT, Duration.ofMillis(1));

  private static void refuses(ExportBudget budget, String graph, Map<String, ?> context) {
    assertThatThrownBy(() -> budget.reserve(graph))
        .isInstanceOfSatisfying(
            ResourceLimitException.class,
            e -> {
              assertThat(e.code()).isEqualTo("resource_limit");
              assertThat(e.context()).isEqualTo(context);
            });
  }

  @Test
  void aGraphIsExportedOnceAtATime() {
    ExportBudget.Ticket first = budget.reserve("a");
    refuses(budget, "a", Map.of("resource", "export_cuts", "limit", 1L, "actual", 2L));
    budget.reserve("b").close();
    first.close();
    budget.reserve("a").close();
  }

  @Test
  void theProcessHasRoomForEightResponses() {
    List<ExportBudget.Ticket> held = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      held.add(budget.reserve("g" + i));
    }
    refuses(
        budget,
        "one too many",
        Map.of("resource", "export_bytes", "limit", 2L << 20, "actual", (2L << 20) + (256 << 10)));
    held.getFirst().close();
    budget.reserve("one too many").close();
  }

  @Test
  void aTicketThatIsClosedTwiceGivesBackOnce() {
    ExportBudget.Ticket twice = budget.reserve("a");
    twice.close();
    ExportBudget.Ticket other = budget.reserve("a");
    twice.close();
    refuses(budget, "a", Map.of("resource", "export_cuts", "limit", 1L, "actual", 2L));
    other.close();
  }

  @Test
  void whoWaitsGetsWhatBecomesFree() throws Exception {
    var patient = new ExportBudget(ROOM_FOR_EIGHT, Duration.ofSeconds(30));
    ExportBudget.Ticket first = patient.reserve("a");
    var second = new CompletableFuture<ExportBudget.Ticket>();
    Thread waiting = Thread.ofPlatform().start(() -> second.complete(patient.reserve("a")));
    while (waiting.getState() != Thread.State.TIMED_WAITING) {
      Thread.sleep(1);
    }
    first.close();
    second.get(30, TimeUnit.SECONDS).close();
  }
}
