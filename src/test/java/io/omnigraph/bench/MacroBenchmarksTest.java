package io.omnigraph.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every macro benchmark runs, at a tiny scale; what it measures there is not looked at. */
class MacroBenchmarksTest {

  static List<MacroBenchmark> benchmarks() {
    return Benchmarks.all();
  }

  @ParameterizedTest
  @MethodSource("benchmarks")
  void theBenchmarkMeasuresTheProductAndABaseline(MacroBenchmark benchmark, @TempDir Path folder)
      throws Exception {
    var setting = new BenchmarkSetting(folder, 0.001);

    List<Timing> timings = benchmark.run(setting);

    assertThat(timings.getFirst().subject()).isEqualTo(Timing.PRODUCT);
    assertThat(timings).hasSizeGreaterThan(1);
    assertThat(benchmark.description(setting)).isNotBlank();
  }

  @Test
  void namesAreUnique() {
    assertThat(Benchmarks.all()).extracting(MacroBenchmark::name).doesNotHaveDuplicates();
  }
}
