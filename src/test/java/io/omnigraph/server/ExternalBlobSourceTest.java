package io.omnigraph.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.OmniGraph;
import io.omnigraph.WriteOptions;
import io.omnigraph.api.Json;
import io.omnigraph.cli.CliRun;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ExternalBlobSourceException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** References to blobs in admitted places that are not there, by every door. */
class ExternalBlobSourceTest {

  private static final String SCHEMA = "node File { name: String @key  body: Blob? }";
  private static final String LISTED = "OMNIGRAPH_EXTERNAL_BLOBS";

  @TempDir Path folder;

  private static String record(String name, String uri) {
    return "{\"type\":\"File\",\"data\":{\"name\":\"" + name + "\",\"body\":\"" + uri + "\"}}\n";
  }

  private static void load(OmniGraph graph, String record) {
    graph.load(
        new ByteArrayInputStream(record.getBytes(UTF_8)),
        LoadMode.MERGE,
        BranchName.MAIN,
        null,
        WriteOptions.by(null));
  }

  private static void refused(OmniGraph graph, String uri, String reason) {
    String before = export(graph);
    String insert = "query q() { insert File { name: \"x\", body: \"" + uri + "\" } }";
    String update = "query q() { update File set { body: \"" + uri + "\" } where name = \"kept\" }";
    List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> doors =
        List.of(
            () -> load(graph, record("kept", "base64:AAEC") + record("x", uri)),
            () -> graph.mutate(insert, null, Map.of(), BranchName.MAIN, WriteOptions.by(null)),
            () -> graph.mutate(update, null, Map.of(), BranchName.MAIN, WriteOptions.by(null)));
    for (var door : doors) {
      assertThatThrownBy(door)
          .isInstanceOfSatisfying(
              ExternalBlobSourceException.class,
              e -> {
                assertThat(e.uri()).isEqualTo(uri);
                assertThat(e.reason()).contains(reason);
                assertThat(e.code()).isEqualTo("external_blob_source");
              });
    }
    assertThat(export(graph)).isEqualTo(before);
  }

  private static String export(OmniGraph graph) {
    var out = new ByteArrayOutputStream();
    graph.export(ReadTarget.MAIN, List.of(), List.of(), out);
    return out.toString(UTF_8);
  }

  @Test
  void aFileThatIsNotThereIsNoBlob() throws Exception {
    Path media = Files.createDirectories(folder.resolve("media"));
    String place = "file://" + media;
    Files.writeString(media.resolve("there"), "bytes");
    Files.createDirectories(media.resolve("directory"));
    try (OmniGraph graph =
        OmniGraph.init(
            folder.resolve("graph").toString(),
            SCHEMA,
            false,
            Fixture.open().withStorageOptions(Map.of(LISTED, place)))) {
      load(graph, record("kept", place + "/there"));
      refused(graph, place + "/missing", "there is no such file");
      refused(graph, place + "/directory", "it is not a file that may be read");
      // What was reachable once is kept, and rows around it change as ever.
      Files.delete(media.resolve("there"));
      load(graph, record("other", "base64:AAEC"));
      assertThat(export(graph)).contains(place + "/there");
    }
  }

  @Test
  void anObjectThatIsNotThereOrAStoreThatDoesNotAnswerIsNoBlob() {
    try (var endpoint = new AtomicS3Endpoint()) {
      endpoint.store("media/there", "bytes".getBytes(UTF_8));
      Map<String, String> environment =
          Map.of(
              LISTED,
              "s3://bucket/media,https://media.example",
              "AWS_ENDPOINT_URL",
              endpoint.url(),
              "AWS_REGION",
              "us-east-1",
              "AWS_ACCESS_KEY_ID",
              "key",
              "AWS_SECRET_ACCESS_KEY",
              "secret",
              "AWS_ALLOW_HTTP",
              "true");
      try (OmniGraph graph =
          OmniGraph.init(
              "s3://bucket/graph", SCHEMA, false, Fixture.open().withStorageOptions(environment))) {
        load(graph, record("kept", "s3://bucket/media/there"));
        assertThat(export(graph)).contains("s3://bucket/media/there");
        refused(graph, "s3://bucket/media/missing", "there is no such object");
        refused(graph, "s3://bucket/media/a//b", "it names no object");
        refused(graph, "https://media.example/a", "only file: and s3: places can be looked at");
      }
    }
  }

  @Test
  void theServerAndTheCommandLineAnswerWithTheSameError() throws Exception {
    Path media = Files.createDirectories(folder.resolve("media"));
    String missing = "file://" + media.resolve("missing");
    Map<String, String> environment = Map.of(LISTED, "file://" + media);
    Fixture.write(folder.resolve("files.pg"), SCHEMA);
    Fixture.write(
        folder.resolve("cluster.yaml"), "version: 1\ngraphs:\n  files: { schema: files.pg }\n");
    CliRun.ok(folder, "cluster", "import", "--config", ".");
    CliRun.ok(folder, "cluster", "apply", "--config", ".");
    Fixture.write(folder.resolve("one.jsonl"), record("x", missing));
    String[] load = {"load", "--json", "--mode", "append", "--data", "one.jsonl"};
    CliRun local = CliRun.of(folder, environment, with(load, Fixture.root(folder, "files")));
    assertThat(local.code()).isEqualTo(1);
    check(Json.MAPPER.readTree(local.out()), missing);
    try (var server =
        OmniGraphServer.start(
            Fixture.openServer(folder).withOpen(Fixture.open().withStorageOptions(environment)))) {
      Http http = Http.to(server);
      String data = Json.MAPPER.writeValueAsString(Map.of("data", record("x", missing)));
      String insert =
          Json.MAPPER.writeValueAsString(
              Map.of(
                  "query", "query q() { insert File { name: \"x\", body: \"" + missing + "\" } }"));
      for (Http.Answer answer :
          List.of(
              http.post("/graphs/files/load", data),
              http.post("/graphs/files/mutate", insert),
              http.send(
                  "POST",
                  "/graphs/files/load/ndjson?mode=append",
                  "application/x-ndjson",
                  record("x", missing).getBytes(UTF_8)))) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(424);
        check(answer.json(), missing);
      }
      assertThat(http.post("/graphs/files/export", "{}").text()).isEmpty();
      CliRun remote =
          CliRun.of(
              folder,
              with(
                  load,
                  "--server",
                  "http://" + server.host() + ":" + server.port(),
                  "--graph",
                  "files"));
      assertThat(remote.code()).isEqualTo(1);
      check(Json.MAPPER.readTree(remote.out()), missing);
    }
  }

  private static void check(JsonNode error, String uri) {
    assertThat(error.has("code")).as(error.toString()).isFalse();
    assertThat(error.path("external_blob_source").path("uri").asText()).isEqualTo(uri);
    assertThat(error.path("external_blob_source").path("reason").asText())
        .isEqualTo("there is no such file");
    assertThat(error.path("detail").path("code").asText()).isEqualTo("external_blob_source");
  }

  private static String[] with(String[] first, String... more) {
    String[] all = java.util.Arrays.copyOf(first, first.length + more.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return all;
  }
}
