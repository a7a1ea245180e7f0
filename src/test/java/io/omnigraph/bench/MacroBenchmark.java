package io.omnigraph.bench;

import java.util.List;

/** One question about the whole product, answered by timings. */
public interface MacroBenchmark {

  /** A short name in lower case with hyphens; the key by which runs are compared. */
  String name();

  /** What is done, in one sentence with its sizes. */
  String description(BenchmarkSetting setting);

  /**
   * Prepares, warms up and measures; leaves nothing open.
   *
   * @return one timing per subject, the product first, baselines after it
   */
  List<Timing> run(BenchmarkSetting setting) throws Exception;

  /** What the last run found besides times, one sentence each. */
  default List<String> findings() {
    return List.of();
  }
}
