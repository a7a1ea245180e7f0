package io.omnigraph.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.commit.CommitEvent;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.commit.TableMove;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.TableKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitEventJsonTest {

  private static final CommitId ONE = new CommitId("01ARZ3NDEKTSV4RRFFQ69G5FA1");
  private static final CommitId TWO = new CommitId("01ARZ3NDEKTSV4RRFFQ69G5FA2");
  private static final CommitId THREE = new CommitId("01ARZ3NDEKTSV4RRFFQ69G5FA3");

  @Test
  void aFullEventSurvivesTheWayThroughJson() {
    var event =
        new CommitEvent(
            "g",
            new GraphCommit(
                TWO,
                new BranchName("feature/x"),
                7,
                ONE,
                THREE,
                new ActorId("act-a"),
                1_700_000_000_000_123L,
                CommitKind.MERGE,
                List.of(
                    new TableMove(TableKey.edge("Knows"), 1, 2, new BranchName("feature/x"), 3),
                    new TableMove(TableKey.node("Person"), 0, 1, null, 4)),
                "sha256:abc",
                ActorId.RECOVERY,
                THREE));
    assertThat(CommitEventJson.read(CommitEventJson.write(event))).isEqualTo(event);
  }

  @Test
  void theFirstCommitNamesItsMissingParentAndLeavesOtherEmptyFieldsOut() {
    var event =
        new CommitEvent(
            "g",
            new GraphCommit(
                ONE,
                BranchName.MAIN,
                1,
                null,
                null,
                null,
                5,
                CommitKind.INIT,
                List.of(),
                null,
                null,
                null));
    assertThat(CommitEventJson.write(event).toString())
        .isEqualTo(
            "{\"graph\":\"g\",\"branch\":\"main\",\"graph_commit_id\":\""
                + ONE
                + "\",\"parent_commit_id\":null,\"kind\":\"init\",\"manifest_version\":1,"
                + "\"created_at\":5,\"tables\":[]}");
    assertThat(CommitEventJson.read(CommitEventJson.write(event))).isEqualTo(event);
  }
}
