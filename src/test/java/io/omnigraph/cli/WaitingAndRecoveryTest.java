package io.omnigraph.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.server.Fixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code --wait}, and what the command line shows of recovery. */
class WaitingAndRecoveryTest {

  private static final String INSERT = "query q() { insert Person { name: \"Erin\" } }";

  @TempDir Path folder;

  @BeforeEach
  void graph() {
    Fixture.write(folder.resolve("person.pg"), Fixture.SCHEMA);
    CliRun.ok(folder, "init", "--schema", "person.pg", "people.omni");
  }

  private String store() {
    return folder.resolve("people.omni").toString();
  }

  /** Somebody else's lease: the file says who, and it is locked as by another process. */
  private AutoCloseable foreignOwner() throws IOException {
    var channel =
        java.nio.channels.FileChannel.open(
            folder.resolve("people.omni/__lease.lock"),
            java.nio.file.StandardOpenOption.CREATE,
            java.nio.file.StandardOpenOption.WRITE);
    channel.lock();
    return channel;
  }

  @Test
  void aWriteToAStoreThatIsBeingWrittenIsRefusedOrWaits() throws Exception {
    AutoCloseable owner = foreignOwner();
    CliRun refused = CliRun.of(folder, "mutate", "-e", INSERT, "--store", store());
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("is being written by").contains("wait with --wait");
    CliRun read = CliRun.of(folder, "commit", "list", store());
    assertThat(read.code()).as(read.err()).isZero();

    CompletableFuture<CliRun> waiting =
        CompletableFuture.supplyAsync(
            () -> CliRun.of(folder, "mutate", "-e", INSERT, "--wait", "--store", store()));
    Thread.sleep(300);
    assertThat(waiting).isNotDone();
    owner.close();
    assertThat(waiting.get().code()).as(waiting.get().err()).isZero();
    assertThat(CliRun.ok(folder, "branch", "create", "dev", "--wait", "--uri", store()).out())
        .isEqualTo("created branch dev from main\n");
    try (OmniGraph graph = OmniGraph.open(store(), OpenOptions.readOnly())) {
      assertThat(graph.snapshot(ReadTarget.branch("dev")).tables()).isNotEmpty();
      assertThat(graph.commits(BranchName.MAIN, -1, null)).hasSize(2);
    }
  }

  @Test
  void waitingMakesNoSenseForAServedGraph() {
    CliRun run =
        CliRun.of(
            folder,
            "mutate",
            "-e",
            INSERT,
            "--wait",
            "--server",
            "http://127.0.0.1:1",
            "--graph",
            "g");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--wait applies to a store, not to a served graph");
  }

  @Test
  void whatRecoveryDidIsListedAndItsCommitsAreFoundByItsName() throws IOException {
    assertThat(CliRun.ok(folder, "recovery", "list", store()).out()).isEmpty();
    CliRun.ok(folder, "mutate", "-e", INSERT, "--store", store());
    // An old writer that had published and died before it removed its file.
    Path sidecar = folder.resolve("people.omni/__recovery/01ARZ3NDEKTSV4RRFFQ69G5FAV.json");
    Files.createDirectories(sidecar.getParent());
    Files.writeString(
        sidecar,
        """
        { "schema_version": 2, "operation_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV", "started_at": "1",
          "branch": null, "actor_id": "eve", "writer_kind": "Mutation",
          "tables": [ {"table_key": "node:Person", "table_path": "x", "expected_version": 1,
                       "post_commit_pin": 2} ] }
        """);
    CliRun.ok(folder, "branch", "create", "dev", "--uri", store());

    CliRun text = CliRun.ok(folder, "recovery", "list", store());
    assertThat(text.out())
        .matches(
            "[0-9A-Z]{26} RolledForward operation=01ARZ3NDEKTSV4RRFFQ69G5FAV kind=Mutation"
                + " for=eve tables=1\n");
    var entry = CliRun.ok(folder, "recovery", "list", "--json", store()).json().path("recoveries");
    assertThat(entry).hasSize(1);
    assertThat(entry.get(0).path("recovery_kind").asText()).isEqualTo("RolledForward");
    assertThat(entry.get(0).path("recovery_for_actor").asText()).isEqualTo("eve");
    assertThat(entry.get(0).path("per_table_outcomes").get(0).path("to_version").asInt())
        .isEqualTo(2);
    var commits =
        CliRun.ok(
                folder, "commit", "list", "--filter", "actor=omnigraph:recovery", "--json", store())
            .json()
            .path("commits");
    assertThat(commits).hasSize(1);
    assertThat(commits.get(0).path("graph_commit_id"))
        .isEqualTo(entry.get(0).path("graph_commit_id"));
    CliRun served =
        CliRun.of(folder, "recovery", "list", "--server", "http://127.0.0.1:1", "--graph", "g");
    assertThat(served.code()).isEqualTo(2);
    assertThat(served.err()).contains("recovery list");
  }
}
