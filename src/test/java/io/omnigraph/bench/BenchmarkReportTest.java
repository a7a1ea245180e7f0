package io.omnigraph.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkReportTest {

  private static final Machine MACHINE =
      new Machine(2, 24, "A CPU", "Linux 6", "A JDK 25", "abc123");

  @Test
  void aReportTellsMachineCommitFiguresAndRatio(@TempDir Path folder) throws Exception {
    var report = new BenchmarkReport(MACHINE, LocalDate.of(2026, 1, 2), 0.5);
    report.add(
        "lookup",
        "Finds.",
        List.of(
            new Timing(Timing.PRODUCT, 1, new long[] {6_000_000}),
            new Timing(Timing.RAW_LANCE, 1, new long[] {4_000_000})));
    report.addKernels(List.of(new KernelResult("Parse.small", 12.345, 0.1, "us/op")));

    Path page = report.write(folder);

    assertThat(page).hasFileName("2026-01-02-abc123.md");
    assertThat(Files.readString(page))
        .contains("2 cores (A CPU), 24 GiB memory, Linux 6, A JDK 25. Scale 0.500.")
        .contains("| OmniGraph | 1 | 6.00 | 6.00 | 6.00 | 6.00 | 167 |  |")
        .contains("| raw Lance | 1 | 4.00 | 4.00 | 4.00 | 4.00 | 250 | 1.50 |")
        .contains("| Parse.small | 12.3 | 0.100 | us/op |");
    var json = new ObjectMapper().readTree(folder.resolve("2026-01-02-abc123.json").toFile());
    assertThat(json.at("/machine/commit").asText()).isEqualTo("abc123");
    assertThat(json.at("/macro/0/timings/1/median_ratio").asDouble()).isEqualTo(1.5);
    assertThat(json.at("/kernels/0/unit").asText()).isEqualTo("us/op");
  }

  @Test
  void theMachineOfThisRunIsDescribed() throws Exception {
    Machine machine = Machine.current();

    assertThat(machine.cores()).isPositive();
    assertThat(machine.cpu()).isNotBlank();
    assertThat(machine.jdk()).contains(Runtime.version().toString());
    assertThat(machine.commit()).isNotBlank();
  }
}
