package io.omnigraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.server.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line against a store, and everything it refuses. */
class CommandLineTest {

  private static final String ADULTS =
      "query adults($min: I32) { match { $p: Person  $p.age > $min } return { $p.name, $p.age }"
          + " order { $p.age desc } }";

  @TempDir static Path folder;
  private static String store;

  @BeforeAll
  static void graph() {
    Fixture.write(folder.resolve("person.pg"), Fixture.SCHEMA);
    Fixture.write(folder.resolve("people.gq"), Fixture.QUERIES);
    Fixture.write(folder.resolve("seed.jsonl"), Fixture.SEED);
    store = folder.resolve("people.omni").toString();
    CliRun init = CliRun.ok(folder, "init", "--schema", "person.pg", "people.omni");
    assertThat(init.out()).isEqualTo("initialized " + store + "\n");
    CliRun load =
        CliRun.ok(folder, "load", "--mode", "overwrite", "--data", "seed.jsonl", "--json", store);
    assertThat(load.json().path("nodes_loaded").asInt()).isEqualTo(6);
    assertThat(load.json().path("edges_loaded").asInt()).isEqualTo(5);
    assertThat(load.json().path("node_types_loaded").asInt()).isEqualTo(2);
    assertThat(load.json().path("edge_types_loaded").asInt()).isEqualTo(2);
    assertThat(load.err()).contains("omnigraph load → " + store + " (direct, local)");
  }

  private static CliRun run(String... arguments) {
    return CliRun.of(folder, arguments);
  }

  @Test
  void theVersionIsTheSameInEveryForm() {
    String first = run("--version").out().lines().findFirst().orElseThrow();
    assertThat(first).startsWith("omnigraph ");
    assertThat(run("-v").out()).startsWith(first);
    assertThat(run("version").out()).isEqualTo(first + "\ninternal-schema 4\n");
    assertThat(run("version", "--json").json().path("internal_schema_version").asInt())
        .isEqualTo(4);
  }

  @Test
  void aSecondInitIsRefusedAndAMissingOrBrokenSchemaIsNamed() {
    CliRun again = run("init", "--schema", "person.pg", store);
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("already");
    CliRun missing = run("init", "--schema", "nope.pg", "other.omni");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("schema file 'nope.pg' does not exist");
    Fixture.write(folder.resolve("broken.pg"), "node Person {\n  name: Strin @key\n}\n");
    CliRun broken = run("init", "--schema", "broken.pg", "broken.omni");
    assertThat(broken.code()).isEqualTo(1);
    assertThat(broken.err()).contains(" --> 2:9").contains("^^^^^");
    assertThat(folder.resolve("broken.omni/_schema.pg")).doesNotExist();
  }

  @Test
  void aLoadToANewBranchSaysWhatItDid() {
    Fixture.write(
        folder.resolve("one.jsonl"), "{\"type\": \"Person\", \"data\": {\"name\": \"Erin\"}}\n");
    CliRun run =
        run(
            "load",
            "--mode",
            "merge",
            "--branch",
            "feature",
            "--from",
            "main",
            "--data",
            "one.jsonl",
            "--store",
            store);
    assertThat(run.out())
        .isEqualTo(
            "loaded "
                + store
                + " on branch feature with merge: 1 nodes across 1 node types,"
                + " 0 edges across 0 edge types\nbranch feature created from main\n");
    assertThat(run("branch", "list", store).out()).isEqualTo("feature\nmain\n");
    assertThat(run("branch", "delete", "feature", "--uri", store).out())
        .isEqualTo("deleted branch feature\n");
    CliRun main = run("branch", "delete", "main", "--uri", store);
    assertThat(main.code()).isEqualTo(1);
  }

