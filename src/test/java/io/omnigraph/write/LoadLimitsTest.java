package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.model.ResourceLimitException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Loads that are larger than they may be, or than memory. */
class LoadLimitsTest extends LoadTestBase {

  @Test
  void ceilingsRefuseTheLoad() {
    LoadOptions limited =
        LoadOptions.of(LoadMode.MERGE).withLimits(new LoadOptions.Limits(2, Long.MAX_VALUE));
    String three = "{\"type\":\"Note\",\"data\":{\"text\":\"a\"}}".repeat(3);
    assertThatThrownBy(() -> graph.load(limited, three))
        .isInstanceOfSatisfying(
            ResourceLimitException.class,
            e -> assertThat(e.context()).containsEntry("limit", 2L).containsEntry("actual", 3L));
    assertThatThrownBy(
            () ->
                graph.load(
                    LoadOptions.of(LoadMode.MERGE)
                        .withLimits(new LoadOptions.Limits(Long.MAX_VALUE, 50)),
                    three))
        .isInstanceOf(ResourceLimitException.class);
  }

  @Test
  void rowsBeyondTheMemoryBudgetGoThroughATemporaryFile() {
    StringBuilder records = new StringBuilder();
    int count = 20_000;
    for (int i = 0; i < count; i++) {
      records.append("{\"type\":\"Member\",\"data\":{\"handle\":\"m").append(i).append("\"}}\n");
      records
          .append("{\"edge\":\"Follows\",\"from\":\"m")
          .append(i)
          .append("\",\"to\":\"m")
          .append(count - 1 - i)
          .append("\"}\n");
    }
    List<Long> progress = new ArrayList<>();
    graph.load(
        LoadOptions.of(LoadMode.APPEND)
            .withMemoryBytes(1 << 16)
            .withProgress((rows, bytes) -> progress.add(rows)),
        records.toString());
    assertThat(graph.table("edge:Follows").countRows()).isEqualTo(count);
    assertThat(progress).isSorted().endsWith(2L * count);
  }
}
