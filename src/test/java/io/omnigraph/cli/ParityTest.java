package io.omnigraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.server.Fixture;
import io.omnigraph.server.OmniGraphServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every data verb gives the same result against a store and against a server. */
class ParityTest {

  /** What two graphs that went through the same steps may differ in. */
  private static final Set<String> VOLATILE =
      Set.of(
          "uri",
          "graph_commit_id",
          "operation_id",
          "parent_commit_id",
          "created_at",
          "table_path",
          "next_after");

  @TempDir static Path folder;
  private static OmniGraphServer server;
  private static String url;

  @BeforeAll
  static void start() {
    Fixture.cluster(folder, "served", "local");
    Fixture.write(
        folder.resolve("more.jsonl"), "{\"type\": \"Person\", \"data\": {\"name\": \"Erin\"}}\n");
    // The server holds both graphs of its cluster, so the local one is a store of its own.
    CliRun.ok(folder, "init", "--schema", "person.pg", "direct.omni");
    CliRun.ok(folder, "load", "--mode", "overwrite", "--data", "seed.jsonl", "direct.omni");
    server = OmniGraphServer.start(Fixture.openServer(folder));
    url = "http://" + server.host() + ":" + server.port();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static CliRun run(String line, String... address) {
    var arguments = new ArrayList<>(List.of(line.split(" +")));
    arguments.replaceAll(word -> word.replace('~', ' '));
    arguments.addAll(Arrays.asList(address));
    return CliRun.of(folder, arguments.toArray(String[]::new));
  }

  private static CliRun direct(String line) {
    return run(line, "--store", folder.resolve("direct.omni").toString());
  }

  private static CliRun served(String line) {
    return run(line, "--server", url, "--graph", "served");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "snapshot --json",
        "snapshot",
        "branch list --json",
        "schema show --json",
        "schema show",
        "export",
        "export --type Person",
        "export --table edge:Knows",
        "export --type Nobody",
        "commit list --json",
        "commit list --json --limit 1",
        "commit show 01ARZ3NDEKTSV4RRFFQ69G5FAV --json",
        "commit show nonsense",
        "snapshot --branch nope",
        "query everybody --query queries/people.gq --json",
        "query everybody --query queries/people.gq",
        "query find_person --query queries/people.gq --json --params {\"name\":\"Alice\"}",
        "query find_person --query queries/people.gq --params {\"name\":7}",
        "query find_person --query queries/people.gq",
        "query nope --query queries/people.gq",
        "query insert_person --query queries/people.gq",
        "query -e query~q()~{~match~{~$p:~Persn~}~return~{~$p.name~}~}",
        "mutate everybody --query queries/people.gq",
        "mutate -e query~q()~{~insert~Persn~{~name:~\"x\"~}~}",
        "load --mode merge --data queries/people.gq",
        "branch create feature --from nope",
        "branch create a//b",
        "branch delete nope --yes",
        "branch delete main --yes",
        "load --mode merge --branch nope --data more.jsonl --json"
      })
  void aVerbThatChangesNothingIsTheSameOnBothSides(String line) {
    same(direct(line), served(line), line);
  }

  @Test
  void writesAreTheSameOnBothSidesStepByStep() {
    for (String line :
        List.of(
            "mutate insert_person --query queries/people.gq --params {\"name\":\"Zoe\"} --json",
            "mutate insert_person --query queries/people.gq --params {\"name\":\"Yan\"}",
            "branch create steps --json",
            "branch create steps --json",
            "load --mode merge --branch steps --data more.jsonl --json",
            "load --mode append --branch steps --data more.jsonl --json",
            "load --mode merge --branch other --from steps --data more.jsonl --json",
            "query everybody --query queries/people.gq --branch steps --json",
            "snapshot --branch other --json",
            "commit list --branch steps --json",
            "branch list --json",
            "branch delete other --json --yes",
            "branch delete steps --yes",
            "branch list")) {
      same(direct(line), served(line), line);
    }
  }

  private static void same(CliRun direct, CliRun served, String line) {
    assertThat(served.code())
        .as(line + "\n" + served.err() + direct.err())
        .isEqualTo(direct.code());
    if (line.contains("--json") && direct.code() == 0) {
      assertThat(scrubbed(served.json())).as(line).isEqualTo(scrubbed(direct.json()));
    } else if (line.startsWith("export")) {
      // Ids of edges are minted, so both the ids and the order they give differ.
      assertThat(withoutMintedIds(served)).as(line).isEqualTo(withoutMintedIds(direct));
    } else if (!line.startsWith("load")) {
      assertThat(served.out()).as(line).isEqualTo(direct.out());
    }
    assertThat(messages(served)).as(line).isEqualTo(messages(direct));
  }

  private static List<String> withoutMintedIds(CliRun run) {
    return run.out()
        .lines()
        .map(line -> line.replaceAll("\"id\":\"[0-9A-Z]{26}\"", "\"id\":\"(minted)\""))
        .sorted()
        .toList();
  }

  /** What went wrong, without the notice that names the target. */
  private static List<String> messages(CliRun run) {
    return run.err().lines().filter(text -> !text.startsWith("omnigraph ")).toList();
  }

  private static JsonNode scrubbed(JsonNode node) {
    if (node instanceof ObjectNode object) {
      VOLATILE.forEach(
          field -> {
            if (object.hasNonNull(field)) {
              object.put(field, "(volatile)");
            }
          });
    }
    node.forEach(ParityTest::scrubbed);
    return node;
  }

  @Test
  void storedQueriesRunByNameOnAServer() {
    CliRun read = served("query find_person --json --params {\"name\":\"Alice\"}");
    assertThat(read.json().path("rows").toString())
        .isEqualTo("[{\"p.name\":\"Alice\",\"p.age\":30}]");
    CliRun wrongVerb = served("query insert_person");
    assertThat(wrongVerb.code()).isEqualTo(1);
    assertThat(wrongVerb.err()).contains("use omnigraph mutate insert_person");
    assertThat(served("mutate find_person").err()).contains("use omnigraph query find_person");
    assertThat(served("query no_such").err()).contains("stored query not found");
  }

  @Test
  void anActorCannotBeClaimedOnAServer() {
    CliRun run =
        served(
            "mutate insert_person --query queries/people.gq --params {\"name\":\"X\"} --as admin");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--as does not apply to a served graph");
  }

  @Test
  void aServerWithoutAGraphAsksForOne() {
    CliRun run = run("snapshot", "--server", url);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--graph");
    assertThat(run("graphs list", "--server", url).err()).contains("server policy");
  }
}
