package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.RecoveryAudit;
import java.nio.file.Path;
import java.util.List;

/** What an interrupted writer can leave, and what recovery made of it. */
abstract class RecoveryScenarios extends Scenarios {

  static final String OTHER = "01BX5ZZKBKACTAV9WEVGEMMVRZ";

  InterruptedGraph branched() {
    return new InterruptedGraph(
        GraphTemplates.copy(
            folder,
            "forked",
            graph -> {
              TestGraphs.addPerson(graph, "main", "Ada", 1);
              graph.createBranch(BranchName.of("dev"), BranchName.MAIN, WriteOptions.ANONYMOUS);
              TestGraphs.addPerson(graph, "dev", "Bob", 1);
            }));
  }

  static void eve(OmniGraph graph) {
    TestGraphs.addPerson(graph, "main", "Eve", 1);
  }

  static void eveOnDev(OmniGraph graph) {
    TestGraphs.addPerson(graph, "dev", "Eve", 1);
  }

  static RecoveryAudit.Entry only(List<RecoveryAudit.Entry> audit) {
    assertThat(audit).hasSize(1);
    return audit.get(0);
  }

  static void isForward(InterruptedGraph graph) {
    assertThat(only(graph.settled()).kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_FORWARD);
  }

  static void isBack(InterruptedGraph graph) {
    assertThat(only(graph.settled()).kind()).isEqualTo(RecoveryAudit.Kind.ROLLED_BACK);
  }

  static String pin(TableKey key, long expected, long post, String extra) {
    return """
    {"table_key": "%s", "table_path": "x", "expected_version": %d, "post_commit_pin": %d %s}
    """
        .formatted(key, expected, post, extra);
  }

  static Path legacy(InterruptedGraph graph, int schema, String kind, String pins, String branch) {
    return legacy(graph, Residue.OPERATION, schema, kind, pins, branch, "");
  }

  static Path legacy(
      InterruptedGraph graph,
      String operation,
      int schema,
      String kind,
      String pins,
      String branch,
      String extra) {
    return Residue.sidecar(
        graph.root(),
        operation,
        """
        { "schema_version": %d, "operation_id": "%s", "started_at": "1", "branch": %s,
          "actor_id": "eve", "writer_kind": "%s", "tables": [ %s ] %s }
        """
            .formatted(
                schema,
                operation,
                branch == null ? "null" : "\"" + branch + "\"",
                kind,
                pins,
                extra));
  }

  static void moveBase(InterruptedGraph graph) {
    Residue.changeSidecar(
        graph.root(),
        text -> text.replaceFirst("(\"base_commit_id\":\")[^\"]+", "$1" + Residue.OPERATION));
  }
}
