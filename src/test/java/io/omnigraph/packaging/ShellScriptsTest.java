package io.omnigraph.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs the tests that are themselves shell scripts; each ends with "N checks, M failed". */
class ShellScriptsTest {

  static List<Path> scripts() throws IOException {
    try (var files = Files.list(Path.of("src/test/shell"))) {
      return files.filter(file -> file.toString().endsWith("-test.sh")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void everyCheckOfTheScriptHolds(Path script) throws Exception {
    Result result = run(List.of("sh", script.toString()));

    assertThat(result.output()).endsWith(" checks, 0 failed\n");
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void aScriptWithAFailedCheckIsNoticed() throws Exception {
    Result result =
        run(List.of("sh", "-c", ". src/test/shell/assertions.sh; check planted 1 2; finish"));

    assertThat(result.output()).contains("FAILED: planted").endsWith("1 checks, 1 failed\n");
    assertThat(result.exitCode()).isEqualTo(1);
  }

  private record Result(int exitCode, String output) {}

  private static Result run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }
}
