package io.omnigraph.bench;

import java.nio.file.Path;

/**
 * What a benchmark is given.
 *
 * @param folder empty folder of this benchmark, removed after it
 * @param scale factor on the sizes; 1 is the full size, tests use less
 */
public record BenchmarkSetting(Path folder, double scale) {

  /** A size at this scale, at least 1. */
  public int scaled(int fullSize) {
    return Math.max(1, (int) Math.round(fullSize * scale));
  }
}