  @Test
  void aQueryIsPrintedInEveryFormat() {
    String[] base = {"query", "-e", ADULTS, "--params", "{\"min\": 29}", "--store", store};
    assertThat(run(base).out())
        .isEqualTo(
            """
            2 rows from branch main via adults
            p.name  | p.age
            --------+------
            Charlie | 35
            Alice   | 30
            """);
    assertThat(with(base, "--format", "kv").out())
        .isEqualTo(
            """
            2 rows from branch main via adults
            row 1
            p.name: Charlie
            p.age: 35
            row 2
            p.name: Alice
            p.age: 30
            """);
    assertThat(with(base, "--format", "csv").out())
        .isEqualTo("p.name,p.age\nCharlie,35\nAlice,30\n");
    assertThat(with(base, "--format", "jsonl").out())
        .isEqualTo(
            """
            {"kind":"metadata","query_name":"adults","target":{"branch":"main","snapshot":null},"row_count":2}
            {"p.name":"Charlie","p.age":35}
            {"p.name":"Alice","p.age":30}
            """);
    assertThat(with(base, "--json").json().path("row_count").asInt()).isEqualTo(2);
    assertThat(with(base, "--json", "--format", "csv").code()).isEqualTo(2);
    assertThat(with(base, "--format", "xml").code()).isEqualTo(2);
  }

  private static CliRun with(String[] base, String... more) {
    String[] all = java.util.Arrays.copyOf(base, base.length + more.length);
    System.arraycopy(more, 0, all, base.length, more.length);
    return run(all);
  }

  @Test
  void csvCellsAreQuotedWhereNeeded() {
    Fixture.write(
        folder.resolve("odd.jsonl"),
        "{\"type\": \"Company\", \"data\": {\"name\": \"a, \\\"b\\\"\\nc\"}}\n"
            + "{\"type\": \"Person\", \"data\": {\"name\": \"\"}}\n");
    CliRun.ok(
        folder,
        "load",
        "--mode",
        "merge",
        "--branch",
        "odd",
        "--from",
        "main",
        "--data",
        "odd.jsonl",
        "--store",
        store);
    String query = "query q() { match { $c: Company } return { $c.name } order { $c.name asc } }";
    assertThat(
            run("query", "-e", query, "--branch", "odd", "--format", "csv", "--store", store).out())
        .isEqualTo("c.name\nAcme\nGlobex\n\"a, \"\"b\"\"\nc\"\n");
    String ageless =
        "query q() { match { $p: Person  $p.age is null } return { $p.name, $p.age } }";
    assertThat(
            run("query", "-e", ageless, "--branch", "odd", "--format", "csv", "--store", store)
                .out())
        .as("an empty text, and null")
        .isEqualTo("p.name,p.age\n\"\",\n");
    assertThat(run("query", "-e", query, "--branch", "odd", "--store", store).out())
        .contains("a, \"b\"\\nc");
  }

  @Test
  void aMutationPrintsItsCountsAndStampsTheActor() {
    CliRun.ok(folder, "branch", "create", "acts", "--uri", store);
    CliRun run =
        run(
            "mutate",
            "insert_person",
            "--query",
            "people.gq",
            "--params",
            "{\"name\": \"Frank\", \"age\": 44}",
            "--branch",
            "acts",
            "--store",
            store,
            "--as",
            "act-cli");
    assertThat(run.out())
        .isEqualTo("changed acts via insert_person: 1 nodes, 0 edges\nactor_id: act-cli\n");
    assertThat(run("commit", "list", store, "--branch", "acts", "--limit", "1").out())
        .contains("actor=act-cli");
    CliRun filtered =
        run("commit", "list", store, "--branch", "acts", "--filter", "actor=act-cli", "--json");
    assertThat(filtered.json().path("commits")).hasSize(1);
    String id = filtered.json().at("/commits/0/graph_commit_id").asText();
    assertThat(run("commit", "show", id, "--uri", store).out())
        .contains("graph_commit_id: " + id)
        .contains("actor_id: act-cli")
        .contains("kind: mutation");
    assertThat(
            CliRun.of(
                    folder,
                    Map.of("OMNIGRAPH_HOME", operatorHome("operator: { actor: act-config }\n")),
                    "mutate",
                    "insert_person",
                    "--query",
                    "people.gq",
                    "--params",
                    "{\"name\": \"Gina\"}",
                    "--branch",
                    "acts",
                    "--store",
                    store)
                .out())
        .contains("actor_id: act-config");
  }

