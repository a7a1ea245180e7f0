package io.omnigraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code schema plan} and {@code schema apply} on a store, and errors as JSON. */
class SchemaCommandTest {

  private static final String OLD = "node Member { handle: String @key  years: I32? }\n";
  private static final String NEW = "node Member { handle: String @key  nick: String? @index }\n";

  @TempDir Path folder;

  @BeforeEach
  void graph() throws IOException {
    Files.writeString(folder.resolve("old.pg"), OLD);
    Files.writeString(folder.resolve("new.pg"), NEW);
    CliRun.ok(folder, "init", "--schema", "old.pg", "g");
    CliRun.ok(
        folder, "mutate", "--store", "g", "-e", "query q() { insert Member { handle: \"ana\" } }");
  }

  @Test
  void a_plan_names_its_steps_and_changes_nothing() {
    CliRun plan = CliRun.ok(folder, "schema", "plan", "g", "--schema", "new.pg");
    assertThat(plan.out().lines())
        .contains(
            "schema plan for " + folder.resolve("g"),
            "supported: yes",
            "- add property node Member.nick"
                + " {\"scalar\":\"String\",\"nullable\":true,\"list\":false,\"enum_values\":null}",
            "- drop property node Member.years (soft)",
            "- add constraint node Member {\"Index\":[\"nick\"]}");
    JsonNode json =
        CliRun.ok(
                folder, "schema", "plan", "g", "--schema", "new.pg", "--allow-data-loss", "--json")
            .json();
    assertThat(json.get("supported").asBoolean()).isTrue();
    assertThat(json.get("step_count").asInt()).isEqualTo(3);
    assertThat(json.get("steps").get(1).get("mode").asText()).isEqualTo("hard");
    assertThat(CliRun.ok(folder, "schema", "show", "g").out()).isEqualTo(OLD);
    assertThat(CliRun.ok(folder, "schema", "plan", "g", "--schema", "old.pg").out())
        .contains("no schema changes");
  }

  @Test
  void an_applied_schema_is_in_force() {
    CliRun apply = CliRun.ok(folder, "schema", "apply", "g", "--schema", "new.pg");
    assertThat(apply.out()).contains("applied: yes", "manifest_version: ");
    assertThat(apply.err()).contains("omnigraph schema apply → ");
    assertThat(CliRun.ok(folder, "schema", "show", "g").out()).isEqualTo(NEW);
    JsonNode again =
        CliRun.ok(folder, "schema", "apply", "g", "--schema", "new.pg", "--json").json();
    assertThat(again.get("applied").asBoolean()).isFalse();
    assertThat(again.get("steps")).isEmpty();
    assertThat(again.get("manifest_version").asLong()).isPositive();
    assertThat(CliRun.ok(folder, "commit", "list", "g", "--json").json().get("commits"))
        .hasSizeGreaterThan(2);
  }

  @Test
  void what_cannot_be_applied_says_why_and_fails() throws IOException {
    Files.writeString(
        folder.resolve("bad.pg"), "node Member { handle: String @key  years: I64? }\n");
    CliRun plan = CliRun.ok(folder, "schema", "plan", "g", "--schema", "bad.pg");
    assertThat(plan.out())
        .contains("supported: no", "[OG-MF-106] changing property type for 'Member.years'");
    CliRun apply = CliRun.of(folder, "schema", "apply", "g", "--schema", "bad.pg", "--json");
    assertThat(apply.code()).isEqualTo(1);
    assertThat(apply.err()).contains("[OG-MF-106] changing property type");
    assertThat(apply.json().get("detail").get("code").asText())
        .isEqualTo("schema_change_unsupported");
    assertThat(apply.json().get("detail").get("context").get("migration_code").asText())
        .isEqualTo("OG-MF-106");
  }

  @Test
  void diagnostics_have_places_and_hints_in_json() throws IOException {
    Files.writeString(
        folder.resolve("wrong.pg"), "node Member {\n\thandle: String @key\n\tb: Strin?\n}\n");
    JsonNode first =
        CliRun.of(folder, "schema", "apply", "g", "--schema", "wrong.pg", "--json")
            .json()
            .get("diagnostics")
            .get(0);
    assertThat(first.get("span").get("line").asInt()).isEqualTo(3);
    assertThat(first.get("message").asText()).startsWith("parse error: ");
    CliRun query =
        CliRun.of(
            folder,
            "query",
            "--store",
            "g",
            "--json",
            "-e",
            "query q() { match { $p: Member } return { $p.handel, $p.yeers } }");
    assertThat(query.code()).isEqualTo(1);
    JsonNode diagnostics = query.json().get("diagnostics");
    assertThat(diagnostics).hasSize(2);
    assertThat(diagnostics.get(0).get("code").asText()).isEqualTo("T6");
    assertThat(diagnostics.get(0).get("hint").asText()).contains("did you mean `handle`?");
    assertThat(diagnostics.get(0).get("span").get("column").asInt()).isEqualTo(46);
    assertThat(query.err()).contains(" --> 1:46", "^^^^^^");
  }

  @Test
  void a_graph_of_a_cluster_points_at_cluster_apply() throws IOException {
    Path managed = folder.resolve("c/graphs/k.omni");
    Files.createDirectories(folder.resolve("c/__cluster"));
    Files.createDirectories(managed.getParent());
    CliRun.ok(folder, "init", "--schema", "old.pg", managed.toString());
    Files.writeString(folder.resolve("c/__cluster/state.json"), "{}");
    CliRun apply = CliRun.of(folder, "schema", "apply", managed.toString(), "--schema", "new.pg");
    assertThat(apply.code()).isEqualTo(1);
    assertThat(apply.err()).contains("omnigraph cluster apply");
  }
}
