package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.omnigraph.LoadedProcess.Input;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A load needs little memory however large its input: a process of its own loads JSON lines (20 MB,
 * two gigabytes in {@code make soak}) and builds the indices, and the peak of its resident memory,
 * that of the native library included, stays below one and a half gigabytes.
 */
class LoadMemoryTest {

  private static final long MOST_KILOBYTES = 1_500_000;
  private static final int MEGABYTES = 20;
  private static final int SOAK_MEGABYTES = 2048;
  private static final int FULL_SOAK = 20;
  private static final int SOAK_FACTOR = Integer.getInteger("soak.factor", 1);

  @TempDir Path folder;

  /** Small inputs of the other kinds show nothing more. */
  static Stream<Input> inputs() {
    return SOAK_FACTOR > 1
        ? Stream.of(Input.MIXED, Input.KEYS, Input.EDGES)
        : Stream.of(Input.MIXED);
  }

  @ParameterizedTest
  @MethodSource("inputs")
  void thePeakOfResidentMemoryStaysBelowOneAndAHalfGigabytes(Input input) throws Exception {
    int megabytes = SOAK_FACTOR >= FULL_SOAK ? SOAK_MEGABYTES : MEGABYTES * SOAK_FACTOR;
    List<String> lines = run(input, megabytes, input == Input.MIXED, "-Xmx640m");
    for (String line : lines) {
      String[] words = line.split(" ");
      long nodes = Long.parseLong(words[1]);
      long edges = Long.parseLong(words[2]);
      long edgesPerNode =
          switch (input) {
            case MIXED -> 10;
            case KEYS, BLOB -> 0;
            case EDGES -> 20;
          };
      assertThat(nodes).isGreaterThan(400L * megabytes);
      assertThat(edges).isEqualTo(edgesPerNode * nodes);
      assertThat(Long.parseLong(words[3])).as("peak after %s", line).isLessThan(MOST_KILOBYTES);
    }
  }

  @Test
  void aBlobLargerThanTheHeapIsLoaded() throws Exception {
    // Its text alone would take four thirds of this, and a Java string of it more than the heap.
    assertThat(run(Input.BLOB, 64, false, "-Xmx56m")).hasSize(1);
  }

  private List<String> run(Input input, int megabytes, boolean indices, String heap)
      throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "the peak is read from /proc");
    Path log = folder.resolve("log");
    Process process = start(input, megabytes, indices, heap, log);
    String output;
    try {
      output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("exit code; %s", Files.readString(log)).isZero();
    } finally {
      process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
    }
    List<String> lines = output.lines().toList();
    System.out.println(input + ", " + megabytes + " MB: " + lines);
    assertThat(lines).hasSize(indices ? 2 : 1);
    return lines;
  }

  private Process start(Input input, int megabytes, boolean indices, String heap, Path log)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= 23) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add(heap);
    command.add("-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")));
    command.add("-Domnigraph.native.dir=" + System.getProperty("omnigraph.native.dir", ""));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(LoadedProcess.class.getName());
    command.addAll(
        List.of(
            folder.resolve("graph").toString(),
            input.name(),
            Integer.toString(megabytes),
            Boolean.toString(indices)));
    ProcessBuilder builder = new ProcessBuilder(command);
    // As conf/omnigraph.env has it.
    builder.environment().put("LANCE_CPU_THREADS", "4");
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    return builder.redirectError(log.toFile()).start();
  }
}
