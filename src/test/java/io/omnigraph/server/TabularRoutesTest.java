package io.omnigraph.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.cli.CliRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CSV, Parquet and Arrow into and out of a server, and the same on the command line. */
class TabularRoutesTest extends ServedTestBase {

  private static final String PARQUET = "application/vnd.apache.parquet";
  private static final String ARROW = "application/vnd.apache.arrow.file";

  @BeforeAll
  static void start() {
    serve("people", "other");
  }

  private static String[] served(String graph, String... words) {
    return with(
        words, "--server", "http://" + server.host() + ":" + server.port(), "--graph", graph);
  }

  private static String[] with(String[] words, String... more) {
    String[] all = Arrays.copyOf(words, words.length + more.length);
    System.arraycopy(more, 0, all, words.length, more.length);
    return all;
  }

  private static Http.Answer csv(String query, String text) {
    return http.send("POST", "/graphs/other/load" + query, "text/csv", text.getBytes(UTF_8));
  }

  @Test
  void aTableIsLoadedWithItsColumnsMappedInOneCommit() {
    Http.Answer loaded =
        csv(
            "?type=Person&mode=append&map=name%3DFull%20Name&map=age%3DYears&map=Colour%3D-",
            "Full Name,Years,Colour\n\"O'Hara, Ana\",41,red\nBen,,blue\n");
    assertThat(loaded.status()).as(loaded.text()).isEqualTo(200);
    assertThat(loaded.json().path("tables").path(0).path("rows_loaded").asInt()).isEqualTo(2);
    assertThat(loaded.json().path("commit").path("graph_commit_id").asText()).isNotEmpty();
    Http.Answer edges =
        csv("?edge=Knows&from=main&branch=tabular", "src,dst,since\nAlice,Ben,2024-01-02\n");
    assertThat(edges.status()).as(edges.text()).isEqualTo(200);
    assertThat(edges.json().path("branch_created").asBoolean()).isTrue();
    assertThat(http.post("/graphs/other/export", "{\"branch\":\"tabular\"}").text())
        .contains("\"O'Hara, Ana\"", "\"to\":\"Ben\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "?type=Person&edge=Knows",
        "?type=Nobody",
        "?type=Person&mode=sideways",
        "?type=Person&map=name",
        "?type=Person&map=name%3Dx&map=name%3Dy",
        "?type=Person&map=name%3Dmissing",
        "?type=Person&branch=nowhere"
      })
  void aTableThatFitsNothingIsRefused(String query) {
    Http.Answer answer = csv(query, "name,age\nZed,1\n");
    assertThat(answer.status()).as(answer.text()).isIn(400, 404, 422);
    assertThat(http.post("/graphs/other/export", "{}").text()).doesNotContain("Zed");
  }

