package io.omnigraph.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.api.Json;
import io.omnigraph.server.Fixture;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** One run of the command line inside the test's process. */
public record CliRun(int code, String out, String err) {

  public static CliRun of(Path directory, Map<String, String> environment, String... arguments) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var all = new HashMap<>(Fixture.ENVIRONMENT);
    all.put("OMNIGRAPH_HOME", directory.resolve("no-operator-home").toString());
    all.putAll(environment);
    var terminal =
        new Terminal(
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            all,
            directory,
            false);
    int code = Main.run(arguments, terminal);
    return new CliRun(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  public static CliRun of(Path directory, String... arguments) {
    return of(directory, Map.of(), arguments);
  }

  /** A run that must succeed. */
  public static CliRun ok(Path directory, String... arguments) {
    CliRun run = of(directory, arguments);
    if (run.code != 0) {
      throw new AssertionError(
          "omnigraph "
              + String.join(" ", arguments)
              + " exited "
              + run.code
              + "\n"
              + run.out
              + run.err);
    }
    return run;
  }

  public JsonNode json() {
    try {
      return Json.MAPPER.readTree(out);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + out, e);
    }
  }
}
