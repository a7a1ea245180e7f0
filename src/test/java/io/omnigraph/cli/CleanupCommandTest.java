package io.omnigraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.server.Fixture;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cleanup}: looks only, unless it is confirmed. */
class CleanupCommandTest {

  @TempDir Path folder;

  @BeforeEach
  void threeCommits() {
    Fixture.write(folder.resolve("person.pg"), Fixture.SCHEMA);
    CliRun.ok(folder, "init", "--schema", "person.pg", "g.omni");
    for (String name : new String[] {"Ann", "Ben", "Cid"}) {
      Fixture.write(
          folder.resolve("one.jsonl"),
          "{\"type\": \"Person\", \"data\": {\"name\": \"" + name + "\"}}\n");
      CliRun.ok(folder, "load", "--mode", "merge", "--data", "one.jsonl", "g.omni");
    }
  }

  private String secondNewest() {
    JsonNode commits = CliRun.ok(folder, "commit", "list", "--json", "g.omni").json();
    return commits.path("commits").path(1).path("graph_commit_id").asText();
  }

  private CliRun readAt(String commit) {
    return CliRun.of(
        folder,
        "query",
        "-e",
        "query all() { match { $p: Person } return { $p.name } }",
        "--snapshot",
        commit,
        "--json",
        "--store",
        "g.omni");
  }

  @Test
  void withoutConfirmItRemovesNothing() {
    CliRun preview = CliRun.ok(folder, "cleanup", "--keep", "1", "g.omni");
    assertThat(preview.err()).contains("nothing was removed").contains("(direct, local)");
    assertThat(preview.out()).contains("node:Person  3 versions beyond the policy");
    CliRun json = CliRun.ok(folder, "cleanup", "--keep", "1", "--json", "g.omni");
    assertThat(json.json().path("keep_versions").asInt()).isEqualTo(1);
    assertThat(json.json().path("older_than_secs").isNull()).isTrue();
    assertThat(json.json().path("tables"))
        .allSatisfy(t -> assertThat(t.path("old_versions_removed").asInt()).isZero());
    assertThat(readAt(secondNewest()).code()).isZero();
  }

  @Test
  void withConfirmOldVersionsGoAndReadingThemFailsClearly() {
    String old = secondNewest();
    JsonNode json =
        CliRun.ok(
                folder,
                "cleanup",
                "--keep",
                "1",
                "--older-than",
                "0s",
                "--confirm",
                "--json",
                "g.omni")
            .json();
    assertThat(json.path("older_than_secs").asInt()).isZero();
    assertThat(json.path("tables"))
        .anySatisfy(
            t -> {
              assertThat(t.path("table_key").asText()).isEqualTo("node:Person");
              assertThat(t.path("old_versions_removed").asInt()).isEqualTo(3);
              assertThat(t.path("bytes_removed").asLong()).isPositive();
              assertThat(t.path("error").isNull()).isTrue();
            });
    CliRun gone = readAt(old);
    assertThat(gone.code()).isEqualTo(1);
    assertThat(gone.err()).contains("was reclaimed by a cleanup");
    assertThat(CliRun.ok(folder, "snapshot", "g.omni").out()).contains("node:Person");
  }

  @Test
  void aPolicyIsNeededAndAnAgeMustBeOne() {
    assertThat(CliRun.of(folder, "cleanup", "g.omni").code()).isEqualTo(2);
    assertThat(CliRun.of(folder, "cleanup", "--keep", "0", "g.omni").code()).isEqualTo(1);
    CliRun age = CliRun.of(folder, "cleanup", "--older-than", "soon", "g.omni");
    assertThat(age.code()).isEqualTo(2);
    assertThat(age.err()).contains("'soon' is not an age");
  }

  @Test
  void aStoreThatIsNotLocalNeedsAnExplicitYes() {
    CliRun refused = CliRun.of(folder, "cleanup", "--keep", "1", "--confirm", "s3://nowhere/graph");
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("--yes");
  }

  @Test
  void aGraphOfAClusterIsNamedByItsIdAndAnOnlyOneIsImplied() {
    Path cluster = folder.resolve("c");
    Fixture.write(cluster.resolve("person.pg"), Fixture.SCHEMA);
    String one = "version: 1\ngraphs:\n  people:\n    schema: person.pg\n";
    Fixture.write(cluster.resolve("cluster.yaml"), one);
    CliRun.ok(folder, "cluster", "import", "--config", "c");
    CliRun.ok(folder, "cluster", "apply", "--config", "c", "--as", "ann");
    Fixture.write(
        folder.resolve("one.jsonl"), "{\"type\": \"Person\", \"data\": {\"name\": \"Ann\"}}\n");
    for (int i = 0; i < 3; i++) {
      CliRun.ok(
          folder,
          "load",
          "--mode",
          "overwrite",
          "--data",
          "one.jsonl",
          cluster.resolve("graphs/people.omni").toString());
    }
    CliRun implied = CliRun.ok(folder, "cleanup", "--keep", "1", "--cluster", "c");
    assertThat(implied.out()).contains("node:Person  3 versions beyond the policy");

    Fixture.write(cluster.resolve("cluster.yaml"), one + "  places:\n    schema: person.pg\n");
    CliRun.ok(folder, "cluster", "apply", "--config", "c", "--as", "ann");
    // What only serving needs does not matter here.
    Fixture.write(cluster.resolve("person.pg"), "no schema");
    CliRun several = CliRun.of(folder, "cleanup", "--keep", "1", "--cluster", "c");
    assertThat(several.code()).isNotZero();
    assertThat(several.err()).contains("several graphs").contains("people, places");
    CliRun unknown =
        CliRun.of(folder, "cleanup", "--keep", "1", "--cluster", "c", "--graph", "nobody");
    assertThat(unknown.code()).isNotZero();
    assertThat(unknown.err()).contains("has no graph 'nobody'").contains("people, places");
    CliRun both =
        CliRun.of(
            folder, "cleanup", "--keep", "1", "--cluster", "c", "--graph", "people", "g.omni");
    assertThat(both.code()).isNotZero();
    assertThat(both.err()).contains("mutually exclusive");
    CliRun nowhere = CliRun.of(folder, "cleanup", "--keep", "1", "--cluster", "nothing");
    assertThat(nowhere.code()).isNotZero();
    assertThat(nowhere.err()).contains("nothing");

    CliRun done =
        CliRun.ok(
            folder, "cleanup", "--keep", "1", "--confirm", "--cluster", "c", "--graph", "people");
    assertThat(done.out()).contains("node:Person  3 versions");
    CliRun.ok(folder, "optimize", "--cluster", "c", "--graph", "people");
    CliRun alone = CliRun.of(folder, "optimize", "--graph", "people", "g.omni");
    assertThat(alone.err()).contains("--graph").contains("does not apply");
  }
}
