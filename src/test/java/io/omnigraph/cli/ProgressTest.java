package io.omnigraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a long load says about itself. */
class ProgressTest {

  private static final long MEGABYTE = 1 << 20;

  @Test
  void theLineShowsBytesLinesPerSecondAndTheTimeLeft() {
    assertThat(Progress.line("load", 25 * MEGABYTE, 100 * MEGABYTE, 300_000, 2.0))
        .isEqualTo("load: read 25.0 of 100.0 MB (25%), 150,000 lines/s, 6 s left");
  }

  @Test
  void beforeTheFirstByteNoTimeIsPromised() {
    assertThat(Progress.line("load", 0, MEGABYTE, 0, 0.0))
        .isEqualTo("load: read 0.0 of 1.0 MB (0%), 0 lines/s");
  }

  @Test
  void afterTheLastByteItSaysWhatIsLeftToDo() {
    assertThat(Progress.line("load", MEGABYTE, MEGABYTE, 9, 1.0))
        .isEqualTo("load: all records read, checking and writing ...");
    assertThat(Progress.line("load", 0, 0, 0, 1.0)).contains("all records read");
  }
}
