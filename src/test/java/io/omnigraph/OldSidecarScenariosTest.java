package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.RecoveryAudit;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Recovery of sidecars of schema versions 1 and 2, end to end. */
class OldSidecarScenariosTest extends RecoveryScenarios {

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "1, Mutation, 0, 1, -, FORWARD",
        "2, Load, 0, 1, -, FORWARD",
        "2, Mutation, 0, 2, -, BACK",
        "1, Load, 1, 0, -, BACK",
        "1, BranchMerge, 0, 1, -, FORWARD",
        "2, BranchMerge, 0, 1, -, BACK",
        "2, BranchMerge, 0, 1, 1, FORWARD",
        "2, BranchMerge, 0, 1, 2, BACK",
        "2, SchemaApply, 0, 1, -, BACK",
        "2, EnsureIndices, 0, 1, -, FORWARD",
        "1, EnsureIndices, 1, 0, -, BACK",
        "2, Optimize, 0, 1, -, FORWARD",
      })
  void an_old_sidecar_is_judged_by_its_kind(
      int schema, String kind, int behind, int post, Integer confirmed, String end) {
    InterruptedGraph graph = ada().moveUnpublished(RecoveryScenarios::eve);
    long published = graph.published(TestGraphs.PERSON);
    String extra = confirmed == null ? "" : ", \"confirmed_version\": " + (published + confirmed);
    legacy(
        graph,
        schema,
        kind,
        pin(TestGraphs.PERSON, published - behind, published + post, extra),
        null);
    RecoveryAudit.Entry entry = only(graph.settled());
    boolean forward = end.equals("FORWARD");
    assertThat(entry.kind())
        .isEqualTo(forward ? RecoveryAudit.Kind.ROLLED_FORWARD : RecoveryAudit.Kind.ROLLED_BACK);
    assertThat(entry.forActor()).isEqualTo("eve");
    assertThat(entry.writerKind()).isEqualTo(kind);
    assertThat(people(graph, "main").containsKey("Eve")).isEqualTo(forward);
    GraphCommit commit = graph.commits(BranchName.MAIN).get(1);
    assertThat(commit.actor()).isEqualTo(ActorId.RECOVERY);
    assertThat(commit.recoveredBy()).isEqualTo(forward ? ActorId.RECOVERY : null);
  }

  @Test
  void an_old_sidecar_with_its_commit_already_minted_is_finished_as_that_commit() {
    InterruptedGraph graph = ada().moveUnpublished(RecoveryScenarios::eve);
    long published = graph.published(TestGraphs.PERSON);
    legacy(
        graph,
        Residue.OPERATION,
        2,
        "Mutation",
        pin(TestGraphs.PERSON, published, published + 1, ""),
        null,
        ", \"graph_commit_id\": \"" + OTHER + "\", \"created_at\": 1700000000000000");
    graph.open().close();
    GraphCommit commit = graph.commits(BranchName.MAIN).get(0);
    assertThat(commit.id().value()).isEqualTo(OTHER);
    assertThat(commit.actor()).isEqualTo(new ActorId("eve"));
    assertThat(commit.createdAtMicros()).isEqualTo(1_700_000_000_000_000L);
    assertThat(commit.kind()).isEqualTo(CommitKind.MUTATION);
    // Its file once more: the commit is there, so only the audit is looked at.
    legacy(
        graph,
        Residue.OPERATION,
        2,
        "Mutation",
        pin(TestGraphs.PERSON, published, published + 1, ""),
        null,
        ", \"graph_commit_id\": \"" + OTHER + "\"");
    graph.open().close();
    assertThat(graph.commits(BranchName.MAIN)).hasSize(3);
    isForward(graph);
  }

  @Test
  void an_old_sidecar_that_notes_another_transaction_does_not_adopt_a_foreign_one() {
    InterruptedGraph graph = ada().moveUnpublished(RecoveryScenarios::eve);
    long published = graph.published(TestGraphs.PERSON);
    legacy(
        graph,
        2,
        "Mutation",
        pin(
            TestGraphs.PERSON,
            published,
            published + 1,
            ", \"transaction_uuid\": \"00000000-0000-0000-0000-000000000001\""),
        null);
    isBack(graph);
    assertThat(people(graph, "main")).containsOnlyKeys("Ada");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void an_old_first_write_on_a_branch_is_finished_or_its_fork_is_removed(boolean asPromised) {
    InterruptedGraph graph = new InterruptedGraph(GraphTemplates.withBranch(folder));
    long base = graph.published(TestGraphs.PERSON);
    graph.moveUnpublished(RecoveryScenarios::eveOnDev);
    legacy(
        graph,
        2,
        "Mutation",
        pin(TestGraphs.PERSON, base, base + (asPromised ? 1 : 2), ", \"table_branch\": \"dev\""),
        "dev");
    try (OmniGraph writer = graph.open()) {
      assertThat(TestGraphs.people(writer, ReadTarget.branch("dev")).containsKey("Eve"))
          .isEqualTo(asPromised);
      assertThat(TestGraphs.people(writer, ReadTarget.MAIN)).containsOnlyKeys("Ada");
      assertThat(writer.recoveries()).hasSize(asPromised ? 1 : 0);
      TestGraphs.addPerson(writer, "dev", "Next", 1);
    }
    assertThat(
            Files.exists(
                graph
                    .root()
                    .resolve(TablePaths.of(TestGraphs.PERSON))
                    .resolve("_refs/branches/dev.json")))
        .isTrue();
    graph.settled();
  }
}
