package io.omnigraph.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.cli.CliRun;
import io.omnigraph.server.Fixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Declaring, validating and applying, through the command line as a person would. */
class ClusterTest {

  private static final String CONFIG =
      """
      version: 1
      metadata: { name: demo }
      graphs:
        knowledge:
          schema: person.pg
          queries: queries/
      """;

  private static final String ULID = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

  @TempDir Path folder;

  @BeforeEach
  void files() {
    Fixture.write(folder.resolve("person.pg"), Fixture.SCHEMA);
    Fixture.write(folder.resolve("queries/people.gq"), Fixture.QUERIES);
    config(CONFIG);
  }

  private CliRun cluster(String... arguments) {
    String[] all = new String[arguments.length + 2];
    all[0] = "cluster";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    all[all.length - 1] = "--json";
    return CliRun.of(folder, all);
  }

  private void config(String yaml) {
    Fixture.write(folder.resolve("cluster.yaml"), yaml);
  }

  private static boolean has(CliRun run, String code) {
    for (JsonNode diagnostic : run.json().path("diagnostics")) {
      if (diagnostic.path("code").asText().equals(code)) {
        return true;
      }
    }
    return false;
  }

  private byte[] state() throws IOException {
    return Files.readAllBytes(folder.resolve("__cluster/state.json"));
  }

  private static String schemaDigest() {
    return Digests.of(Fixture.SCHEMA.getBytes(StandardCharsets.UTF_8));
  }

  private void sidecar(String schemaDigest) {
    Fixture.write(
        folder.resolve("__cluster/recoveries/" + ULID + ".json"),
        "{\"schema_version\": 1, \"operation_id\": \""
            + ULID
            + "\", \"kind\": \"graph_create\", \"graph_id\": \"knowledge\","
            + " \"desired_schema_digest\": \""
            + schemaDigest
            + "\"}");
  }

  @Test
  void aStorageRootThatNothingCanReadIsRefusedBeforeAnythingIsApplied() {
    config("version: 1\nstorage: ftp://x\n");
    CliRun run = cluster("validate", "--config", ".");
    assertThat(run.code()).isEqualTo(1);
    assertThat(has(run, "invalid_storage_root")).as(run.out()).isTrue();
  }

  @Test
  void aGoodConfigurationIsValidAndListsItsResourcesAndDependencies() {
    CliRun run = cluster("validate");
    assertThat(run.code()).as(run.out()).isZero();
    JsonNode json = run.json();
    assertThat(json.path("ok").asBoolean()).isTrue();
    assertThat(json.path("resource_digests").size()).isEqualTo(5);
    JsonNode digests = json.path("resource_digests");
    assertThat(digests.path("schema.knowledge").asText()).isEqualTo(schemaDigest());
    assertThat(digests.path("query.knowledge.everybody"))
        .isEqualTo(digests.path("query.knowledge.find_person"));
    assertThat(json.path("resources").path(0).path("address").asText())
        .isEqualTo("graph.knowledge");
    assertThat(json.path("dependencies").path(0).toString())
        .isEqualTo("{\"from\":\"schema.knowledge\",\"to\":\"graph.knowledge\"}");
    assertThat(folder.resolve("__cluster")).doesNotExist();
  }

