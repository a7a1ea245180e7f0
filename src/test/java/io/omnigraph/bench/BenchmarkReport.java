package io.omnigraph.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects what one run measured and writes it as a page to read and as JSON to compare. */
public final class BenchmarkReport {

  private record Entry(
      String name, String description, List<Timing> timings, List<String> findings) {}

  private final Machine machine;
  private final LocalDate date;
  private final double scale;
  private final List<Entry> entries = new ArrayList<>();
  private final List<KernelResult> kernels = new ArrayList<>();

  public BenchmarkReport(Machine machine, LocalDate date, double scale) {
    this.machine = machine;
    this.date = date;
    this.scale = scale;
  }

  public void add(String name, String description, List<Timing> timings) {
    add(name, description, timings, List.of());
  }

  /**
   * @param findings what was found besides times
   */
  public void add(String name, String description, List<Timing> timings, List<String> findings) {
    entries.add(new Entry(name, description, List.copyOf(timings), List.copyOf(findings)));
  }

  public void addKernels(List<KernelResult> results) {
    kernels.addAll(results);
  }

  /** Writes {@code <date>-<commit>.md} and {@code .json} into a folder and returns the page. */
  public Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    String stem = date + "-" + machine.commit();
    Files.writeString(folder.resolve(stem + ".json"), json() + "\n");
    return Files.writeString(folder.resolve(stem + ".md"), page());
  }

  String json() throws IOException {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("date", date.toString());
    root.put("scale", scale);
    root.put("machine", machine);
    root.put("macro", entries.stream().map(BenchmarkReport::toJson).toList());
    root.put("kernels", kernels);
    return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(root);
  }

  private static Map<String, Object> toJson(Entry entry) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", entry.name());
    json.put("description", entry.description());
    json.put("findings", entry.findings());
    json.put(
        "timings",
        entry.timings().stream()
            .map(
                timing -> {
                  Map<String, Object> line = new LinkedHashMap<>();
                  line.put("subject", timing.subject());
                  line.put("calls", timing.calls());
                  line.put("p50_ms", timing.percentileMillis(0.50));
                  line.put("p90_ms", timing.percentileMillis(0.90));
                  line.put("p99_ms", timing.percentileMillis(0.99));
                  line.put("max_ms", timing.maxMillis());
                  line.put("rows_per_second", timing.rowsPerSecond());
                  line.put("median_ratio", ratio(entry, timing));
                  return line;
                })
            .toList());
    return json;
  }

  /** The median of the product divided by that of a timing; 1 for the product itself. */
  private static double ratio(Entry entry, Timing timing) {
    return entry.timings().getFirst().percentileMillis(0.5) / timing.percentileMillis(0.5);
  }

  String page() {
    var page = new StringBuilder();
    page.append("# Benchmarks of %s, commit %s%n%n".formatted(date, machine.commit()));
    page.append(
        "%d cores (%s), %d GiB memory, %s, %s. Scale %s.%n"
            .formatted(
                machine.cores(),
                machine.cpu(),
                machine.memoryGib(),
                machine.system(),
                machine.jdk(),
                number(scale)));
    page.append("Times in milliseconds. The ratio is OmniGraph's median over the baseline's.\n");
    for (Entry entry : entries) {
      page.append("%n## %s%n%n%s%n%n".formatted(entry.name(), entry.description()));
      page.append("| | calls | p50 | p90 | p99 | max | rows/s | ratio |\n");
      page.append("|---|---:|---:|---:|---:|---:|---:|---:|\n");
      for (Timing timing : entry.timings()) {
        page.append(line(entry, timing));
      }
      entry.findings().forEach(finding -> page.append("%n%s%n".formatted(finding)));
    }
    if (!kernels.isEmpty()) {
      page.append("\n## Kernels\n\n| | score | ± | unit |\n|---|---:|---:|---|\n");
      for (KernelResult kernel : kernels) {
        page.append(
            "| %s | %s | %s | %s |%n"
                .formatted(
                    kernel.name(), number(kernel.score()), number(kernel.error()), kernel.unit()));
      }
    }
    return page.toString();
  }

  private static String line(Entry entry, Timing timing) {
    boolean first = timing == entry.timings().getFirst();
    return "| %s | %d | %s | %s | %s | %s | %s | %s |%n"
        .formatted(
            timing.subject(),
            timing.calls(),
            number(timing.percentileMillis(0.50)),
            number(timing.percentileMillis(0.90)),
            number(timing.percentileMillis(0.99)),
            number(timing.maxMillis()),
            number(timing.rowsPerSecond()),
            first ? "" : number(ratio(entry, timing)));
  }

  /** Three significant digits, without an exponent. */
  private static String number(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    int digits = value == 0 ? 0 : 2 - (int) Math.floor(Math.log10(Math.abs(value)));
    return String.format(Locale.ROOT, "%." + Math.clamp(digits, 0, 6) + "f", value);
  }
}
