package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.cli.CliRun;
import io.omnigraph.testing.AtomicS3Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster whose root is a bucket, from its first command to a server that was stopped. */
class S3ClusterTest {

  /** Whoever follows a killed writer waits for the end of its lease; soak runs have the time. */
  private static final boolean KILLED = Integer.getInteger("soak.factor", 1) > 1;

  private static final String ROOT = "s3://bucket/cluster";

  @TempDir Path folder;

  private static Map<String, String> environment(AtomicS3Endpoint endpoint) {
    return Map.of(
        "AWS_ENDPOINT_URL",
        endpoint.url(),
        "AWS_REGION",
        "us-east-1",
        "AWS_ACCESS_KEY_ID",
        "key",
        "AWS_SECRET_ACCESS_KEY",
        "secret",
        "AWS_ALLOW_HTTP",
        "true",
        "AWS_S3_FORCE_PATH_STYLE",
        "true");
  }

  private CliRun run(AtomicS3Endpoint endpoint, String... arguments) {
    CliRun run = CliRun.of(folder, environment(endpoint), arguments);
    assertThat(run.code()).as("%s%n%s%s", List.of(arguments), run.out(), run.err()).isZero();
    return run;
  }

  private void declare(AtomicS3Endpoint endpoint) {
    Fixture.write(folder.resolve("person.pg"), Fixture.SCHEMA);
    Fixture.write(folder.resolve("queries/people.gq"), Fixture.QUERIES);
    Fixture.write(folder.resolve("seed.jsonl"), Fixture.SEED);
    Fixture.write(
        folder.resolve("cluster.yaml"),
        "version: 1\nstorage: "
            + ROOT
            + "/\ngraphs:\n  knowledge: { schema: person.pg, queries: queries/ }\n");
    run(endpoint, "cluster", "import");
    assertThat(run(endpoint, "cluster", "apply", "--json").json().path("converged").asBoolean())
        .isTrue();
    assertThat(endpoint.bytes("cluster/__cluster/state.json")).isNotNull();
    assertThat(Files.exists(folder.resolve("__cluster"))).isFalse();
    run(
        endpoint,
        "load",
        "--yes",
        "--mode",
        "overwrite",
        "--data",
        "seed.jsonl",
        ROOT + "/graphs/knowledge.omni");
  }

  private Process start(AtomicS3Endpoint endpoint) throws IOException {
    var builder =
        ServerChild.program(
                "--cluster", ROOT, "--bind", "127.0.0.1:0", "--unauthenticated", "--wait")
            .redirectError(folder.resolve("server.log").toFile());
    builder.environment().putAll(environment(endpoint));
    builder.environment().put("LANCE_CPU_THREADS", "4");
    return builder.start();
  }

  private static void stop(Process process) throws InterruptedException {
    if (KILLED) {
      process.destroyForcibly().waitFor();
    } else {
      process.destroy();
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    }
  }

  private String address(Process process) throws IOException {
    var out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    assertThat(line)
        .as(Files.readString(folder.resolve("server.log")))
        .startsWith("OMNIGRAPH_LISTEN_ADDR=");
    return line.substring("OMNIGRAPH_LISTEN_ADDR=".length());
  }

  private static TreeSet<String> names(Http http) {
    var names = new TreeSet<String>();
    http.post("/graphs/knowledge/queries/everybody", "{}")
        .json()
        .path("rows")
        .forEach(row -> names.add(row.path("p.name").asText()));
    return names;
  }

  @Test
  void aClusterInABucketIsAppliedServedChangedStoppedAndServedAgain() throws Exception {
    try (var endpoint = new AtomicS3Endpoint()) {
      declare(endpoint);
      Process first = start(endpoint);
      try {
        Http http = Http.to(address(first));
        assertThat(names(http)).containsExactly("Alice", "Bob", "Charlie", "Diana");
        assertThat(
                http.post(
                        "/graphs/knowledge/queries/insert_person",
                        "{\"params\": {\"name\": \"Erin\", \"age\": 41}}")
                    .status())
            .isEqualTo(200);
        assertThat(http.post("/graphs/knowledge/branches", "{\"name\": \"side\"}").status())
            .isEqualTo(200);
      } finally {
        stop(first);
      }
      Process second = start(endpoint);
      try {
        Http http = Http.to(address(second));
        assertThat(names(http)).contains("Erin").hasSize(5);
        assertThat(http.get("/graphs/knowledge/branches").json().path("branches")).hasSize(2);
        Http.Answer again =
            http.post(
                "/graphs/knowledge/queries/insert_person",
                "{\"params\": {\"name\": \"Frank\"}, \"branch\": \"side\"}");
        assertThat(again.status()).as(again.text()).isEqualTo(200);
        // The store must answer until the graphs are closed, also while the JVM shuts down.
        second.destroy();
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
      } finally {
        second.destroyForcibly();
      }
      CliRun direct =
          run(
              endpoint,
              "query",
              "everybody",
              "--query",
              "queries/people.gq",
              "--branch",
              "side",
              "--format",
              "csv",
              "--store",
              ROOT + "/graphs/knowledge.omni");
      assertThat(direct.out()).contains("Erin,41").contains("Frank,");
      assertThat(run(endpoint, "cluster", "plan", "--json").json().path("changes")).isEmpty();
    }
  }
}