  private static String operatorHome(String config) {
    try {
      Path home = Files.createTempDirectory(folder, "home");
      Fixture.write(home.resolve("config.yaml"), config);
      return home.toString();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void defaultsAndProfilesAddressTheSameGraphAsTheFlag() {
    String[] query = {"query", "-e", ADULTS, "--params", "{\"min\": 0}", "--format", "csv"};
    String expected = with(query, "--store", store).out();
    String home =
        operatorHome(
            "profiles: { dev: { store: "
                + store
                + " }, two: { store: a, server: b } }\n"
                + "defaults: { store: "
                + store
                + " }\nunknown: 1\n");
    CliRun defaults = CliRun.of(folder, Map.of("OMNIGRAPH_HOME", home), query);
    assertThat(defaults.out()).isEqualTo(expected);
    assertThat(defaults.err()).contains("unknown key `unknown` ignored");
    assertThat(
            CliRun.of(folder, Map.of("OMNIGRAPH_HOME", home, "OMNIGRAPH_PROFILE", "dev"), query)
                .out())
        .isEqualTo(expected);
    CliRun two =
        CliRun.of(folder, Map.of("OMNIGRAPH_HOME", home, "OMNIGRAPH_PROFILE", "two"), query);
    assertThat(two.err()).contains("exactly one of server, cluster and store");
    CliRun broken = CliRun.of(folder, Map.of("OMNIGRAPH_HOME", operatorHome("defaults: [")), query);
    assertThat(broken.code()).isEqualTo(1);
    assertThat(broken.err()).contains("malformed operator config");
  }

  @Test
  void theSchemaAndTheSnapshotAreShown() {
    assertThat(run("schema", "show", store).out()).isEqualTo(Fixture.SCHEMA);
    assertThat(run("schema", "get", store, "--json").json().path("schema_source").asText())
        .isEqualTo(Fixture.SCHEMA);
    assertThat(run("snapshot", store).out())
        .contains("branch: main\n")
        .contains("internal_schema_version: 4\n")
        .containsPattern("node:Company v\\d+ branch=main rows=2\n");
  }

  @Test
  void anExportLoadsIntoAFreshGraphAndComesOutTheSame() {
    CliRun first = CliRun.ok(folder, "export", store);
    Fixture.write(folder.resolve("export.jsonl"), first.out());
    CliRun.ok(folder, "init", "--schema", "person.pg", "copy.omni");
    CliRun.ok(folder, "load", "--mode", "overwrite", "--data", "export.jsonl", "copy.omni");
    assertThat(CliRun.ok(folder, "export", "copy.omni").out()).isEqualTo(first.out());
  }

  @Test
  void lintReportsErrorsAndPasses() {
    CliRun good = run("lint", "--query", "people.gq", "--schema", "person.pg");
    assertThat(good.code()).as(good.out()).isZero();
    assertThat(good.out())
        .contains("OK    query `everybody` (read)")
        .contains("Lint complete: 3 queries processed");
    assertThat(run("lint", "--query", "people.gq", store, "--json").json().path("status").asText())
        .isEqualTo("ok");
    Fixture.write(
        folder.resolve("bad.gq"), "query q() { match { $p: Person } return { $p.nmae } }\n");
    CliRun bad = run("lint", "--query", "bad.gq", "--schema", "person.pg");
    assertThat(bad.code()).isEqualTo(1);
    assertThat(bad.out()).contains("ERROR query `q`").contains("nmae");
    CliRun older = run("query", "lint", "--query", "people.gq", "--schema", "person.pg");
    assertThat(older.out()).isEqualTo(good.out());
    assertThat(older.err()).contains("is now `omnigraph lint`");
    assertThat(run("check", "--query", "people.gq", "--schema", "person.pg").out())
        .isEqualTo(good.out());
  }

  @Test
  void theOlderVerbsStillWorkAndSaySo() {
    CliRun read = run("read", "-e", ADULTS, "--params", "{\"min\": 0}", "--store", store);
    assertThat(read.code()).isZero();
    assertThat(read.err()).contains("is now `omnigraph query`");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                                       | 2 | a command is missing
          nonsense                                                 | 2 | nonsense
          optimize --server x                                      | 2 | direct (storage-native)
          repair                                                   | 1 | not supported yet
          branch merge a                                           | 1 | not supported yet
          login prod                                               | 1 | not supported yet
          load STORE --data seed.jsonl                             | 2 | --mode
          load STORE --data seed.jsonl --mode upsert               | 2 | upsert
          load STORE --data nope.jsonl --mode merge                | 1 | data file 'nope.jsonl' does not exist
          load --data seed.jsonl --mode merge                      | 2 | no graph addressed
          snapshot STORE --store other                             | 2 | mutually exclusive
          snapshot STORE --graph g                                 | 2 | already a single graph
          snapshot http://localhost:1                              | 2 | must be addressed with --server
          snapshot nowhere.omni                                    | 1 | nowhere.omni
          snapshot STORE --branch nope                             | 1 | branch 'nope' not found
          snapshot STORE --branch a//b                             | 1 | invalid branch name
          snapshot --server prod --graph g                         | 1 | unknown server 'prod'
          snapshot --server http://127.0.0.1:1 --graph g           | 1 | cannot reach the server
          snapshot --server http://[bad --graph g                  | 2 | invalid server URL
          commit show xx --uri STORE                               | 1 | invalid commit id
          commit list STORE --limit 0                              | 2 | from 1 to 10000
          commit list STORE --filter who=me                        | 2 | actor=NAME
          query find_person --store STORE                          | 2 | needs a server
          query http://localhost:1 --store STORE                   | 2 | --server
          query --query nope.gq --store STORE                      | 1 | query file 'nope.gq' does not exist
          query --query people.gq --store STORE                    | 1 | multiple queries
          query nope --query people.gq --store STORE               | 1 | query 'nope' not found
          query everybody --query people.gq -e x --store STORE     | 2 | exclude each other
          query insert_person --query people.gq --params {} --store STORE | 1 | contains mutations
          query find_person --query people.gq --store STORE        | 1 | name
          query find_person --query people.gq --params [] --store STORE | 1 | expected a JSON object
          query find_person --query people.gq --params {x --store STORE | 1 | not valid JSON
          query everybody --query people.gq --branch a --snapshot b --store STORE | 2 | exclude each other
          mutate everybody --query people.gq --store STORE         | 1 | only reads
          init --schema person.pg                                  | 2 | name the new graph
          init --schema person.pg x --server y                     | 2 | direct (storage-native)
          cluster apply --server y                                 | 2 | cluster control
          cluster apply --config nope                              | 1 | config_dir_not_found
          graphs list --store STORE                                | 2 | served
          graphs list                                              | 2 | no server addressed
          version --server x                                       | 2 | local
          lint --query people.gq --server x                        | 2 | direct (storage-native)
          lint --query people.gq                                   | 2 | no graph addressed
          """)
  void everyMistakeIsExplained(String line, int code, String text) {
    String[] arguments =
        line == null || line.isEmpty() ? new String[0] : line.replace("STORE", store).split(" +");
    CliRun run = run(arguments);
    assertThat(run.code()).as(run.out() + run.err()).isEqualTo(code);
    assertThat(run.err()).contains(text);
    assertThat(run.err()).doesNotContain("internal error").doesNotContain("\tat ");
  }

  @Test
  void anEmptyQueryTextIsRefused() {
    CliRun run = run("query", "-e", "", "--store", store);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("-e needs a query");
  }

  @Test
  void aQueryThatDoesNotCompileIsShownWithItsPlace() {
    CliRun run =
        run(
            "query",
            "-e",
            "query q() {\n  match { $p: Person }\n  return { $p.nmae }\n}",
            "--store",
            store);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(" --> 3:").contains("$p.nmae").contains("^^^^");
  }

  @Test
  void quietSuppressesTheNoticeAndLeavesTheResult() {
    CliRun run =
        run("load", "--mode", "merge", "--data", "seed.jsonl", "--quiet", "--store", store);
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("loaded ");
  }

  @Test
  void destructiveCommandsOnDistantStoresNeedConsent() {
    CliRun run =
        run("load", "--mode", "overwrite", "--data", "seed.jsonl", "--store", "s3://bucket/x");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("--yes");
  }

  @Test
  void aTokenGoesOnlyToTheServerItBelongsTo() {
    assertThat(Tokens.covers("http://h:8080", "http://h:8080/graphs/g")).isTrue();
    assertThat(Tokens.covers("http://h:8080", "http://h:8080")).isTrue();
    assertThat(Tokens.covers("http://h:8080", "http://h:8080-evil/graphs/g")).isFalse();
    assertThat(Tokens.covers("http://h:80", "http://h:8080/graphs/g")).isFalse();
  }
}