  @Test
  void commentsAndLayoutDoNotChangeTheConfigurationsDigest() {
    String before = cluster("plan").json().at("/desired_revision/config_digest").asText();
    config(
        "# a comment\ngraphs: {knowledge: {queries: queries/, schema: person.pg}}\n"
            + "metadata: {name: demo}\nversion: 1\n");
    assertThat(cluster("plan").json().at("/desired_revision/config_digest").asText())
        .hasSize(64)
        .isEqualTo(before);
    config(CONFIG.replace("demo", "other"));
    assertThat(cluster("plan").json().at("/desired_revision/config_digest").asText())
        .isNotEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          `version: 2`                                             | unsupported_cluster_config_version
          `graphs: {}`                                             | unsupported_cluster_config_version
          `version: 1;nonsense: true`                             | invalid_cluster_yaml
          `version: 1;version: 1`                                 | duplicate_yaml_key
          `version: 1;graphs: [`                                  | invalid_cluster_yaml
          `- a`                                                    | invalid_cluster_yaml
          `version: 1;pipelines: {}`                              | future_phase_field
          `version: 1;aliases: {}`                                | future_phase_field
          `version: 1;metadata: { name: " " }`                    | empty_metadata_name
          `version: 1;metadata: { nme: x }`                       | invalid_cluster_yaml
          `version: 1;storage: 7`                                 | invalid_storage_root
          `version: 1;state: { backend: redis }`                  | unsupported_state_backend
          `version: 1;state: { lock: maybe }`                     | invalid_cluster_yaml
          `version: 1;graphs: { 9x: { schema: person.pg } }`      | invalid_resource_id
          `version: 1;graphs: { a_b: { schema: person.pg } }`     | invalid_resource_id
          `version: 1;graphs: { graphs: { schema: person.pg } }`  | invalid_resource_id
          `version: 1;graphs: { g: {} }`                          | invalid_cluster_yaml
          `version: 1;graphs: { g: { schema: nope.pg } }`         | schema_file_missing
          `version: 1;graphs: { g: { schema: person.pg, queries: nope.gq } }` | query_file_missing
          `version: 1;graphs: { g: { schema: person.pg, queries: {other: {file: queries/people.gq}} } }` | query_key_mismatch
          `version: 1;graphs: { g: { schema: queries/people.gq } }` | schema_parse_error
          `version: 1;policies: { base: { file: x, applies_to: [g] } }` | not_supported_yet
          `version: 1;providers: { embedding: { default: { kind: mock } } }` | not_supported_yet
          """)
  void everyMistakeInTheConfigurationHasItsCode(String yaml, String code) {
    config(yaml.replace(";", "\n"));
    CliRun run = cluster("validate");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.json().path("ok").asBoolean()).isFalse();
    assertThat(has(run, code)).as(run.out()).isTrue();
  }

  @Test
  void everyProblemOfAConfigurationIsFoundInOneRun() {
    config("version: 3\nfoo: 1\nbar: 2\ngraphs: { a_b: {}, c: { schema: nope.pg } }\n");
    assertThat(cluster("validate").json().path("diagnostics")).hasSizeGreaterThanOrEqualTo(5);
  }

  @Test
  void brokenAndMistypedQueriesAreNamedWithTheirPlaceBeforeAnythingIsWritten() {
    Path bad = folder.resolve("queries/bad.gq");
    Fixture.write(bad, "query bad() {\n  match { $p: Person }\n  return { $p.nmae }\n}\n");
    CliRun run = cluster("import");
    assertThat(has(run, "query_typecheck_error")).as(run.out()).isTrue();
    assertThat(run.out()).contains("queries/bad.gq:3:").contains("nmae");
    assertThat(folder.resolve("__cluster")).doesNotExist();
    Fixture.write(bad, "query bad( {\n");
    assertThat(has(cluster("validate"), "query_parse_error")).isTrue();
    Fixture.write(bad, "query everybody() { match { $p: Person } return { $p.name } }\n");
    assertThat(has(cluster("validate"), "duplicate_query_name")).isTrue();
  }

  @Test
  void theFirstRunImportsAndAppliesAndTheNextFindsNothingToDo() throws IOException {
    CliRun status = cluster("status");
    assertThat(status.code()).isZero();
    assertThat(has(status, "state_missing")).isTrue();
    CliRun early = cluster("apply");
    assertThat(early.code()).isEqualTo(1);
    assertThat(has(early, "state_missing")).isTrue();

    assertThat(cluster("import").json().at("/state_observations/state_revision").asInt())
        .isEqualTo(1);
    CliRun twice = cluster("import");
    assertThat(twice.code()).isEqualTo(1);
    assertThat(has(twice, "state_already_exists")).isTrue();

    assertThat(cluster("plan").json().path("changes")).hasSize(5);
    JsonNode applied = cluster("apply").json();
    assertThat(applied.path("converged").asBoolean()).as(applied.toString()).isTrue();
    assertThat(applied.path("applied_count").asInt()).isEqualTo(5);
    assertThat(applied.path("state_written").asBoolean()).isTrue();
    assertThat(applied.at("/state_observations/state_revision").asInt()).isEqualTo(2);
    assertThat(applied.at("/state_observations/applied_config_digest"))
        .isEqualTo(applied.at("/desired_revision/config_digest"));
    assertThat(cluster("plan").json().path("changes")).isEmpty();
    assertThat(folder.resolve("graphs/knowledge.omni/_schema.pg"))
        .content()
        .isEqualTo(Fixture.SCHEMA);
    assertThat(folder.resolve("__cluster/lock.json")).doesNotExist();

    byte[] before = state();
    JsonNode again = cluster("apply").json();
    assertThat(again.path("converged").asBoolean()).isTrue();
    assertThat(again.path("state_written").asBoolean()).isFalse();
    assertThat(state()).isEqualTo(before);
  }

  @Test
  void queriesAreReplacedAddedAndRemoved() {
    cluster("import");
    cluster("apply");
    Fixture.write(
        folder.resolve("queries/people.gq"),
        "query everybody() { match { $p: Person } return { $p.name } }\n"
            + "query companies() { match { $c: Company } return { $c.name } }\n");
    JsonNode plan = cluster("plan").json();
    assertThat(plan.path("changes").toString())
        .contains("\"resource\":\"query.knowledge.companies\",\"operation\":\"create\"")
        .contains("\"resource\":\"query.knowledge.everybody\",\"operation\":\"update\"")
        .contains("\"resource\":\"query.knowledge.find_person\",\"operation\":\"delete\"")
        .contains("\"disposition\":\"derived\"");
    assertThat(cluster("apply").json().path("converged").asBoolean()).isTrue();
    assertThat(AppliedCluster.read(folder.toString(), Fixture.ENVIRONMENT).graphs())
        .singleElement()
        .satisfies(
            graph ->
                assertThat(graph.queries())
                    .extracting(AppliedGraph.Query::name)
                    .containsExactly("companies", "everybody"));
  }

  @Test
  void aDroppedGraphIsLeftAloneAndThatIsSaid() {
    cluster("import");
    cluster("apply");
    config("version: 1\n");
    CliRun dropped = cluster("apply");
    assertThat(dropped.code()).isEqualTo(1);
    assertThat(dropped.out()).contains("to delete a graph is not supported yet");
    assertThat(folder.resolve("graphs/knowledge.omni/_schema.pg")).exists();
    config(CONFIG);
    assertThat(cluster("apply").json().path("converged").asBoolean()).isTrue();
  }

  @Test
  void aChangedSchemaIsPlannedAndAppliedAndDataStays() throws IOException {
    cluster("import");
    cluster("apply");
    Path root = folder.resolve("graphs/knowledge.omni");
    CliRun.ok(
        folder,
        "mutate",
        "--store",
        root.toString(),
        "-e",
        "query q() { insert Person { name: \"Ada\" } }");
    String wider = Fixture.SCHEMA + "node City { name: String @key }\n";
    Fixture.write(folder.resolve("person.pg"), wider);

    CliRun plan = cluster("plan");
    assertThat(plan.code()).as(plan.out()).isZero();
    assertThat(schemaChange(plan).path("migration").toString())
        .isEqualTo(
            "{\"supported\":true,\"steps\":[{\"kind\":\"add_type\",\"type_kind\":\"node\","
                + "\"name\":\"City\"}]}");
    assertThat(Files.readString(root.resolve("_schema.pg"))).isEqualTo(Fixture.SCHEMA);

    CliRun applied = cluster("apply");

    assertThat(applied.code()).as(applied.out()).isZero();
    assertThat(applied.json().path("converged").asBoolean()).isTrue();
    assertThat(schemaChange(applied).path("disposition").asText()).isEqualTo("applied");
    assertThat(Files.readString(root.resolve("_schema.pg"))).isEqualTo(wider);
    assertThat(
            CliRun.ok(
                    folder,
                    "query",
                    "--store",
                    root.toString(),
                    "--json",
                    "-e",
                    "query q() { match { $p: Person { name: \"Ada\" } } return { $p.name } }")
                .json()
                .path("row_count")
                .asInt())
        .isEqualTo(1);
    assertThat(cluster("refresh").json().path("ok").asBoolean()).isTrue();
    assertThat(cluster("plan").json().path("changes")).isEmpty();
  }

  @Test
  void otherWordsForTheSameSchemaAreTakenOver() throws IOException {
    cluster("import");
    cluster("apply");
    String commented = "// who is there\n" + Fixture.SCHEMA;
    Fixture.write(folder.resolve("person.pg"), commented);
    assertThat(cluster("apply").json().path("converged").asBoolean()).isTrue();
    assertThat(Files.readString(folder.resolve("graphs/knowledge.omni/_schema.pg")))
        .isEqualTo(commented);
    cluster("refresh");
    assertThat(cluster("plan").json().path("changes")).isEmpty();
  }

  @Test
  void aSchemaThatCannotBeAppliedBlocksWhatDependsOnItAndLeavesNoSidecar() throws IOException {
    cluster("import");
    cluster("apply");
    Fixture.write(folder.resolve("person.pg"), Fixture.SCHEMA.replace("age: I32?", "age: I64?"));
    assertThat(schemaChange(cluster("plan")).path("migration").path("supported").asBoolean(true))
        .isFalse();
    CliRun run = cluster("apply");
    assertThat(run.code()).isEqualTo(1);
    assertThat(has(run, "schema_apply_failed")).as(run.out()).isTrue();
    assertThat(run.out()).contains("[OG-MF-106] changing property type");
    assertThat(schemaChange(run).path("reason").asText()).isEqualTo("schema_apply_failed");
    assertThat(run.json().path("converged").asBoolean()).isFalse();
    assertThat(Files.readString(folder.resolve("graphs/knowledge.omni/_schema.pg")))
        .isEqualTo(Fixture.SCHEMA);
    Fixture.write(folder.resolve("person.pg"), Fixture.SCHEMA);
    assertThat(cluster("apply").json().path("converged").asBoolean()).isTrue();
  }

  @Test
  void aSchemaThatWasAppliedButNotRecordedIsRecordedByTheNextRun() throws IOException {
    cluster("import");
    cluster("apply");
    byte[] before = state();
    String wider = Fixture.SCHEMA + "node City { name: String @key }\n";
    Fixture.write(folder.resolve("person.pg"), wider);
    cluster("apply");
    // What a run leaves that dies between the graph and the ledger.
    Files.write(folder.resolve("__cluster/state.json"), before);
    schemaSidecar(Digests.of(wider.getBytes(StandardCharsets.UTF_8)));
    CliRun run = cluster("apply");
    assertThat(run.code()).as(run.out()).isZero();
    assertThat(has(run, "cluster_recovery_rolled_forward")).isTrue();
    assertThat(run.json().path("converged").asBoolean()).isTrue();
    assertThat(folder.resolve("__cluster/recoveries/" + ULID + ".json")).doesNotExist();

    schemaSidecar("never applied");
    assertThat(cluster("apply").code()).isZero();
    assertThat(folder.resolve("__cluster/recoveries/" + ULID + ".json")).doesNotExist();
  }

  private static JsonNode schemaChange(CliRun run) {
    for (JsonNode change : run.json().path("changes")) {
      if (change.path("resource").asText().equals("schema.knowledge")) {
        return change;
      }
    }
    throw new AssertionError("no change of the schema: " + run.out());
  }

  private void schemaSidecar(String schemaDigest) {
    Fixture.write(
        folder.resolve("__cluster/recoveries/" + ULID + ".json"),
        "{\"schema_version\": 1, \"operation_id\": \""
            + ULID
            + "\", \"kind\": \"schema_apply\", \"graph_id\": \"knowledge\","
            + " \"desired_schema_digest\": \""
            + schemaDigest
            + "\"}");
  }

  @Test
  void aHeldLockIsNamedWithTheWayOutOfIt() {
    cluster("import");
    Fixture.write(
        folder.resolve("__cluster/lock.json"),
        "{\"version\": 1, \"lock_id\": \""
            + ULID
            + "\", \"operation\": \"apply\", \"created_at\": \"2024-01-01T00:00:00Z\","
            + " \"pid\": 7}");
    CliRun apply = cluster("apply");
    assertThat(apply.code()).isEqualTo(1);
    assertThat(has(apply, "state_lock_held")).isTrue();
    assertThat(apply.out()).contains("force-unlock " + ULID);
    JsonNode observations = cluster("status").json().path("state_observations");
    assertThat(observations.path("locked").asBoolean()).isTrue();
    assertThat(observations.path("lock_pid").asInt()).isEqualTo(7);
    assertThat(observations.path("lock_age_seconds").asLong()).isPositive();
    assertThat(has(cluster("force-unlock", "other"), "state_lock_id_mismatch")).isTrue();
    assertThat(cluster("force-unlock", ULID).json().path("lock_removed").asBoolean()).isTrue();
    assertThat(has(cluster("force-unlock", "x"), "state_lock_missing")).isTrue();
    assertThat(cluster("apply").json().path("converged").asBoolean()).isTrue();
  }

  @Test
  void aGraphThatWasCreatedButNotRecordedIsRecordedByTheNextRun() throws IOException {
    cluster("import");
    byte[] imported = state();
    cluster("apply");
    // What a run leaves that dies between creating the graph and writing the ledger.
    Files.write(folder.resolve("__cluster/state.json"), imported);
    sidecar(schemaDigest());
    CliRun run = cluster("apply");
    assertThat(run.code()).as(run.out()).isZero();
    assertThat(has(run, "cluster_recovery_rolled_forward")).isTrue();
    assertThat(run.json().path("converged").asBoolean()).isTrue();
    try (Stream<Path> sidecars = Files.list(folder.resolve("__cluster/recoveries"))) {
      assertThat(sidecars).isEmpty();
    }
    assertThat(new String(state(), StandardCharsets.UTF_8)).contains("rolled_forward");
  }

  @Test
  void aCreationThatNeverBeganLeavesOnlyItsSidecarWhichIsRetired() {
    cluster("import");
    sidecar("x");
    JsonNode applied = cluster("apply").json();
    assertThat(applied.path("converged").asBoolean()).as(applied.toString()).isTrue();
    assertThat(folder.resolve("__cluster/recoveries/" + ULID + ".json")).doesNotExist();
  }

  @Test
  void aCreationThatWasCutShortIsTakenUpAgain() {
    cluster("import");
    Fixture.write(folder.resolve("graphs/knowledge.omni/_schema.pg"), "node Half {");
    sidecar(schemaDigest());
    CliRun run = cluster("apply");
    assertThat(run.json().path("converged").asBoolean()).as(run.out()).isTrue();
    assertThat(folder.resolve("graphs/knowledge.omni/_schema.pg"))
        .content()
        .isEqualTo(Fixture.SCHEMA);
  }

  @Test
  void anotherGraphThanTheOneThatWasToBeCreatedBlocksAndIsNeverTouched() {
    CliRun.ok(
        folder,
        "init",
        "--schema",
        "person.pg",
        folder.resolve("graphs/knowledge.omni").toString());
    config("version: 1\n");
    cluster("import");
    config(CONFIG);
    sidecar("another");
    CliRun run = cluster("apply");
    assertThat(run.code()).isEqualTo(1);
    assertThat(has(run, "cluster_recovery_pending")).as(run.out()).isTrue();
    assertThat(folder.resolve("__cluster/recoveries/" + ULID + ".json")).exists();
  }

  @Test
  void importFindsAGraphThatStandsThereAlready() {
    CliRun.ok(
        folder,
        "init",
        "--schema",
        "person.pg",
        folder.resolve("graphs/knowledge.omni").toString());
    JsonNode imported = cluster("import").json();
    JsonNode observation = imported.path("observations").path("graph.knowledge");
    assertThat(observation.path("exists").asBoolean()).as(imported.toString()).isTrue();
    assertThat(observation.path("schema_matches_desired").asBoolean()).isTrue();
    assertThat(imported.path("resource_digests").path("schema.knowledge").asText())
        .isEqualTo(schemaDigest());
    JsonNode applied = cluster("apply").json();
    assertThat(applied.path("converged").asBoolean()).as(applied.toString()).isTrue();
    assertThat(applied.path("applied_count").asInt()).isEqualTo(3);
  }

  @Test
  void initIsRefusedInsideACluster() {
    cluster("import");
    CliRun run =
        CliRun.of(
            folder, "init", "--schema", "person.pg", folder.resolve("graphs/x.omni").toString());
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("cluster apply");
  }

  @Test
  void theStorageMayBeElsewhere() {
    config(CONFIG + "storage: store/\n");
    cluster("import");
    assertThat(cluster("apply").json().path("converged").asBoolean()).isTrue();
    assertThat(folder.resolve("store/graphs/knowledge.omni/_schema.pg")).exists();
    assertThat(
            AppliedCluster.read("file://" + folder.resolve("store"), Fixture.ENVIRONMENT).graphs())
        .hasSize(1);
  }
}
