package io.omnigraph.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.cli.CliRun;
import io.omnigraph.server.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Applying a declaration, and applying another one later. */
class ClusterApplyTest extends ClusterTestBase {

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

  private static JsonNode schemaChange(CliRun run) {
    for (JsonNode change : run.json().path("changes")) {
      if (change.path("resource").asText().equals("schema.knowledge")) {
        return change;
      }
    }
    throw new AssertionError("no change of the schema: " + run.out());
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
