package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.storage.lance.RawStamp;
import io.omnigraph.testing.ManualTime;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A graph that a newer build has taken over while a handle of this one was open. */
class NewerStampTest {

  private static final String STAMP = "omnigraph:internal_schema_version";

  @TempDir Path folder;

  private final ManualTime time = ManualTime.now();

  private OmniGraph open(Path root) {
    return TestEngine.open(
        TestEngine.timed(TestEngine.settings(GraphUri.local(root), TestEngine.FAST), time),
        TestGraphs.fast());
  }

  @Test
  void a_publish_that_looks_at_the_head_again_is_refused_and_writes_nothing() {
    Path root = GraphTemplates.withAda(folder);
    try (OmniGraph graph = open(root)) {
      TestGraphs.addPerson(graph, "main", "Bob", 1);
      RawStamp.set(root.resolve(ManifestStore.PATH), STAMP, "5");
      time.pass(Duration.ofSeconds(61));
      assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Cid", 1))
          .isInstanceOfSatisfying(
              BadRequestException.class,
              e -> assertThat(e.code()).isEqualTo("internal_schema_too_new"))
          .hasMessageContaining("the graph has manifest v5 but this build expects v4");
    }
    RawStamp.set(root.resolve(ManifestStore.PATH), STAMP, "4");
    try (OmniGraph graph = TestGraphs.open(root)) {
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Bob");
    }
  }

  /**
   * The library lets a change of the stamp alone and a publish pass each other, so that a publish
   * that has just looked lands. It is not acknowledged, and no other one is tried after it.
   */
  @Test
  void a_publish_on_a_head_that_was_just_looked_at_is_not_acknowledged_and_no_other_follows() {
    Path root = GraphTemplates.withAda(folder);
    try (OmniGraph graph = open(root)) {
      TestGraphs.addPerson(graph, "main", "Bob", 1);
      RawStamp.set(root.resolve(ManifestStore.PATH), STAMP, "5");
      assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Cid", 1))
          .isInstanceOf(RecoveryRequiredException.class)
          .hasMessageContaining("manifest v5");
      assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Dan", 1))
          .isInstanceOfSatisfying(
              BadRequestException.class,
              e -> assertThat(e.code()).isEqualTo("internal_schema_too_new"));
    }
    RawStamp.set(root.resolve(ManifestStore.PATH), STAMP, "4");
    InterruptedGraph at = new InterruptedGraph(root);
    assertThat(at.settled()).hasSizeLessThanOrEqualTo(1);
    try (OmniGraph graph = at.open()) {
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsKeys("Ada", "Bob");
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).doesNotContainKey("Dan");
    }
  }
}
