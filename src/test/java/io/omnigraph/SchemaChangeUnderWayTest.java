package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.manifest.TablePaths;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultInjector;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.testing.CallInterceptor;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.testing.StepFaults.Effect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Schema changes that others meet half-way: writers, other changes, the death of the process. */
class SchemaChangeUnderWayTest extends SchemaChanges {

  @Test
  void a_write_prepared_for_the_old_schema_is_refused_and_works_when_repeated() throws Exception {
    StepFaults faults = new StepFaults();
    OmniGraph graph = graphs.watch(intercepted(faults));
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      StepFaults.Pause pause = faults.pauseNext(FaultPoint.STAGE_FILES);
      Future<?> write = threads.submit(() -> TestGraphs.addPerson(graph, "main", "Ada", 36));
      pause.awaitReached();
      apply(graph, TestGraphs.SCHEMA.replace("age: I32?", "age: I32?\n  nick: String?"));
      pause.release();
      assertThatThrownBy(write::get)
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(ConflictException.class)
          .hasMessageContaining("the schema of the branch changed");
    }
    TestGraphs.addPerson(graph, "main", "Ada", 36);
    assertThat(rows(graph, PEOPLE)).hasSize(1);
  }

  @Test
  void one_change_at_a_time_and_no_branch_is_made_meanwhile() throws Exception {
    StepFaults faults = new StepFaults();
    OmniGraph graph = graphs.watch(intercepted(faults));
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      StepFaults.Pause pause = faults.pauseNext(FaultPoint.CREATE_TABLE);
      Future<?> first = threads.submit(() -> apply(graph, TestGraphs.SCHEMA + "node X {}"));
      pause.awaitReached();
      assertThatThrownBy(() -> apply(graph, TestGraphs.SCHEMA + "node Y {}"))
          .isInstanceOf(ConflictException.class)
          .hasMessage("schema apply is already in progress");
      assertThatThrownBy(
              () ->
                  graph.createBranch(BranchName.of("dev"), BranchName.MAIN, WriteOptions.ANONYMOUS))
          .isInstanceOf(ConflictException.class)
          .hasMessage("`branch_create` is unavailable while schema apply is in progress");
      assertThat(rows(graph, PEOPLE)).isEmpty();
      pause.release();
      first.get();
    }
    assertThat(apply(graph, TestGraphs.SCHEMA + "node X {} node Y {}").applied()).isTrue();
  }

  @Test
  void writers_go_on_while_the_schema_grows() throws Exception {
    OmniGraph graph = graphs.init(root);
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch writing = new CountDownLatch(3);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      List<Future<Integer>> writers = new ArrayList<>();
      for (int w = 0; w < 3; w++) {
        int writer = w;
        writers.add(
            threads.submit(
                () -> {
                  int written = 0;
                  for (int n = 0; !stop.get() || n == 0; n++) {
                    try {
                      TestGraphs.addPerson(graph, "main", "w" + writer + "-" + n, n);
                      written++;
                    } catch (ConflictException e) {
                      assertThat(e.code()).isEqualTo("schema_changed");
                    }
                    writing.countDown();
                  }
                  return written;
                }));
      }
      writing.await();
      StringBuilder notes = new StringBuilder("age: I32?");
      for (int n = 0; n < 6; n++) {
        notes.append("\n  note").append(n).append(": String?");
        String wider = TestGraphs.SCHEMA.replace("age: I32?", notes) + "node N" + n + " {}";
        assertThat(apply(graph, wider).applied()).isTrue();
      }
      stop.set(true);
      int written = 0;
      for (Future<Integer> writer : writers) {
        written += writer.get();
      }
      assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).hasSize(written);
    }
    assertThat(TestGraphs.columns(graph, TestGraphs.PERSON)).contains("note0", "note5");
  }

  /** A process that does one more call, and none after it. */
  private static CallInterceptor dyingAfter(BiPredicate<String, String> last) {
    return new CallInterceptor() {
      private volatile boolean died;

      @Override
      public <T> T around(String operation, String target, Supplier<T> call) {
        if (died && !operation.equals("close")) {
          throw new NthCall.Died(operation);
        }
        T result = call.get();
        if (last.test(operation, target)) {
          died = true;
        }
        return result;
      }
    };
  }

  @Test
  void a_half_made_table_leaves_with_the_change_that_is_taken_back() {
    graphs.init(root).close();
    String wider = TestGraphs.SCHEMA + "node Late { k: String @key }";
    Path table = root.resolve(TablePaths.of(TableKey.node("Late")));
    CallInterceptor dead = dyingAfter((operation, target) -> operation.equals("create"));
    OmniGraph graph =
        graphs.root(
            TestEngine.open(GraphUri.local(root), TestEngine.FAST, FaultInjector.NONE, dead),
            TestEngine.FAST);
    assertThatThrownBy(() -> apply(graph, wider)).isInstanceOf(NthCall.Died.class);
    assertThatThrownBy(graph::close).isInstanceOf(Throwable.class);
    assertThat(table).exists();
    try (OmniGraph again = TestGraphs.open(root)) {
      assertThat(table).doesNotExist();
      assertThat(root.resolve("_schema.pg.staging")).doesNotExist();
      assertThat(again.schemaSource()).isEqualTo(TestGraphs.SCHEMA);
      assertThat(apply(again, wider).applied()).isTrue();
    }
  }

  @Test
  void a_death_after_the_publish_leaves_the_new_schema_and_its_text() {
    StepFaults faults = new StepFaults();
    OmniGraph graph = intercepted(faults);
    String wider = TestGraphs.SCHEMA + "node Late { k: String @key }";
    faults.next(FaultPoint.PUBLISH_COMMIT, Effect.DIE_AFTER);
    assertThatThrownBy(() -> apply(graph, wider)).isInstanceOf(StepFaults.Died.class);
    assertThatThrownBy(graph::close).isInstanceOf(Throwable.class);
    try (OmniGraph reader = OmniGraph.open(root.toString(), OpenOptions.readOnly())) {
      assertThat(reader.schemaSource()).isEqualTo(wider);
    }
    try (OmniGraph again = TestGraphs.open(root)) {
      assertThat(again.schemaSource()).isEqualTo(wider);
      assertThat(root.resolve("_schema.pg")).hasContent(wider);
      assertThat(root.resolve("_schema.pg.staging")).doesNotExist();
      TestGraphs.mutate(again, "main", "query q() { insert Late { k: \"x\" } }", Map.of());
    }
  }

  @Test
  void a_death_that_leaves_the_root_files_half_replaced_closes_the_graph_to_nobody() {
    graphs.init(root).close();
    String wider = TestGraphs.SCHEMA + "node Late { k: String @key }";
    CallInterceptor dead =
        dyingAfter((operation, target) -> operation.equals("put") && target.equals("_schema.pg"));
    OmniGraph graph =
        graphs.root(
            TestEngine.open(GraphUri.local(root), TestEngine.FAST, FaultInjector.NONE, dead),
            TestEngine.FAST);
    assertThatThrownBy(() -> apply(graph, wider)).isInstanceOf(NthCall.Died.class);
    assertThatThrownBy(graph::close).isInstanceOf(Throwable.class);
    assertThat(root.resolve("_schema.pg")).hasContent(wider);
    assertThat(root.resolve("_schema.pg.staging")).exists();
    try (OmniGraph reader = OmniGraph.open(root.toString(), OpenOptions.readOnly())) {
      assertThat(reader.schemaSource()).isEqualTo(wider);
      assertThat(reader.snapshot(ReadTarget.MAIN).find(TableKey.node("Late"))).isPresent();
    }
    TestGraphs.open(root).close();
    assertThat(root.resolve("_schema.pg.staging")).doesNotExist();
    try (OmniGraph reader = OmniGraph.open(root.toString(), OpenOptions.readOnly())) {
      assertThat(reader.schemaSource()).isEqualTo(wider);
    }
  }

  @Test
  void the_lock_that_another_writer_left_is_removed_at_opening() {
    OmniGraph graph = graphs.init(root);
    BranchName lock = new BranchName("__schema_apply_lock__");
    try (var manifest =
        graph
            .engine()
            .settings()
            .storage()
            .openHead(io.omnigraph.storage.TableAddress.main("__manifest"))) {
      graph.engine().settings().storage().fork(manifest, lock).close();
    }
    assertThatThrownBy(() -> apply(graph, TestGraphs.SCHEMA + "node X {}"))
        .hasMessage("schema apply is already in progress");
    graph.close();
    OmniGraph again = graphs.open(root);
    assertThat(apply(again, TestGraphs.SCHEMA + "node X {}").applied()).isTrue();
  }
}
