package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.cli.CliRun;
import io.omnigraph.server.auth.BearerTokens;
import io.omnigraph.server.auth.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootTest {

  @TempDir Path folder;

  private static void refused(ServerOptions options, String... texts) {
    assertThatThrownBy(() -> OmniGraphServer.start(options).close())
        .isInstanceOf(StartupException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(texts));
  }

  @Test
  void aServerWithoutTokensAndWithoutTheFlagDoesNotStart() {
    refused(
        ServerOptions.of(folder.toString(), BearerTokens.of(Map.of()), false), "--unauthenticated");
  }

  @Test
  void anEmptyDirectoryHasNoLedger() {
    refused(Fixture.openServer(folder), "not ready to serve", "[cluster_state_missing]");
  }

  @Test
  void aMissingDirectoryIsNamed() {
    refused(Fixture.openServer(folder.resolve("nope")), "nope", "does not exist");
  }

  @Test
  void aClusterWithoutGraphsIsEmpty() {
    Fixture.write(folder.resolve("cluster.yaml"), "version: 1\n");
    CliRun.ok(folder, "cluster", "import");
    refused(Fixture.openServer(folder), "[cluster_empty]");
  }

  @Test
  void aChangedPayloadIsFoundAndTheRepairIsNamedAndWorks() throws IOException {
    Fixture.cluster(folder, "knowledge");
    Path payload;
    try (Stream<Path> files = Files.walk(folder.resolve("__cluster/resources"))) {
      payload = files.filter(f -> f.toString().endsWith(".gq")).findFirst().orElseThrow();
    }
    Files.writeString(payload, "query x() { match { $p: Person } return { $p.name } }");
    refused(Fixture.openServer(folder), "[catalog_payload_digest_mismatch]", "cluster refresh");
    Files.delete(payload);
    refused(Fixture.openServer(folder), "[catalog_payload_missing]", "cluster refresh");
    CliRun.ok(folder, "cluster", "refresh");
    CliRun.ok(folder, "cluster", "apply");
    OmniGraphServer.start(Fixture.openServer(folder)).close();
  }

  @Test
  void aBrokenGraphIsLeftOutWhileTheOthersAreServed() throws IOException {
    Fixture.cluster(folder, "alpha", "beta");
    deleteTree(folder.resolve("graphs/beta.omni"));
    try (OmniGraphServer server = OmniGraphServer.start(Fixture.openServer(folder))) {
      Http http = Http.to(server);
      assertThat(http.get("/graphs/alpha/snapshot").status()).isEqualTo(200);
      assertThat(http.get("/graphs/beta/snapshot").status()).isEqualTo(404);
      Http.Answer ready = http.get("/readyz");
      assertThat(ready.status()).isEqualTo(200);
      assertThat(ready.json().path("status").asText()).isEqualTo("degraded");
      assertThat(ready.json().at("/graphs/0/graph_id").asText()).isEqualTo("beta");
      assertThat(ready.json().at("/graphs/0/reason").asText()).contains("beta.omni");
      assertThat(server.registry().list().graphs())
          .extracting(graph -> graph.graphId())
          .containsExactly("alpha");
      assertThat(server.registry().quarantined())
          .singleElement()
          .satisfies(q -> assertThat(q.graph()).isEqualTo("beta"));
    }
    refused(
        Fixture.openServer(folder).withRequireAllGraphs(true), "strict startup", "graph 'beta'");
    deleteTree(folder.resolve("graphs/alpha.omni"));
    refused(Fixture.openServer(folder), "[cluster_no_healthy_graphs]", "graph 'alpha'");
  }

  @Test
  void aGraphThatACommandHasNotFinishedIsLeftOut() {
    Fixture.cluster(folder, "alpha", "beta");
    Fixture.write(
        folder.resolve("__cluster/recoveries/01ARZ3NDEKTSV4RRFFQ69G5FAV.json"),
        "{\"schema_version\": 1, \"kind\": \"schema_apply\", \"graph_id\": \"beta\"}");
    try (OmniGraphServer server = OmniGraphServer.start(Fixture.openServer(folder))) {
      assertThat(Http.to(server).get("/graphs/beta/snapshot").status()).isEqualTo(404);
    }
    refused(Fixture.openServer(folder).withRequireAllGraphs(true), "[cluster_recovery_pending]");
    Fixture.write(folder.resolve("__cluster/recoveries/01ARZ3NDEKTSV4RRFFQ69G5FAV.json"), "{torn");
    refused(Fixture.openServer(folder), "[invalid_recovery_sidecar]");
  }

  @Test
  void aLedgerFromElsewhereIsRefused() {
    Fixture.write(folder.resolve("cluster.yaml"), "version: 1\n");
    Path state = folder.resolve("__cluster/state.json");
    Fixture.write(state, "{\"version\": 9}");
    refused(Fixture.openServer(folder), "[unsupported_state_version]");
    Fixture.write(state, "{\"version\": 1, \"surprise\": true}");
    refused(Fixture.openServer(folder), "[invalid_state_json]", "surprise");
    Fixture.write(state, "{");
    assertThatThrownBy(() -> OmniGraphServer.start(Fixture.openServer(folder)))
        .hasMessageContaining("[invalid_state_json]")
        .hasMessageContaining("line 1")
        .hasMessageNotContaining("Source")
        .hasMessageNotContaining("StreamReadFeature");
    Fixture.write(
        state,
        "{\"version\": 1, \"state_revision\": 1, \"applied_revision\": {\"config_digest\": null,"
            + " \"resources\": {\"policy.base\": {\"digest\": \"x\"}}}}");
    refused(Fixture.openServer(folder), "[not_supported_yet] policy.base");
  }

  @Test
  void aTakenPortIsNamed() throws IOException {
    Fixture.cluster(folder, "knowledge");
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      refused(
          Fixture.openServer(folder).withAddress("127.0.0.1", taken.getLocalPort()),
          "cannot listen on 127.0.0.1:" + taken.getLocalPort(),
          "in use",
          "--bind");
    }
    OmniGraphServer.start(Fixture.openServer(folder)).close();
  }

  @Test
  void bytesOfABodyWithoutALengthCountAgainstTheActorsBudget() {
    Fixture.cluster(folder, "knowledge");
    String record = "{\"type\":\"Company\",\"data\":{\"name\":\"X\"}}\n";
    String piece = Integer.toHexString(record.length()) + "\r\n" + record + "\r\n";
    try (OmniGraphServer server =
        OmniGraphServer.start(Fixture.openServer(folder).withAdmission(16, 3L * record.length()))) {
      String head =
          "POST /graphs/knowledge/load/ndjson HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
              + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";
      Http.Answer within = Raw.send(server, head + piece + "0\r\n\r\n");
      assertThat(within.status()).as(within.text()).isEqualTo(200);
      Http.Answer beyond = Raw.send(server, head + piece.repeat(4) + "0\r\n\r\n");
      assertThat(beyond.status()).isEqualTo(429);
      assertThat(beyond.error()).contains("actor byte budget exceeded");
      assertThat(Raw.send(server, head + piece + "0\r\n\r\n").status()).isEqualTo(200);
    }
  }

  @Test
  void aServerThatWaitsServesAGraphOnceItsWriterGaveItUp() throws Exception {
    Fixture.cluster(folder, "alpha");
    ServerOptions waiting =
        Fixture.openServer(folder).withOpen(Fixture.open().withWaitForLease(true));
    // A handle of this process would share the engine; the lock alone is what another one holds.
    CompletableFuture<OmniGraphServer> starting;
    try (FileChannel lock =
        FileChannel.open(
            folder.resolve("graphs/alpha.omni/__lease.lock"), StandardOpenOption.WRITE)) {
      lock.lock();
      starting = CompletableFuture.supplyAsync(() -> OmniGraphServer.start(waiting));
      Thread.sleep(300);
      assertThat(starting).isNotDone();
    }
    try (OmniGraphServer server = starting.get()) {
      assertThat(Http.to(server).get("/graphs/alpha/snapshot").status()).isEqualTo(200);
    }
    assertThat(
            Main.Arguments.parse(new String[] {"--cluster", "c", "--wait"}, Map.of())
                .waitForGraphs())
        .isTrue();
    assertThat(
            Main.Arguments.parse(new String[] {"--cluster", "c"}, Map.of("OMNIGRAPH_WAIT", "1"))
                .waitForGraphs())
        .isTrue();
    assertThat(Main.Arguments.parse(new String[] {"--cluster", "c"}, Map.of()).waitForGraphs())
        .isFalse();
  }

  @Test
  void theArgumentsAndTheirMistakesAreExplained() {
    assertThatThrownBy(() -> Main.Arguments.parse(new String[] {"--port", "1"}, Map.of()))
        .hasMessage("unknown argument '--port'");
    assertThatThrownBy(() -> Main.Arguments.parse(new String[] {"--cluster"}, Map.of()))
        .hasMessage("--cluster needs a value");
    assertThatThrownBy(() -> Main.Arguments.parse(new String[] {"--bind", "8080"}, Map.of()))
        .hasMessageContaining("expected HOST:PORT");
    assertThatThrownBy(() -> Main.Arguments.parse(new String[] {"--bind", "h:70000"}, Map.of()))
        .hasMessageContaining("expected a port from 0 to 65535");
    Main.Arguments parsed =
        Main.Arguments.parse(
            new String[] {"--bind=[::1]:0", "--cluster", "c"},
            Map.of("OMNIGRAPH_UNAUTHENTICATED", "TRUE", "OMNIGRAPH_REQUIRE_ALL_GRAPHS", "0"));
    assertThat(parsed.host()).isEqualTo("::1");
    assertThat(parsed.port()).isZero();
    assertThat(parsed.unauthenticated()).isTrue();
    assertThat(parsed.requireAllGraphs()).isFalse();
  }

  private static void deleteTree(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
