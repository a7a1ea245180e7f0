package io.omnigraph.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.cli.CliRun;
import io.omnigraph.server.Fixture;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Declaring a cluster and finding what is wrong with the declaration. */
class ClusterValidateTest extends ClusterTestBase {

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
}