  @Test
  void aBadCellNamesItsRowAndNothingIsLoaded() {
    Http.Answer answer = csv("?type=Person", "name,age\nYan,1\nZed,many\n");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).startsWith("row 2: ");
    assertThat(http.post("/graphs/other/export", "{}").text()).doesNotContain("Yan");
  }

  @Test
  void filesThatAreNotWhatTheySayAreRefused() {
    for (String type : new String[] {PARQUET, ARROW}) {
      Http.Answer answer =
          http.send("POST", "/graphs/other/load?type=Person", type, "nonsense".getBytes(UTF_8));
      assertThat(answer.status()).as(type + answer.text()).isEqualTo(400);
      assertThat(answer.json().path("detail").path("code").asText()).isEqualTo("unreadable_file");
    }
    assertThat(
            http.send("POST", "/graphs/other/load?type=Person", "text/html", new byte[0]).status())
        .isEqualTo(415);
  }

  @Test
  void oneTypeIsExportedByFormatOrByAcceptHeader() {
    Http.Answer parquet =
        http.post("/graphs/people/export", "{\"type_names\":[\"Person\"],\"format\":\"parquet\"}");
    assertThat(parquet.status()).as(parquet.text()).isEqualTo(200);
    assertThat(parquet.header("Content-Type")).isEqualTo(PARQUET);
    assertThat(new String(parquet.body(), 0, 4, UTF_8)).isEqualTo("PAR1");
    Http.Answer arrow =
        http.with("Accept", ARROW)
            .post("/graphs/people/export", "{\"table_keys\":[\"edge:Knows\"]}");
    assertThat(arrow.header("Content-Type")).isEqualTo(ARROW);
    assertThat(new String(arrow.body(), 0, 6, UTF_8)).isEqualTo("ARROW1");
    for (String body :
        new String[] {
          "{\"format\":\"parquet\"}",
          "{\"format\":\"xml\",\"type_names\":[\"Person\"]}",
          "{\"format\":\"arrow\",\"type_names\":[\"Nobody\"]}"
        }) {
      assertThat(http.post("/graphs/people/export", body).status()).as(body).isEqualTo(400);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"parquet", "arrow"})
  void aGraphTravelsThroughFilesLocallyAndRemotely(String format) throws Exception {
    String copy = folder.resolve(format + ".omni").toString();
    CliRun.ok(folder, "init", "--schema", "person.pg", copy);
    CliRun.ok(folder, served("people", "export", "--format", format, "--out", format));
    try (Stream<Path> files = Files.list(folder.resolve(format))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "node-Person." + format,
              "node-Company." + format,
              "edge-Knows." + format,
              "edge-WorksAt." + format);
    }
    for (String table :
        new String[] {"--type Person", "--type Company", "--edge Knows", "--edge WorksAt"}) {
      String[] option = table.split(" ");
      String file =
          format
              + "/"
              + (option[0].equals("--type") ? "node-" : "edge-")
              + option[1]
              + "."
              + format;
      CliRun.ok(
          folder,
          "load",
          "--mode",
          "append",
          "--format",
          format,
          option[0],
          option[1],
          "--data",
          file,
          copy);
    }
    String all = CliRun.ok(folder, "export", copy).out();
    assertThat(all).isEqualTo(CliRun.ok(folder, served("people", "export")).out());
    // And back: from the store to the server, over what is there.
    CliRun.ok(folder, "export", "--format", format, "--out", format + "-local", copy);
    CliRun.ok(
        folder,
        served(
            "people",
            "load",
            "--mode",
            "merge",
            "--format",
            format,
            "--type",
            "Person",
            "--data",
            format + "-local/node-Person." + format));
    assertThat(CliRun.ok(folder, served("people", "export")).out()).isEqualTo(all);
  }

  @Test
  void theHistoryOfAServedGraphIsExportedFromItsStoreAndImported() throws Exception {
    String store = Fixture.root(folder, "people");
    CliRun.ok(folder, "export", "--all-branches", "--out", "people.bundle", store);
    CliRun imported =
        CliRun.ok(folder, "import", "--bundle", "people.bundle", "back.omni", "--json");
    assertThat(imported.json().path("commits").asInt()).isPositive();
    String back = folder.resolve("back.omni").toString();
    assertThat(CliRun.ok(folder, "commit", "list", back, "--json").json().path("commits"))
        .isNotEmpty();
    assertThat(CliRun.ok(folder, "commit", "list", back).out())
        .isEqualTo(CliRun.ok(folder, "commit", "list", store).out());
    CliRun again = CliRun.of(folder, "import", "--bundle", "people.bundle", "back.omni");
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("there is a graph at");
    CliRun remote = CliRun.of(folder, served("people", "export", "--all-branches"));
    assertThat(remote.code()).isEqualTo(1);
    assertThat(remote.err()).contains("--all-branches reads the store itself");
    Path cut = folder.resolve("cut.bundle");
    byte[] bytes = Files.readAllBytes(folder.resolve("people.bundle"));
    Files.write(cut, Arrays.copyOf(bytes, bytes.length / 2));
    CliRun broken = CliRun.of(folder, "import", "--bundle", "cut.bundle", "cut.omni");
    assertThat(broken.code()).isEqualTo(1);
    assertThat(broken.err()).contains("bundle");
    assertThat(Files.exists(folder.resolve("cut.omni/__manifest"))).isFalse();
  }
}
