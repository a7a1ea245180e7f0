package io.omnigraph.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.cli.CliRun;
import io.omnigraph.server.Fixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The files of a cluster of one graph, and the command line as a person would use it. */
abstract class ClusterTestBase {

  static final String CONFIG =
      """
      version: 1
      metadata: { name: demo }
      graphs:
        knowledge:
          schema: person.pg
          queries: queries/
      """;

  static final String ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

  @TempDir Path folder;

  @BeforeEach
  void files() {
    Fixture.write(folder.resolve("person.pg"), Fixture.SCHEMA);
    Fixture.write(folder.resolve("queries/people.gq"), Fixture.QUERIES);
    config(CONFIG);
  }

  CliRun cluster(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "cluster";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[all.length - 1] = "--json";
    return CliRun.of(folder, all);
  }

  void config(String yaml) {
    Fixture.write(folder.resolve("cluster.yaml"), yaml);
  }

  static boolean has(CliRun run, String code) {
    for (JsonNode diagnostic : run.json().path("diagnostics")) {
      if (diagnostic.path("code").asText().equals(code)) {
        return true;
      }
    }
    return false;
  }

  byte[] state() throws IOException {
    return Files.readAllBytes(folder.resolve("__cluster/state.json"));
  }

  static String schemaDigest() {
    return Digests.of(Fixture.SCHEMA.getBytes(StandardCharsets.UTF_8));
  }
}
