package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.OpenOptions;
import io.omnigraph.cli.CliRun;
import io.omnigraph.server.auth.BearerTokens;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.S3Faults;
import io.omnigraph.testing.S3Request;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two graphs in one server, of which one cannot reach its data for a while. */
class StalledStorageTest {

  /** More than there are threads for the writes of a graph. */
  private static final int CLIENTS = 80;

  @TempDir Path folder;

  private static String insert(String name) {
    return "{\"query\":\"query q() { insert Person { name: \\\"" + name + "\\\" } }\"}";
  }

  @Test
  void aGraphWhoseStorageDoesNotAnswerHoldsUpNoOtherGraph() {
    try (AtomicS3Endpoint endpoint = new AtomicS3Endpoint()) {
      Map<String, String> environment =
          Map.of(
              "AWS_ENDPOINT_URL", endpoint.url(),
              "AWS_REGION", "us-east-1",
              "AWS_ACCESS_KEY_ID", "key",
              "AWS_SECRET_ACCESS_KEY", "secret",
              "AWS_ALLOW_HTTP", "true",
              "AWS_S3_FORCE_PATH_STYLE", "true");
      Fixture.write(folder.resolve("person.pg"), Fixture.SCHEMA);
      Fixture.write(
          folder.resolve("cluster.yaml"),
          "version: 1\nstorage: s3://bucket/cluster/\ngraphs:\n"
              + "  stuck: { schema: person.pg }\n  free: { schema: person.pg }\n");
      for (String step : List.of("import", "apply")) {
        CliRun run = CliRun.of(folder, environment, "cluster", step);
        assertThat(run.code()).as(run.out() + run.err()).isZero();
      }
      ServerOptions options =
          ServerOptions.of("s3://bucket/cluster", BearerTokens.of(Map.of()), true)
              .withAdmission(2 * CLIENTS, 1 << 20)
              .withOpen(OpenOptions.readWrite().withStorageOptions(environment));
      try (OmniGraphServer server = OmniGraphServer.start(options)) {
        Http http = Http.to(server);
        assertThat(http.post("/graphs/stuck/mutate", insert("first")).status()).isEqualTo(200);
        S3Faults.Pause stall =
            endpoint
                .faults()
                .pauseAll(
                    request ->
                        request.kind() == S3Request.Kind.PUT
                            && request.key().contains("stuck.omni"));
        List<CompletableFuture<Http.Answer>> held = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
          held.add(http.postAsync("/graphs/stuck/mutate", insert("held-" + i)));
        }
        stall.awaitReached();
        for (int i = 0; i < 3; i++) {
          Http.Answer free = http.post("/graphs/free/mutate", insert("free-" + i));
          assertThat(free.status()).as(free.text()).isEqualTo(200);
        }
        assertThat(http.get("/graphs/free/commits").json().path("commits")).hasSize(4);
        assertThat(held).noneMatch(CompletableFuture::isDone);
        stall.release();
        endpoint.faults().clear();
        for (CompletableFuture<Http.Answer> answer : held) {
          assertThat(answer.join().status()).as(answer.join().text()).isEqualTo(200);
        }
        assertThat(
                http.post(
                        "/graphs/stuck/query",
                        "{\"query\":\"query q() { match { $p: Person } return { $p.name } }\"}")
                    .json()
                    .path("row_count")
                    .asInt())
            .isEqualTo(CLIENTS + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
