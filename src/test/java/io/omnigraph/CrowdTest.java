package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.ManifestConflictException;
import io.omnigraph.model.PreconditionFailedException;
import io.omnigraph.model.ReadTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Very many writers at once, and a table whose files are taken away under its writers. */
class CrowdTest {

  private static final int CLIENTS = 1_000;

  @TempDir Path folder;
  @RegisterExtension final GraphIntegrityExtension integrity = new GraphIntegrityExtension();

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  @Test
  void a_thousand_writers_at_once_lose_nothing_and_share_commits() throws Exception {
    try (OmniGraph graph = integrity.open(GraphTemplates.withAda(folder))) {
      CountDownLatch start = new CountDownLatch(1);
      List<Future<?>> writes = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int n = i;
        writes.add(
            threads.submit(
                () -> {
                  start.await();
                  return switch (n % 10) {
                    case 8 -> TestGraphs.addPerson(graph, "main", "p" + n, n);
                    case 9 -> TestGraphs.setAge(graph, "main", "Ada", n);
                    default -> TestGraphs.addEvent(graph, "main", "event " + n);
                  };
                }));
      }
      start.countDown();
      int conflicts = 0;
      for (Future<?> write : writes) {
        try {
          write.get();
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(ManifestConflictException.class);
          conflicts++;
        }
      }
      assertThat(conflicts).as("of a hundred updates of one row").isLessThan(100);
      assertThat(TestGraphs.ids(graph, "main", TestGraphs.EVENTS)).hasSize(CLIENTS * 8 / 10);
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).hasSize(1 + CLIENTS / 10);
      List<GraphCommit> commits = graph.commits(BranchName.MAIN, -1, null);
      assertThat(commits).hasSizeLessThan(CLIENTS);
      assertThat(graph.engine().lanes().waiting(BranchName.MAIN)).isZero();
    }
  }

  @Test
  void of_many_writers_on_the_same_condition_exactly_one_succeeds() throws Exception {
    try (OmniGraph graph = integrity.open(GraphTemplates.withAda(folder))) {
      for (int round = 0; round < 3; round++) {
        CommitId head = graph.snapshot(ReadTarget.MAIN).head();
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> writes = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
          String name = "c" + round + "-" + i;
          writes.add(
              threads.submit(
                  () -> {
                    start.await();
                    return TestGraphs.addPerson(
                        graph, "main", name, 1, new WriteOptions(null, head, null));
                  }));
        }
        start.countDown();
        int done = 0;
        for (Future<?> write : writes) {
          try {
            write.get();
            done++;
          } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(PreconditionFailedException.class);
          }
        }
        assertThat(done).isEqualTo(1);
        assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).hasSize(round + 2);
      }
    }
  }

  @Test
  void a_table_whose_files_are_taken_away_fails_alone_and_works_when_they_are_back()
      throws IOException {
    Path root = GraphTemplates.withAda(folder);
    Path table = root.resolve(TablePaths.of(TestGraphs.PERSON));
    Path aside = folder.resolve("aside");
    try (OmniGraph graph = integrity.open(root)) {
      TestGraphs.settle(graph, "main", "Bob", "Rome");
      graph.engine().handles().clear();
      Files.move(table, aside);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> TestGraphs.people(graph, ReadTarget.MAIN))
            .isInstanceOf(GraphException.class);
        assertThatThrownBy(() -> TestGraphs.setAge(graph, "main", "Ada", 5))
            .isInstanceOf(GraphException.class);
        TestGraphs.addEvent(graph, "main", "another table " + i);
      }
      if (Files.exists(table)) {
        GraphTemplates.deleteTree(table);
      }
      Files.move(aside, table);
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Bob");
      TestGraphs.setAge(graph, "main", "Ada", 6);
      assertThat(TestGraphs.ids(graph, "main", TestGraphs.EVENTS)).hasSize(3);
    }
  }
}
