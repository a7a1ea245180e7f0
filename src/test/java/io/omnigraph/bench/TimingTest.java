package io.omnigraph.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TimingTest {

  private static final Timing HUNDRED =
      new Timing("x", 10, LongStream.rangeClosed(1, 100).map(i -> (101 - i) * 1_000_000).toArray());

  @Test
  void percentilesAreNearestRanks() {
    assertThat(HUNDRED.percentileMillis(0.50)).isEqualTo(50);
    assertThat(HUNDRED.percentileMillis(0.99)).isEqualTo(99);
    assertThat(HUNDRED.percentileMillis(1.00)).isEqualTo(100);
    assertThat(HUNDRED.maxMillis()).isEqualTo(100);
    assertThat(new Timing("x", 1, new long[] {3_000_000}).percentileMillis(0.01)).isEqualTo(3);
  }

  @Test
  void theRateCountsRowsOfAllCalls() {
    // 100 calls of 10 rows in 1 + 2 + ... + 100 = 5050 ms
    assertThat(HUNDRED.rowsPerSecond()).isEqualTo(1000 / 5.05, within(1e-9));
  }

  @Test
  void warmUpsRunButAreNotMeasured() throws Exception {
    var runs = new AtomicInteger();

    Timing timing = Timing.measure("x", 1, 3, 5, runs::incrementAndGet);

    assertThat(runs).hasValue(8);
    assertThat(timing.calls()).isEqualTo(5);
  }
}
