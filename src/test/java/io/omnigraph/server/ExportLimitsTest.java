package io.omnigraph.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.cli.CliRun;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What exports may hold of the server, and what they refuse. */
class ExportLimitsTest {

  private static final int CHUNK = 64 << 10;
  private static final int BLOB = 4 << 20;

  @TempDir static Path folder;
  private static OmniGraphServer server;

  @BeforeAll
  static void start() {
    Fixture.write(
        folder.resolve("files.pg"), "node File { name: String @key  body: Blob?  text: String? }");
    Fixture.write(
        folder.resolve("cluster.yaml"),
        "version: 1\ngraphs:\n  files: { schema: files.pg }\n  other: { schema: files.pg }\n");
    CliRun.ok(folder, "cluster", "import", "--config", ".");
    CliRun.ok(folder, "cluster", "apply", "--config", ".");
    byte[] blob = new byte[BLOB];
    new Random(23).nextBytes(blob);
    var records = new StringBuilder();
    for (String name : List.of("a", "b")) {
      records.append("{\"type\":\"File\",\"data\":{\"name\":\"" + name + "\",\"body\":\"base64:");
      records.append(Base64.getEncoder().encodeToString(blob)).append("\"}}\n");
    }
    for (int i = 0; i < 3_000; i++) {
      records.append("{\"type\":\"File\",\"data\":{\"name\":\"n" + i + "\",\"text\":\"é");
      records.append("x".repeat(i % 300)).append("\"}}\n");
    }
    Fixture.write(folder.resolve("seed.jsonl"), records.toString());
    CliRun.ok(
        folder, "load", "--mode", "append", "--data", "seed.jsonl", Fixture.root(folder, "files"));
    server = OmniGraphServer.start(Fixture.openServer(folder));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Socket ask() throws IOException {
    var socket = new Socket();
    socket.setReceiveBufferSize(8 << 10);
    socket.connect(new InetSocketAddress(server.host(), server.port()));
    socket
        .getOutputStream()
        .write(
            ("POST /graphs/files/export HTTP/1.1\r\nHost: x\r\n"
                    + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
                .getBytes(UTF_8));
    return socket;
  }

  private static String line(DataInputStream in) throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      assertThat(c).as("after " + line).isNotNegative();
      line.append((char) c);
    }
    return line.toString().strip();
  }

  @Test
  void anExportComesInChunksOfOneSizeHoweverLargeARecordIs() throws Exception {
    var body = new ByteArrayOutputStream();
    var chunks = new ArrayList<Integer>();
    try (Socket socket = ask()) {
      var in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream()));
      assertThat(line(in)).contains("200");
      while (!line(in).isEmpty()) {
        // A header.
      }
      for (int size = Integer.parseInt(line(in), 16);
          size > 0;
          size = Integer.parseInt(line(in), 16)) {
        chunks.add(size);
        body.write(in.readNBytes(size));
        assertThat(line(in)).isEmpty();
      }
    }
    assertThat(chunks.subList(0, chunks.size() - 1)).containsOnly(CHUNK);
    assertThat(chunks.getLast()).isLessThanOrEqualTo(CHUNK);
    List<String> lines = body.toString(UTF_8).lines().toList();
    assertThat(lines).hasSize(3_002);
    for (String line : lines) {
      assertThat(io.omnigraph.api.Json.MAPPER.readTree(line).path("type").asText())
          .isEqualTo("File");
    }
  }

  @Test
  void aGraphIsExportedOnceAtATimeAndASlowReaderHoldsTwoChunks() throws Exception {
    try (Socket stalled = ask()) {
      assertThat(stalled.getInputStream().read()).isEqualTo('H');
      long unsent = -1;
      while (unsent != server.unsentBytes() || unsent < CHUNK) {
        unsent = server.unsentBytes();
        Thread.sleep(200);
      }
      assertThat(unsent).isLessThanOrEqualTo(2 * CHUNK);
      for (String request : List.of("{}", "{\"type_names\":[\"File\"],\"format\":\"parquet\"}")) {
        Http.Answer second = Http.to(server).post("/graphs/files/export", request);
        assertThat(second.status()).as(second.text()).isEqualTo(413);
        JsonNode error = second.json();
        assertThat(error.path("code").asText()).isEqualTo("bad_request");
        assertThat(error.path("detail").path("code").asText()).isEqualTo("resource_limit");
        assertThat(error.path("resource_limit").toString())
            .isEqualTo("{\"resource\":\"export_cuts\",\"limit\":1,\"actual\":2}");
      }
      assertThat(Http.to(server).post("/graphs/other/export", "{}").status()).isEqualTo(200);
    }
    while (server.openResults() > 0) {
      Thread.sleep(10);
    }
    assertThat(Http.to(server).post("/graphs/files/export", "{}").status()).isEqualTo(200);
  }

  @Test
  void whatAnExportRefusesDoesNotKeepTheNextOneOut() {
    for (int i = 0; i < 10; i++) {
      Http.Answer unknown =
          Http.to(server).post("/graphs/files/export", "{\"type_names\":[\"Nobody\"]}");
      assertThat(unknown.status()).as(unknown.text()).isEqualTo(400);
      assertThat(Http.to(server).post("/graphs/files/export", "{\"branch\":\"no\"}").status())
          .isEqualTo(404);
    }
    assertThat(Http.to(server).post("/graphs/files/export", "{}").status()).isEqualTo(200);
  }

  @Test
  void aFieldThatAnExportDoesNotKnowIsRefused() {
    Http.Answer answer = Http.to(server).post("/graphs/files/export", "{\"types\":[\"File\"]}");
    assertThat(answer.status()).isEqualTo(422);
    assertThat(answer.error()).isEqualTo("unknown field `types`");
  }

  @Test
  void aLoadOfRecordsLargerThanTheQueueArrivesWhole() {
    var records = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      records.append("{\"type\":\"File\",\"data\":{\"name\":\"r" + i + "\",\"text\":\"");
      records.append("y".repeat(100)).append("\"}}\n");
    }
    Http.Answer loaded =
        Http.to(server)
            .send(
                "POST",
                "/graphs/other/load/ndjson?mode=append",
                "application/x-ndjson",
                records.toString().getBytes(UTF_8));
    assertThat(loaded.status()).as(loaded.text()).isEqualTo(200);
    assertThat(loaded.json().path("tables").path(0).path("rows_loaded").asInt()).isEqualTo(20_000);
  }
}
