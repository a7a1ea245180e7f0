package io.omnigraph;

import static io.omnigraph.TestGraphs.PERSON;
import static io.omnigraph.TestGraphs.addPerson;
import static io.omnigraph.TestGraphs.deletePerson;
import static io.omnigraph.TestGraphs.people;
import static io.omnigraph.TestGraphs.setAge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitListener;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.commit.ReferenceEvent;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and generations of branches, and reading the past. */
@ExtendWith(GraphIntegrityExtension.class)
class BranchesAndTimeTest {

  @TempDir Path directory;

  private OmniGraph init() {
    return TestGraphs.init(directory.resolve("g"));
  }

  private static void branch(OmniGraph graph, String name, String from) {
    graph.createBranch(BranchName.of(name), BranchName.of(from), WriteOptions.ANONYMOUS);
  }

  @Test
  void namesWhoseFoldersWouldOverlapAreRefusedInBothDirections() {
    try (OmniGraph graph = init()) {
      branch(graph, "rev/1", "main");
      for (String name : List.of("rev", "rev/1/a")) {
        assertThatThrownBy(() -> branch(graph, name, "main"))
            .isInstanceOf(ConflictException.class)
            .hasMessageContaining("one name is a path prefix of the other");
      }
      branch(graph, "rev/10", "main");
      branch(graph, "review", "main");
      assertThat(graph.branches())
          .extracting(BranchName::value)
          .containsExactly("main", "rev/1", "rev/10", "review");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/x", "x/", "a//b", "a..b", "a\\b", "x.lock", "a b", "a?b", ""})
  void aNameThatStorageCannotHoldIsRefusedBeforeAnythingIsWritten(String name) throws Exception {
    try (OmniGraph graph = init()) {
      assertThatThrownBy(() -> branch(graph, name, "main")).isInstanceOf(BadRequestException.class);
      assertThat(Files.exists(directory.resolve("g/__manifest/tree"))).isFalse();
      branch(graph, "x", "main");
      assertThat(graph.branches()).hasSize(2);
    }
  }

  @Test
  void fourGenerationsOfBranchesReadAndWriteThroughTheirIndices() {
    try (OmniGraph graph = init()) {
      for (int i = 0; i < 20; i++) {
        addPerson(graph, "main", "p" + i, i);
      }
      graph.ensureIndices(BranchName.MAIN, 1);
      String parent = "main";
      for (int generation = 1; generation <= 4; generation++) {
        String child = "g" + generation;
        branch(graph, child, parent);
        addPerson(graph, child, "own" + generation, 100);
        setAge(graph, child, "p" + generation, 1000 + generation);
        deletePerson(graph, child, "p" + (10 + generation));
        graph.optimize(BranchName.of(child));
        Map<String, Long> shown = people(graph, ReadTarget.branch(child));
        assertThat(shown).hasSize(20);
        assertThat(shown).containsEntry("p" + generation, 1000L + generation);
        for (String id : List.of("own" + generation, "p" + generation, "p0")) {
          assertThat(graph.entityAt(ReadTarget.branch(child), PERSON, id)).isPresent();
        }
        assertThat(graph.entityAt(ReadTarget.branch(child), PERSON, "p" + (10 + generation)))
            .isEmpty();
        parent = child;
      }
      assertThat(people(graph, ReadTarget.MAIN)).hasSize(20).containsEntry("p1", 1L);
    }
    try (OmniGraph graph = TestGraphs.open(directory.resolve("g"))) {
      assertThat(people(graph, ReadTarget.branch("g4"))).containsKeys("own1", "own2", "own3");
      addPerson(graph, "g4", "later", 1);
      assertThat(graph.entityAt(ReadTarget.branch("g4"), PERSON, "later")).isPresent();
    }
  }

  @Test
  void aBranchMadeAgainUnderTheSameNameStartsFromItsNewSource() {
    try (OmniGraph graph = init()) {
      addPerson(graph, "main", "a", 1);
      for (int round = 0; round < 3; round++) {
        branch(graph, "b", "main");
        assertThat(people(graph, ReadTarget.branch("b"))).containsOnlyKeys("a");
        GraphCommit own = addPerson(graph, "b", "only" + round, 1).commit();
        assertThat(people(graph, ReadTarget.branch("b"))).containsOnlyKeys("a", "only" + round);
        graph.deleteBranch(BranchName.of("b"), WriteOptions.ANONYMOUS);
        assertThatThrownBy(() -> people(graph, ReadTarget.branch("b")))
            .isInstanceOf(NotFoundException.class);
        branch(graph, "b", "main");
        assertThatThrownBy(() -> graph.snapshot(new ReadTarget.Commit(own.id())))
            .as("a commit of the old branch is not one of the new")
            .isInstanceOf(NotFoundException.class);
        graph.deleteBranch(BranchName.of("b"), WriteOptions.ANONYMOUS);
      }
    }
  }

  @Test
  void creationAndDeletionAreToldToTheListener() {
    List<ReferenceEvent> events = new ArrayList<>();
    TestGraphs.init(directory.resolve("g")).close();
    CommitListener listener =
        new CommitListener() {
          @Override
          public void onCommit(io.omnigraph.commit.CommitEvent event) {}

          @Override
          public void onReference(ReferenceEvent event) {
            events.add(event);
          }
        };
    try (OmniGraph graph =
        OmniGraph.open(
            directory.resolve("g").toString(), TestGraphs.fast().withListener(listener))) {
      branch(graph, "b", "main");
      graph.deleteBranch(BranchName.of("b"), WriteOptions.ANONYMOUS);
      assertThatThrownBy(() -> graph.deleteBranch(BranchName.of("b"), WriteOptions.ANONYMOUS))
          .isInstanceOf(NotFoundException.class);
    }
    assertThat(events)
        .extracting(ReferenceEvent::kind)
        .containsExactly(ReferenceEvent.Kind.CREATED, ReferenceEvent.Kind.DELETED);
    assertThat(events).allMatch(e -> e.branch().equals(BranchName.of("b")));
    assertThat(events.get(0).incarnation()).isNotBlank();
  }

  @Test
  void queriesExportsAndEntitiesShowThePastAtACommitAndAtAVersion() {
    try (OmniGraph graph = init()) {
      GraphCommit first = addPerson(graph, "main", "a", 1).commit();
      GraphCommit second = setAge(graph, "main", "a", 2).commit();
      addPerson(graph, "main", "b", 3);
      deletePerson(graph, "main", "a");
      List<ReadTarget> atFirst =
          List.of(
              new ReadTarget.Commit(first.id()),
              new ReadTarget.ManifestVersion(BranchName.MAIN, first.manifestVersion()));
      for (ReadTarget target : atFirst) {
        assertThat(people(graph, target)).isEqualTo(Map.of("a", 1L));
        assertThat(graph.entityAt(target, PERSON, "a")).get().asString().contains("\"age\":1");
        assertThat(graph.entityAt(target, PERSON, "b")).isEmpty();
        assertThat(graph.entityAt(target, TableKey.node("Nothing"), "a")).isEmpty();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        graph.export(target, List.of("Person"), List.of(), out);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("\"a\"").doesNotContain("\"b\"");
        try (var cursor =
            graph.query(
                "query q() { match { $p: Person } return { $p.age } }", null, Map.of(), target)) {
          assertThat(cursor.next()).isNotNull();
        }
      }
      assertThat(people(graph, new ReadTarget.Commit(second.id()))).isEqualTo(Map.of("a", 2L));
      assertThat(people(graph, ReadTarget.MAIN)).isEqualTo(Map.of("b", 3L));
    }
  }

  @Test
  void aSnapshotIdIsACommitOrAVersionOfABranch() {
    assertThat(ReadTarget.snapshot("manifest:etl/1:v7"))
        .isEqualTo(new ReadTarget.ManifestVersion(BranchName.of("etl/1"), 7));
    assertThat(ReadTarget.snapshot("manifest:main:v7:etag:abc"))
        .isEqualTo(new ReadTarget.ManifestVersion(BranchName.MAIN, 7));
    assertThat(ReadTarget.snapshot(" 01ARZ3NDEKTSV4RRFFQ69G5FAV "))
        .isInstanceOf(ReadTarget.Commit.class);
    assertThatThrownBy(() -> ReadTarget.snapshot("manifest:main"))
        .isInstanceOf(BadRequestException.class);
  }
}
