package io.omnigraph.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;

/**
 * Runs the benchmarks and writes the report. Arguments: the folder of the reports, and optionally
 * {@code only=<name>} to run one macro benchmark and no kernels. System property {@code
 * bench.scale} (default 1) shrinks or grows the sizes.
 */
public final class BenchmarkMain {

  private BenchmarkMain() {}

  public static void main(String[] args) throws Exception {
    Path reports = Path.of(args[0]);
    String only = args.length > 1 ? args[1].replaceFirst("^only=", "") : "";
    double scale = Double.parseDouble(System.getProperty("bench.scale", "1"));
    var report =
        new BenchmarkReport(Machine.current(), LocalDate.now(Clock.systemDefaultZone()), scale);
    for (MacroBenchmark benchmark : Benchmarks.all()) {
      if (only.isEmpty() || only.equals(benchmark.name())) {
        run(benchmark, scale, report);
      }
    }
    if (only.isEmpty()) {
      report.addKernels(Kernels.run());
    }
    System.out.print(report.page());
    System.out.println("\nwritten to " + report.write(reports));
  }

  static void run(MacroBenchmark benchmark, double scale, BenchmarkReport report) throws Exception {
    System.err.println("running " + benchmark.name());
    Path folder = Files.createTempDirectory("omnigraph-bench-");
    try {
      var setting = new BenchmarkSetting(folder, scale);
      List<Timing> timings = benchmark.run(setting);
      report.add(benchmark.name(), benchmark.description(setting), timings, benchmark.findings());
    } finally {
      deleteRecursively(folder);
    }
  }

  private static void deleteRecursively(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
