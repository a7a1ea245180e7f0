package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.omnigraph.cli.CliRun;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Slow and vanishing clients, and event loops that are never blocked by them. */
class BackpressureTest {

  private static final int ROWS = 20_000;
  private static final String QUERY =
      "{\"query\": \"query q() { match { $p: Person } return { $p.name, $p.age } }\"}";

  @TempDir static Path folder;
  private static OmniGraphServer server;

  private final ListAppender<ILoggingEvent> blocked = new ListAppender<>();

  @BeforeAll
  static void start() {
    Fixture.cluster(folder, "knowledge");
    var records = new StringBuilder();
    String padding = "x".repeat(500);
    for (int i = 0; i < ROWS; i++) {
      records
          .append("{\"type\": \"Person\", \"data\": {\"name\": \"p")
          .append(i)
          .append(padding)
          .append("\", \"age\": 1}}\n");
    }
    Fixture.write(folder.resolve("many.jsonl"), records.toString());
    CliRun.ok(
        folder,
        "load",
        "--mode",
        "append",
        "--data",
        "many.jsonl",
        Fixture.root(folder, "knowledge"));
    server = OmniGraphServer.start(Fixture.openServer(folder));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void watchEventLoops() {
    blocked.start();
    checkerLog().addAppender(blocked);
  }

  @AfterEach
  void noEventLoopWasBlocked() {
    checkerLog().detachAppender(blocked);
    assertThat(blocked.list)
        .filteredOn(event -> event.getFormattedMessage().contains("eventloop"))
        .isEmpty();
  }

  private static Logger checkerLog() {
    return (Logger) LoggerFactory.getLogger("io.vertx.core.impl.BlockedThreadChecker");
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private static Socket ask() throws IOException {
    return ask(server);
  }

  private static Socket ask(OmniGraphServer server) throws IOException {
    return ask(server, "application/json");
  }

  private static Socket ask(OmniGraphServer server, String form) throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(8 << 10);
    socket.connect(new java.net.InetSocketAddress(server.host(), server.port()));
    socket
        .getOutputStream()
        .write(
            ("POST /graphs/knowledge/query HTTP/1.1\r\n"
                    + "Host: x\r\n"
                    + "Content-Type: application/json\r\n"
                    + "Accept: "
                    + form
                    + "\r\n"
                    + "Content-Length: "
                    + QUERY.length()
                    + "\r\n\r\n"
                    + QUERY)
                .getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().flush();
    return socket;
  }

  @Test
  void aLongResultArrivesWhole() {
    Http.Answer answer = Http.to(server).post("/graphs/knowledge/query", QUERY);
    assertThat(answer.header("transfer-encoding")).isEqualTo("chunked");
    assertThat(answer.json().path("row_count").asInt()).isEqualTo(ROWS + 4);
    assertThat(answer.json().path("rows")).hasSize(ROWS + 4);
    assertThat(server.openResults()).isZero();
  }

  @Test
  void clientsThatDoNotReadHoldNoWorkerAndOthersAreServed() throws Exception {
    var stalled = new Socket[40];
    try {
      for (int i = 0; i < stalled.length; i++) {
        stalled[i] = ask();
      }
      await(() -> server.openResults() == stalled.length);
      Http.Answer other =
          Http.to(server)
              .post("/graphs/knowledge/queries/find_person", "{\"params\": {\"name\": \"Alice\"}}");
      assertThat(other.json().path("row_count").asInt()).isEqualTo(1);
      Http.Answer write =
          Http.to(server)
              .post(
                  "/graphs/knowledge/queries/insert_person",
                  "{\"params\": {\"name\": \"meanwhile\"}}");
      assertThat(write.status()).isEqualTo(200);
    } finally {
      for (Socket socket : stalled) {
        if (socket != null) {
          socket.close();
        }
      }
    }
    await(() -> server.openResults() == 0);
  }

  @Test
  void slowReadersHoldAFewPiecesEachInEveryForm() throws Exception {
    String[] forms = {
      "application/json", "application/x-ndjson", "application/vnd.apache.arrow.stream"
    };
    int perClient = 4 << 20;
    for (String form : forms) {
      var stalled = new Socket[6];
      try {
        for (int i = 0; i < stalled.length; i++) {
          stalled[i] = ask(server, form);
        }
        await(() -> server.openResults() == stalled.length);
        await(() -> server.unsentBytes() > 0);
        long most = 0;
        for (int look = 0; look < 20; look++) {
          most = Math.max(most, server.unsentBytes());
          Thread.sleep(10);
        }
        // Each result is above 10 MB; one batch or piece of each may wait.
        assertThat(most).as(form).isLessThan((long) stalled.length * perClient);
      } finally {
        for (Socket socket : stalled) {
          if (socket != null) {
            socket.close();
          }
        }
      }
      await(() -> server.openResults() == 0);
    }
    await(() -> server.unsentBytes() == 0);
  }

  @Test
  void anExportWaitsForItsReaderAndEndsWhenTheReaderLeaves() throws Exception {
    Http.Answer whole = Http.to(server).post("/graphs/knowledge/export", "{}");
    assertThat(whole.header("transfer-encoding")).isEqualTo("chunked");
    assertThat(whole.text().lines().count()).isGreaterThan(ROWS);
    try (var socket = new Socket()) {
      socket.setReceiveBufferSize(8 << 10);
      socket.connect(new java.net.InetSocketAddress(server.host(), server.port()));
      socket
          .getOutputStream()
          .write(
              ("POST /graphs/knowledge/export HTTP/1.1\r\nHost: x\r\n"
                      + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
                  .getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      await(() -> server.openResults() == 1 && server.unsentBytes() > 0);
      assertThat(server.unsentBytes()).isLessThan(whole.body().length / 2);
    }
    await(() -> server.openResults() == 0 && server.unsentBytes() == 0);
  }

  @Test
  void aClientThatLeavesGivesItsResultUp() throws Exception {
    try (Socket socket = ask()) {
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      await(() -> server.openResults() == 1);
    }
    await(() -> server.openResults() == 0);
  }

  @Test
  void aClientThatDoesNotReadForTooLongIsCutOff() throws Exception {
    try (var impatient =
            OmniGraphServer.start(
                Fixture.openServer(folder)
                    .withTimes(Duration.ofMillis(300), Duration.ofSeconds(5)));
        Socket socket = ask(impatient)) {
      assertThat(socket.getInputStream().read()).isEqualTo('H');
      await(() -> impatient.openResults() == 0);
      socket.setSoTimeout(20_000);
      byte[] all = readUntilClosed(socket);
      assertThat(new String(all, StandardCharsets.UTF_8)).doesNotContain("row_count");
    }
  }

  private static byte[] readUntilClosed(Socket socket) throws IOException {
    var out = new java.io.ByteArrayOutputStream();
    try {
      socket.getInputStream().transferTo(out);
    } catch (java.net.SocketException reset) {
      // A reset ends the answer as well.
    }
    return out.toByteArray();
  }

  @Test
  void theCheckerThatTheseTestsRelyOnReportsABlockedEventLoop() throws Exception {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setBlockedThreadCheckInterval(20)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setMaxEventLoopExecuteTime(50)
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS));
    try {
      var reported = new CountDownLatch(1);
      vertx.runOnContext(
          ignored -> {
            long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (System.nanoTime() < deadline && blocked.list.isEmpty()) {
              Thread.onSpinWait();
            }
            reported.countDown();
          });
      reported.await();
      assertThat(blocked.list)
          .anySatisfy(
              event -> assertThat(event.getFormattedMessage()).contains("has been blocked"));
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
      blocked.list.clear();
    }
  }
}
