package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @TempDir Path folder;

  @Test
  void thePeakOfResidentMemoryStaysBelowOneAndAHalfGigabytes() throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "the peak is read from /proc");
    int factor = Integer.getInteger("soak.factor", 1);
    int megabytes = factor >= FULL_SOAK ? SOAK_MEGABYTES : MEGABYTES * factor;
    Path log = folder.resolve("log");
    Process process = start(megabytes, log);
    String output;
    try {
      output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as("exit code; %s", Files.readString(log)).isZero();
    } finally {
      process.destroyForcibly().waitFor(1, TimeUnit.MINUTES);
    }
    List<String> lines = output.lines().toList();
    System.out.println(megabytes + " MB: " + lines);
    assertThat(lines).hasSize(2);
    for (String line : lines) {
      String[] words = line.split(" ");
      assertThat(Long.parseLong(words[1])).as("nodes").isGreaterThan(500L * megabytes);
      assertThat(Long.parseLong(words[2])).isEqualTo(10 * Long.parseLong(words[1]));
      assertThat(Long.parseLong(words[3])).as("peak after %s", line).isLessThan(MOST_KILOBYTES);
    }
  }

  private Process start(int megabytes, Path log) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("--enable-native-access=ALL-UNNAMED");
    if (Runtime.version().feature() >= 23) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add("-Xmx640m");
    command.add("-Djava.io.tmpdir=" + Files.createDirectory(folder.resolve("tmp")));
    command.add("-Domnigraph.native.dir=" + System.getProperty("omnigraph.native.dir", ""));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(LoadedProcess.class.getName());
    command.addAll(
        List.of(folder.resolve("graph").toString(), Integer.toString(megabytes), "true"));
    ProcessBuilder builder = new ProcessBuilder(command);
    // As conf/omnigraph.env has it.
    builder.environment().put("LANCE_CPU_THREADS", "4");
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    return builder.redirectError(log.toFile()).start();
  }
}
