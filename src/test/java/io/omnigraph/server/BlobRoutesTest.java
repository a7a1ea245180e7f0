package io.omnigraph.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.cli.CliRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of blobs over HTTP and on the command line. */
class BlobRoutesTest {

  private static final String SCHEMA =
      """
      node File { name: String @key  label: String?  body: Blob? }
      edge Next: File -> File { note: Blob? }
      """;
  private static final byte[] LARGE = new byte[5 << 20];

  @TempDir static Path folder;
  private static OmniGraphServer server;
  private static String external;

  @BeforeAll
  static void start() throws Exception {
    new Random(17).nextBytes(LARGE);
    external = "file://" + Files.writeString(folder.resolve("outside.bin"), "outside");
    Fixture.write(folder.resolve("files.pg"), SCHEMA);
    Fixture.write(
        folder.resolve("cluster.yaml"), "version: 1\ngraphs:\n  files: { schema: files.pg }\n");
    Fixture.write(
        folder.resolve("seed.jsonl"),
        """
        {"type":"File","data":{"name":"hello","body":"%s"}}
        {"type":"File","data":{"name":"large","body":"%s"}}
        {"type":"File","data":{"name":"none"}}
        {"type":"File","data":{"name":"empty","body":"base64:"}}
        {"type":"File","data":{"name":"out","body":"%s"}}
        {"type":"File","data":{"name":"a/b \\"ü\\" c","body":"%s"}}
        {"edge":"Next","from":"hello","to":"none","data":{"id":"e1","note":"%s"}}
        """
            .formatted(
                text("hello world"),
                inline(LARGE),
                external,
                text("odd name"),
                text("on an edge")));
    CliRun.ok(folder, "cluster", "import", "--config", ".");
    CliRun.ok(folder, "cluster", "apply", "--config", ".");
    CliRun loaded =
        CliRun.of(
            folder,
            Map.of("OMNIGRAPH_EXTERNAL_BLOBS", "file://" + folder),
            "load",
            "--mode",
            "append",
            "--data",
            "seed.jsonl",
            Fixture.root(folder, "files"));
    assertThat(loaded.code()).as(loaded.err()).isZero();
    server = OmniGraphServer.start(Fixture.openServer(folder));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String inline(byte[] bytes) {
    return "base64:" + Base64.getEncoder().encodeToString(bytes);
  }

  private static String text(String text) {
    return inline(text.getBytes(UTF_8));
  }

  private static Http http() {
    return Http.to(server);
  }

  private static String blob(String id) {
    return "/graphs/files/blob?entity=node&type=File&property=body&id=" + id;
  }

  private static String mutate(String statement) {
    Http.Answer answer =
        http().post("/graphs/files/mutate", "{\"query\": \"query q() { " + statement + " }\"}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().path("commit").path("graph_commit_id").asText();
  }

  @Test
  void theWholeBlobComesWithItsLengthAndTag() {
    Http.Answer answer = http().get(blob("hello"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("hello world");
    assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
    assertThat(answer.header("Content-Length")).isEqualTo("11");
    assertThat(answer.header("Accept-Ranges")).isEqualTo("bytes");
    assertThat(answer.header("ETag")).matches("\"[0-9a-f]{32}\"");
    assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(answer.header("Content-Disposition"))
        .isEqualTo(
            "attachment; filename=\"File-hello-body.bin\"; filename*=UTF-8''File-hello-body.bin");
    assertThat(answer.header("Omnigraph-Snapshot-Id")).matches("[0-9A-Z]{26}");
  }

  @Test
  void anEmptyBlobIsNoNullAndComesBackFromItsExport() throws Exception {
    Http.Answer answer = http().get(blob("empty"));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    assertThat(answer.header("Content-Length")).isEqualTo("0");
    assertThat(answer.body()).isEmpty();
    String tag = answer.header("ETag");
    assertThat(tag).matches("\"[0-9a-f]{32}\"");
    assertThat(http().with("If-None-Match", tag).get(blob("empty")).status()).isEqualTo(304);
    Http.Answer range = http().with("Range", "bytes=0-0").get(blob("empty"));
    assertThat(range.status()).isEqualTo(416);
    assertThat(range.header("Content-Range")).isEqualTo("bytes */0");
    assertThat(http().get(blob("none")).status()).isEqualTo(404);
    mutate("insert File { name: \\\"written\\\", body: \\\"base64:\\\" }");
    assertThat(http().get(blob("written")).header("Content-Length")).isEqualTo("0");
    assertThat(http().post("/graphs/files/export", "{}").text())
        .contains("{\"type\":\"File\",\"data\":{\"id\":\"empty\",\"body\":\"base64:\"")
        .contains("{\"type\":\"File\",\"data\":{\"id\":\"none\",\"body\":null");
    mutate("delete File where name = \\\"written\\\"");
  }

  @Test
  void aLargeBlobComesInPiecesAndByRanges() {
    assertThat(http().get(blob("large")).body()).isEqualTo(LARGE);
    Http.Answer part = http().with("Range", "bytes=1000000-4000000").get(blob("large"));
    assertThat(part.status()).isEqualTo(206);
    assertThat(part.header("Content-Range")).isEqualTo("bytes 1000000-4000000/" + LARGE.length);
    assertThat(part.header("Content-Length")).isEqualTo("3000001");
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(LARGE, 1_000_000, 4_000_001));
    Http.Answer suffix = http().with("Range", "bytes=-7").get(blob("large"));
    assertThat(suffix.body()).isEqualTo(Arrays.copyOfRange(LARGE, LARGE.length - 7, LARGE.length));
    Http.Answer outside = http().with("Range", "bytes=99999999-").get(blob("large"));
    assertThat(outside.status()).isEqualTo(416);
    assertThat(outside.header("Content-Range")).isEqualTo("bytes */" + LARGE.length);
    assertThat(http().with("Range", "bytes=0-1,3-4").get(blob("large")).status()).isEqualTo(200);
  }

  @Test
  void headTellsWhatGetWouldSendAndIgnoresRanges() {
    Http.Answer get = http().get(blob("large"));
    Http.Answer head =
        http().with("Range", "bytes=0-3").send("HEAD", blob("large"), null, new byte[0]);
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    for (String name :
        new String[] {
          "Content-Length", "ETag", "Content-Type", "Accept-Ranges", "Content-Disposition"
        }) {
      assertThat(head.header(name)).as(name).isEqualTo(get.header(name));
    }
  }

  @Test
  void conditionsOnTheTagDecide() {
    String tag = http().get(blob("hello")).header("ETag");
    Http.Answer known = http().with("If-None-Match", "W/" + tag).get(blob("hello"));
    assertThat(known.status()).isEqualTo(304);
    assertThat(known.body()).isEmpty();
    assertThat(known.header("ETag")).isEqualTo(tag);
    Http.Answer stale = http().with("If-Match", "\"old\"").get(blob("hello"));
    assertThat(stale.status()).isEqualTo(412);
    assertThat(http().with("If-Match", tag).get(blob("hello")).status()).isEqualTo(200);
    assertThat(http().with("Range", "bytes=0-3", "If-Range", tag).get(blob("hello")).text())
        .isEqualTo("hell");
    assertThat(http().with("Range", "bytes=0-3", "If-Range", "\"old\"").get(blob("hello")).status())
        .isEqualTo(200);
  }

  @Test
  void nullCellsAndUnknownEntitiesAreNotFoundAndBadSelectorsAreRefused() {
    for (String id : new String[] {"none", "nobody", "n'o%22"}) {
      assertThat(http().get(blob(id)).status()).as(id).isEqualTo(404);
    }
    for (String query :
        new String[] {
          "entity=node&type=File&id=hello",
          "entity=thing&type=File&id=hello&property=body",
          "entity=edge&type=File&id=hello&property=body",
          "entity=node&type=Nothing&id=hello&property=body",
          "entity=node&type=File&id=hello&property=label",
          "entity=node&type=File&id=hello&property=missing",
          "entity=node&type=File&id=&property=body",
          "entity=node&type=File&id=hello&property=body&branch=main&snapshot=x"
        }) {
      Http.Answer answer = http().get("/graphs/files/blob?" + query);
      assertThat(answer.status()).as(query + answer.text()).isEqualTo(400);
    }
    assertThat(http().get(blob("hello") + "&branch=nowhere").status()).isEqualTo(404);
    assertThat(http().get(blob("hello") + "&snapshot=01ARZ3NDEKTSV4RRFFQ69G5FAV").status())
        .isEqualTo(404);
  }

  @Test
  void whatIsStoredElsewhereIsPointedTo() {
    Http.Answer answer = http().get(blob("out"));
    assertThat(answer.status()).isEqualTo(302);
    assertThat(answer.header("Location")).isEqualTo(external);
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
  }

  @Test
  void newReferencesToOtherPlacesAreDenied() {
    Http.Answer load =
        http()
            .post(
                "/graphs/files/load",
                "{\"data\": \"{\\\"type\\\":\\\"File\\\",\\\"data\\\":{\\\"name\\\":\\\"x\\\","
                    + "\\\"body\\\":\\\"file:///etc/passwd\\\"}}\"}");
    assertThat(load.status()).isEqualTo(400);
    assertThat(load.json().path("details").path("code").asText() + load.text())
        .contains("external_blob_denied");
    Http.Answer insert =
        http()
            .post(
                "/graphs/files/mutate",
                "{\"query\": \"query q() { insert File { name: \\\"x\\\","
                    + " body: \\\"file:///etc/passwd\\\" } }\"}");
    assertThat(insert.status()).isEqualTo(400);
  }

  @Test
  void edgesAndOddIdsHaveBlobsToo() {
    assertThat(http().get("/graphs/files/blob?entity=edge&type=Next&id=e1&property=note").text())
        .isEqualTo("on an edge");
    Http.Answer odd = http().get(blob("a%2Fb%20%22%C3%BC%22%20c"));
    assertThat(odd.text()).isEqualTo("odd name");
    assertThat(odd.header("Content-Disposition")).contains("filename*=UTF-8''File-a%2Fb%20%22%C3");
  }

  @Test
  void branchesAndPastCommitsKeepTheirBytes() {
    String before = mutate("insert File { name: \\\"doc\\\", body: \\\"" + text("one") + "\\\" }");
    assertThat(http().post("/graphs/files/branches", "{\"name\": \"side\"}").status())
        .isEqualTo(200);
    String tag = http().get(blob("doc")).header("ETag");
    mutate("update File set { label: \\\"l\\\" } where name = \\\"doc\\\"");
    assertThat(http().get(blob("doc")).text()).isEqualTo("one");
    mutate("update File set { body: \\\"" + text("two") + "\\\" } where name = \\\"doc\\\"");
    assertThat(http().get(blob("doc")).text()).isEqualTo("two");
    assertThat(http().with("If-None-Match", tag).get(blob("doc")).status()).isEqualTo(200);
    assertThat(http().get(blob("doc") + "&branch=side").text()).isEqualTo("one");
    assertThat(http().get(blob("doc") + "&snapshot=" + before).text()).isEqualTo("one");
    mutate("delete File where name = \\\"doc\\\"");
    assertThat(http().get(blob("doc")).status()).isEqualTo(404);
    assertThat(http().get(blob("doc") + "&snapshot=" + before).text()).isEqualTo("one");
  }

  @Test
  void theCommandLineReadsTheSameLocallyAndRemotely() throws Exception {
    Path copy = folder.resolve("copy.omni");
    CliRun.ok(folder, "init", "--schema", "files.pg", copy.toString());
    Fixture.write(
        folder.resolve("one.jsonl"),
        "{\"type\":\"File\",\"data\":{\"name\":\"hello\",\"body\":\""
            + text("hello world")
            + "\"}}\n");
    CliRun.ok(folder, "load", "--mode", "append", "--data", "one.jsonl", copy.toString());
    String[] local = {"--store", copy.toString()};
    String[] remote = {
      "--server", "http://" + server.host() + ":" + server.port(), "--graph", "files"
    };
    for (String[] target : new String[][] {local, remote}) {
      CliRun get = CliRun.ok(folder, with(target, "blob", "get", "node", "File", "hello", "body"));
      assertThat(get.out()).isEqualTo("hello world");
      CliRun stat =
          CliRun.ok(
              folder, with(target, "blob", "stat", "node", "File", "hello", "body", "--json"));
      assertThat(stat.json().path("size").asLong()).isEqualTo(11);
      assertThat(stat.json().path("etag").asText()).isNotEmpty();
      CliRun missing =
          CliRun.of(folder, with(target, "blob", "get", "node", "File", "nobody", "body"));
      assertThat(missing.code()).isNotZero();
      assertThat(missing.err()).contains("there is no 'nobody' in node:File");
    }
    CliRun.ok(
        folder, with(remote, "blob", "get", "node", "File", "large", "body", "--out", "large.bin"));
    assertThat(Files.readAllBytes(folder.resolve("large.bin"))).isEqualTo(LARGE);
    CliRun elsewhere =
        CliRun.ok(folder, with(remote, "blob", "stat", "node", "File", "out", "body"));
    assertThat(elsewhere.out()).contains("stored outside the graph: " + external);
  }

  private static String[] with(String[] target, String... words) {
    String[] all = Arrays.copyOf(words, words.length + target.length);
    System.arraycopy(target, 0, all, words.length, target.length);
    return all;
  }
}
