package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OmniGraphTest {

  @TempDir Path root;

  @Test
  void a_new_graph_has_one_commit_that_names_its_schema() {
    try (OmniGraph graph = TestGraphs.init(root)) {
      List<GraphCommit> commits = graph.commits(BranchName.MAIN, -1, null);

      assertThat(commits).hasSize(1);
      assertThat(commits.get(0).kind()).isEqualTo(CommitKind.INIT);
      assertThat(commits.get(0).manifestVersion()).isEqualTo(1);
      assertThat(commits.get(0).schemaHash()).isEqualTo(graph.catalog().hash());
      assertThat(graph.snapshot(ReadTarget.MAIN).tables()).hasSize(5);
    }
  }

  @Test
  void a_mutation_is_one_commit_and_is_there_after_reopening() {
    try (OmniGraph graph = TestGraphs.init(root)) {
      GraphCommit first = TestGraphs.addPerson(graph, "main", "Ada", 36).commit();
      GraphCommit second = TestGraphs.settle(graph, "main", "Bob", "Rome").commit();

      assertThat(second.parent()).isEqualTo(first.id());
      assertThat(second.manifestVersion()).isEqualTo(first.manifestVersion() + 1);
      assertThat(second.tables()).hasSize(3);
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN))
          .isEqualTo(Map.of("Ada", 36L, "Bob", 1L));
      assertThat(TestGraphs.people(graph, new ReadTarget.Commit(first.id())))
          .isEqualTo(Map.of("Ada", 36L));
    }
    try (OmniGraph graph = TestGraphs.open(root)) {
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN))
          .isEqualTo(Map.of("Ada", 36L, "Bob", 1L));
      TestGraphs.setAge(graph, "main", "Ada", 37);
      TestGraphs.deletePerson(graph, "main", "Bob");
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).isEqualTo(Map.of("Ada", 37L));
      assertThat(TestGraphs.ids(graph, "main", TableKeys.LIVES_IN)).isEmpty();
      assertThat(graph.commits(BranchName.MAIN, -1, null)).hasSize(5);
    }
  }

  @Test
  void reading_and_changing_refuse_the_query_of_the_other_kind() {
    String read = "query q() { match { $p: Person } return { $p } }";
    String change = "query q() { delete Person where name = \"Ada\" }";
    try (OmniGraph graph = TestGraphs.init(root)) {
      assertThatThrownBy(
              () -> graph.mutate(read, null, Map.of(), BranchName.MAIN, WriteOptions.ANONYMOUS))
          .hasMessage("mutation execution called on a read query; use query instead");
      assertThatThrownBy(() -> graph.query(change, null, Map.of(), ReadTarget.MAIN))
          .hasMessageStartingWith(
              "mutation query cannot be typechecked with read-query API: query 'q'");
    }
  }

  @Test
  void a_branch_shows_its_own_writes_only_and_forks_tables_at_their_first_write() {
    try (OmniGraph graph = TestGraphs.init(root)) {
      TestGraphs.addPerson(graph, "main", "Ada", 36);
      graph.createBranch(BranchName.of("dev"), BranchName.MAIN, WriteOptions.ANONYMOUS);
      TestGraphs.addPerson(graph, "dev", "Bob", 1);
      TestGraphs.setAge(graph, "dev", "Ada", 99);
      TestGraphs.addPerson(graph, "main", "Cid", 2);

      assertThat(TestGraphs.people(graph, ReadTarget.branch("dev")))
          .isEqualTo(Map.of("Ada", 99L, "Bob", 1L));
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN))
          .isEqualTo(Map.of("Ada", 36L, "Cid", 2L));
      assertThat(graph.branches()).containsExactly(BranchName.MAIN, BranchName.of("dev"));
      assertThat(graph.snapshot(ReadTarget.branch("dev")).table(TestGraphs.PERSON).tableBranch())
          .isEqualTo(BranchName.of("dev"));
      assertThat(graph.snapshot(ReadTarget.branch("dev")).table(TestGraphs.CITY).tableBranch())
          .isNull();

      graph.deleteBranch(BranchName.of("dev"), WriteOptions.ANONYMOUS);
      assertThat(graph.branches()).containsExactly(BranchName.MAIN);
      assertThatThrownBy(() -> TestGraphs.addPerson(graph, "dev", "Eve", 3))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("branch 'dev' not found");
    }
  }

  @Test
  void a_second_init_is_refused_and_changes_nothing() {
    try (OmniGraph graph = TestGraphs.init(root)) {
      TestGraphs.addPerson(graph, "main", "Ada", 36);
    }
    assertThatThrownBy(() -> TestGraphs.init(root))
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "graph already initialized at '"
                + root.toAbsolutePath()
                + "'; pass --force to overwrite");
    try (OmniGraph graph = TestGraphs.open(root)) {
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada");
    }
  }

  @Test
  void a_read_only_handle_of_the_same_process_sees_every_commit() {
    try (OmniGraph graph = TestGraphs.init(root);
        OmniGraph reader = OmniGraph.open(root.toString(), OpenOptions.readOnly())) {
      TestGraphs.addPerson(graph, "main", "Ada", 36);
      assertThat(TestGraphs.people(reader, ReadTarget.MAIN)).containsOnlyKeys("Ada");
      assertThatThrownBy(() -> TestGraphs.addPerson(reader, "main", "Bob", 1))
          .hasMessageContaining("read-only");
    }
  }

  private static final class TableKeys {
    static final io.omnigraph.model.TableKey LIVES_IN = io.omnigraph.model.TableKey.edge("LivesIn");
  }

  @Test
  void a_load_that_fails_takes_the_branch_it_made_with_it() {
    try (OmniGraph graph = TestGraphs.init(root)) {
      TestGraphs.addPerson(graph, "main", "Ada", 36);
      BranchName made = BranchName.of("made");

      assertThatThrownBy(
              () ->
                  graph.load(
                      records("{\"type\":\"Nobody\",\"data\":{}}"),
                      LoadMode.MERGE,
                      made,
                      BranchName.MAIN,
                      WriteOptions.ANONYMOUS))
          .hasMessageContaining("unknown node type 'Nobody'");
      assertThat(graph.branches()).containsExactly(BranchName.MAIN);

      graph.createBranch(made, BranchName.MAIN, WriteOptions.ANONYMOUS);
      assertThatThrownBy(
              () ->
                  graph.load(
                      records("{"), LoadMode.MERGE, made, BranchName.MAIN, WriteOptions.ANONYMOUS))
          .hasMessageContaining("record 1");
      assertThat(graph.branches()).as("made by somebody else").contains(made);
    }
  }

  @Test
  void half_a_character_is_refused_instead_of_stored_as_a_question_mark() {
    try (OmniGraph graph = TestGraphs.init(root)) {
      String half = "Ada " + (char) 0xD800;

      assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", half, 1))
          .hasMessageContaining("unpaired surrogate");
      assertThatThrownBy(
              () ->
                  graph.compile(
                      "query q() { match { $p: Person { name: \"" + half + "\" } } return { $p } }",
                      null,
                      graph.snapshot(ReadTarget.MAIN)))
          .hasMessageContaining("unpaired surrogate");
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).isEmpty();
    }
  }

  @Test
  void a_missing_graph_is_named() {
    assertThatThrownBy(
            () -> OmniGraph.open(root.resolve("nowhere").toString(), OpenOptions.readOnly()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("nowhere");
  }

  private static InputStream records(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
