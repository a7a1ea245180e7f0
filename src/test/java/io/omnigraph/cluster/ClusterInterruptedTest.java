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
import org.junit.jupiter.api.Test;

/** Applying after a run that died, or beside one that goes on. */
class ClusterInterruptedTest extends ClusterTestBase {

  private void sidecar(String kind, String schemaDigest) {
    Fixture.write(
        folder.resolve("__cluster/recoveries/" + ULID + ".json"),
        "{\"schema_version\": 1, \"operation_id\": \""
            + ULID
            + "\", \"kind\": \""
            + kind
            + "\", \"graph_id\": \"knowledge\","
            + " \"desired_schema_digest\": \""
            + schemaDigest
            + "\"}");
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
    sidecar("schema_apply", Digests.of(wider.getBytes(StandardCharsets.UTF_8)));
    CliRun run = cluster("apply");
    assertThat(run.code()).as(run.out()).isZero();
    assertThat(has(run, "cluster_recovery_rolled_forward")).isTrue();
    assertThat(run.json().path("converged").asBoolean()).isTrue();
    assertThat(folder.resolve("__cluster/recoveries/" + ULID + ".json")).doesNotExist();

    sidecar("schema_apply", "never applied");
    assertThat(cluster("apply").code()).isZero();
    assertThat(folder.resolve("__cluster/recoveries/" + ULID + ".json")).doesNotExist();
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
    sidecar("graph_create", schemaDigest());
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
    sidecar("graph_create", "x");
    JsonNode applied = cluster("apply").json();
    assertThat(applied.path("converged").asBoolean()).as(applied.toString()).isTrue();
    assertThat(folder.resolve("__cluster/recoveries/" + ULID + ".json")).doesNotExist();
  }

  @Test
  void aCreationThatWasCutShortIsTakenUpAgain() {
    cluster("import");
    Fixture.write(folder.resolve("graphs/knowledge.omni/_schema.pg"), "node Half {");
    sidecar("graph_create", schemaDigest());
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
    sidecar("graph_create", "another");
    CliRun run = cluster("apply");
    assertThat(run.code()).isEqualTo(1);
    assertThat(has(run, "cluster_recovery_pending")).as(run.out()).isTrue();
    assertThat(folder.resolve("__cluster/recoveries/" + ULID + ".json")).exists();
  }
}
