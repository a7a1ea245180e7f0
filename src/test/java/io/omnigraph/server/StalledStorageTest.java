package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.OpenOptions;
import io.omnigraph.cli.CliRun;
import io.omnigraph.read.table.TableCache;
import io.omnigraph.server.auth.BearerTokens;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.S3Faults;
import io.omnigraph.testing.S3Request;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
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

  /** A server of two graphs in a bucket. */
  private ServerOptions cluster(AtomicS3Endpoint endpoint) {
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
    return ServerOptions.of("s3://bucket/cluster", BearerTokens.of(Map.of()), true)
        .withAdmission(2 * CLIENTS, 1 << 20)
        .withOpen(OpenOptions.readWrite().withStorageOptions(environment));
  }

  private static Socket ask(OmniGraphServer server, String query) throws IOException {
    String body = "{\"query\": \"" + query + "\"}";
    var socket = new Socket(server.host(), server.port());
    socket
        .getOutputStream()
        .write(
            ("POST /graphs/stuck/query HTTP/1.1\r\nHost: x\r\n"
                    + "Content-Type: application/json\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    return socket;
  }

  @Test
  void aClientThatLeavesWhileTheCacheIsBuiltIsForgottenAlthoughStorageDoesNotAnswer()
      throws Exception {
    try (AtomicS3Endpoint endpoint = new AtomicS3Endpoint()) {
      ServerOptions options = cluster(endpoint);
      StringBuilder records = new StringBuilder();
      for (int i = 0; i < TableCache.SMALL_ROWS + 500; i++) {
        records.append("{\"type\":\"Person\",\"data\":{\"name\":\"p" + i + "\",\"age\":1}}\n");
      }
      try (OmniGraphServer server = OmniGraphServer.start(options)) {
        Http.Answer loaded =
            Http.to(server)
                .send(
                    "POST",
                    "/graphs/stuck/load/ndjson",
                    "application/x-ndjson",
                    records.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(loaded.status()).as(loaded.text()).isEqualTo(200);
      }
      // A new process has nothing of what was loaded in memory.
      try (OmniGraphServer server = OmniGraphServer.start(options)) {
        Http http = Http.to(server);
        S3Faults.Pause stall =
            endpoint
                .faults()
                .pauseAll(
                    request ->
                        request.kind() == S3Request.Kind.GET
                            && request.key().contains("stuck.omni")
                            && request.key().contains("/data/"));
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          clients.add(
              ask(server, "query q() { match { $p: Person } return { $p.age, count($p) as n } }"));
        }
        stall.awaitReached();
        await(() -> server.openResults() == 3);
        for (Socket client : clients) {
          client.close();
        }
        await(() -> server.openResults() == 0);
        assertThat(http.post("/graphs/free/mutate", insert("free")).status()).isEqualTo(200);
        Http.Answer timed =
            http.post(
                "/graphs/stuck/query",
                "{\"query\":\"query q() { match { $p: Person } return { count($p) as n } }\","
                    + "\"options\":{\"timeout_ms\":200}}");
        stall.release();
        endpoint.faults().clear();
        assertThat(timed.status()).as(timed.text()).isIn(200, 504);
        assertThat(
                http.post(
                        "/graphs/stuck/query",
                        "{\"query\":\"query q() { match { $p: Person } return { $p.age } }\"}")
                    .json()
                    .path("row_count")
                    .asInt())
            .isEqualTo((int) TableCache.SMALL_ROWS + 500);
      }
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  @Test
  void aGraphWhoseStorageDoesNotAnswerHoldsUpNoOtherGraph() {
    try (AtomicS3Endpoint endpoint = new AtomicS3Endpoint()) {
      ServerOptions options = cluster(endpoint);
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
