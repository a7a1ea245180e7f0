package io.omnigraph.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Where and on what a run took place.
 *
 * @param cores processors the JVM may use
 * @param memoryGib memory of the machine
 * @param cpu model name, or the architecture where the system does not tell
 * @param system name and version of the operating system
 * @param jdk vendor and version
 * @param commit abbreviated commit of the sources, with {@code -modified} if they differ from it
 */
public record Machine(
    int cores, long memoryGib, String cpu, String system, String jdk, String commit) {

  public static Machine current() throws IOException, InterruptedException {
    var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        Math.round(system.getTotalMemorySize() / (double) (1L << 30)),
        cpuModel(system.getArch()),
        system.getName() + " " + system.getVersion(),
        System.getProperty("java.vendor") + " " + Runtime.version(),
        currentCommit());
  }

  private static String cpuModel(String architecture) throws IOException {
    Path cpuInfo = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(cpuInfo)) {
      return architecture;
    }
    try (var lines = Files.lines(cpuInfo)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(architecture);
    }
  }

  private static String currentCommit() throws IOException, InterruptedException {
    String commit = git(List.of("rev-parse", "--short=10", "HEAD"));
    if (commit.isEmpty()) {
      return "unknown";
    }
    boolean modified = !git(List.of("status", "--porcelain", "--", "src", "pom.xml")).isEmpty();
    return modified ? commit + "-modified" : commit;
  }

  private static String git(List<String> arguments) throws IOException, InterruptedException {
    var command = new ProcessBuilder("git");
    command.command().addAll(arguments);
    Process process = command.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.waitFor() == 0 ? output.strip() : "";
  }
}
