package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries that would never end, and the limits that end them. */
class RunawayQueryTest {

  private static final int PEOPLE = 400;
  private static final int RUNAWAYS = 50;

  /** More than 10^20 rows, none of which is ever delivered. */
  private static final String RUNAWAY =
      "query q() { match { $a: Person  $b: Person  $c: Person  $d: Person  $e: Person  $f: Person "
          + " $g: Person  $h: Person } return { count(distinct $a.name) as n, max($h.age) as m } }";

  @TempDir static Path folder;
  private static OmniGraphServer server;
  private static Http http;

  @BeforeAll
  static void start() {
    Fixture.cluster(folder, "knowledge");
    var records = new StringBuilder();
    for (int i = 0; i < PEOPLE; i++) {
      records.append("{\"type\": \"Person\", \"data\": {\"name\": \"p" + i + "\", \"age\": 1}}\n");
    }
    server = OmniGraphServer.start(Fixture.openServer(folder));
    http = Http.to(server);
    assertThat(
            http.send(
                    "POST",
                    "/graphs/knowledge/load/ndjson",
                    "application/x-ndjson",
                    records.toString().getBytes(StandardCharsets.UTF_8))
                .status())
        .isEqualTo(200);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private static Socket ask(String query) throws IOException {
    String body = "{\"query\": \"" + query + "\"}";
    var socket = new Socket(server.host(), server.port());
    socket
        .getOutputStream()
        .write(
            ("POST /graphs/knowledge/query HTTP/1.1\r\nHost: x\r\n"
                    + "Content-Type: application/json\r\nContent-Length: "
                    + body.length()
                    + "\r\n\r\n"
                    + body)
                .getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    return socket;
  }

  @Test
  void runawayQueriesKeepNobodyWaitingAndEndWhenTheirClientsLeave() throws Exception {
    List<Socket> runaways = new ArrayList<>();
    try {
      for (int i = 0; i < RUNAWAYS; i++) {
        runaways.add(ask(RUNAWAY));
      }
      await(() -> server.openResults() == runaways.size());
      for (int i = 0; i < 5; i++) {
        assertThat(http.get("/healthz").status()).isEqualTo(200);
        Http.Answer answer =
            http.post(
                "/graphs/knowledge/queries/find_person", "{\"params\": {\"name\": \"Alice\"}}");
        assertThat(answer.json().path("row_count").asInt()).isEqualTo(1);
      }
      assertThat(
              http.post(
                      "/graphs/knowledge/queries/insert_person",
                      "{\"params\": {\"name\": \"during\"}}")
                  .status())
          .isEqualTo(200);
      assertThat(server.openResults()).isEqualTo(runaways.size());
    } finally {
      for (Socket socket : runaways) {
        socket.close();
      }
    }
    // Nobody pulls such a query, so only its cancellation can end it.
    await(() -> server.openResults() == 0);
    assertThat(http.get("/readyz").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"timeout_ms\": 50', 504, query_timeout",
    "'\"max_rows\": 3', 413, query_row_limit",
    "'\"max_memory_bytes\": 20000', 413, query_memory_limit"
  })
  void eachLimitHasItsStatusAndItsCode(String limit, int status, String code) {
    String query =
        status == 504
            ? RUNAWAY
            : "query q() { match { $a: Person  $b: Person } return { $a.name, $b.name } order {"
                + " $b.name, $a.name } }";
    Http.Answer answer =
        http.post(
            "/graphs/knowledge/query",
            "{\"query\": \"" + query + "\", \"options\": {" + limit + "}}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(status);
    assertThat(answer.json().at("/detail/code").asText()).isEqualTo(code);
    assertThat(answer.json().at("/resource_limit/limit").asLong())
        .isEqualTo(status == 504 ? 0 : Long.parseLong(limit.replaceAll("\\D", "")));
    assertThat(server.openResults()).isZero();
  }

  @Test
  void anOptionThatNobodyKnowsIsRefused() {
    Http.Answer answer =
        http.post("/graphs/knowledge/queries/everybody", "{\"options\": {\"timeout\": 50}}");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("unknown field `timeout`");
  }
}
