package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.CommitEvent;
import io.omnigraph.commit.CommitListener;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.commit.ReferenceEvent;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ManifestConflictException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.PreconditionFailedException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.Receipt;
import io.omnigraph.testing.StepFaults;
import io.omnigraph.write.MutationCounts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class LaneConcurrencyTest {

  @TempDir Path root;
  @RegisterExtension final GraphIntegrityExtension integrity = new GraphIntegrityExtension();

  private final StepFaults faults = new StepFaults();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<CommitEvent> events = new CopyOnWriteArrayList<>();
  private final List<ReferenceEvent> references = new CopyOnWriteArrayList<>();

  @AfterEach
  void stop() {
    faults.clear();
    threads.shutdownNow();
  }

  private OmniGraph graph() {
    integrity.init(root).close();
    CommitListener listener =
        new CommitListener() {
          @Override
          public void onCommit(CommitEvent event) {
            events.add(event);
          }

          @Override
          public void onReference(ReferenceEvent event) {
            references.add(event);
          }
        };
    EngineSettings settings =
        TestEngine.settings(GraphUri.local(root), TestEngine.FAST).withFaults(faults);
    return integrity.watch(
        TestEngine.open(
            settings, TestGraphs.fast().withListener(listener).withGraphName("social")));
  }

  @Test
  void eight_writers_make_one_linear_chain_and_lose_nothing() throws Exception {
    OmniGraph graph = graph();
    List<Callable<Receipt<MutationCounts>>> writes = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String name = "p" + i;
      writes.add(() -> TestGraphs.addPerson(graph, "main", name, 1));
    }
    ExecutorService eight = Executors.newFixedThreadPool(8);
    List<Future<Receipt<MutationCounts>>> done = eight.invokeAll(writes);
    eight.shutdown();
    for (Future<Receipt<MutationCounts>> write : done) {
      assertThat(write.get().result().affectedNodes()).isEqualTo(1);
    }

    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).hasSize(40);
    assertThat(graph.commits(BranchName.MAIN, -1, null)).hasSizeBetween(2, 41);
    graph.engine().lanes().heal(BranchName.MAIN);
    List<GraphCommit> log = new ArrayList<>(graph.engine().log().after(BranchName.MAIN, 1));
    assertThat(events.stream().map(CommitEvent::commit)).containsExactlyElementsOf(log);
    assertThat(events).allMatch(e -> e.graph().equals("social"));
  }

  @Test
  void what_waits_for_the_committer_shares_the_next_commit_and_keeps_its_own_counts()
      throws Exception {
    OmniGraph graph = graph();
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.PUBLISH_COMMIT);
    Future<Receipt<MutationCounts>> first = write(() -> add(graph, "first", null));
    pause.awaitReached();
    List<Future<Receipt<MutationCounts>>> waiting = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      String name = "w" + i;
      waiting.add(write(() -> add(graph, name, null)));
    }
    Future<Receipt<MutationCounts>> three =
        write(() -> TestGraphs.settle(graph, "main", "Eve", "Rome"));
    Future<Receipt<MutationCounts>> other = write(() -> add(graph, "other", new ActorId("eve")));
    awaitWaiting(graph, 7);
    pause.release();

    CommitId shared = waiting.get(0).get().commit().id();
    for (Future<Receipt<MutationCounts>> write : waiting) {
      assertThat(write.get().commit().id()).isEqualTo(shared);
      assertThat(write.get().result()).isEqualTo(new MutationCounts(1, 0));
    }
    assertThat(three.get().commit().id()).isEqualTo(shared);
    assertThat(three.get().result()).isEqualTo(new MutationCounts(2, 1));
    assertThat(first.get().commit().id()).isNotEqualTo(shared);
    assertThat(other.get().commit().id()).isNotEqualTo(shared);
    assertThat(other.get().commit().actor()).isEqualTo(new ActorId("eve"));
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).hasSize(8);
  }

  @Test
  void with_a_group_limit_of_one_every_write_has_a_commit_of_its_own() throws Exception {
    try (OmniGraph graph =
        OmniGraph.init(
            root.resolve("ungrouped").toString(),
            "node Person { name: String @key  age: I32? }",
            false,
            OpenOptions.readWrite().withDurability(OpenOptions.Durability.OS).withGroupLimit(1))) {
      List<Callable<Receipt<MutationCounts>>> writes = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        String insert = "query add() { insert Person { name: \"p%d\" } }".formatted(i);
        writes.add(
            () -> graph.mutate(insert, null, Map.of(), BranchName.MAIN, WriteOptions.ANONYMOUS));
      }
      ExecutorService twelve = Executors.newFixedThreadPool(12);
      List<Future<Receipt<MutationCounts>>> done = twelve.invokeAll(writes);
      twelve.shutdown();
      List<CommitId> commits = new ArrayList<>();
      for (Future<Receipt<MutationCounts>> write : done) {
        commits.add(write.get().commit().id());
      }

      assertThat(commits).doesNotHaveDuplicates();
      assertThat(graph.commits(BranchName.MAIN, -1, null)).hasSize(13);
    }
  }

  @Test
  void two_updates_of_one_row_on_one_base_give_one_success_and_one_conflict() throws Exception {
    OmniGraph graph = graph();
    add(graph, "Ada", null);
    long base = graph.snapshot(ReadTarget.MAIN).table(TestGraphs.PERSON).version();
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.STAGE_FILES);
    Future<Receipt<MutationCounts>> slow = write(() -> TestGraphs.setAge(graph, "main", "Ada", 2));
    pause.awaitReached();
    TestGraphs.setAge(graph, "main", "Ada", 3);
    pause.release();

    assertThatThrownBy(slow::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOf(ManifestConflictException.class)
        .hasMessage(
            "stale view of 'node:Person': expected manifest table version "
                + base
                + " but current is "
                + (base + 1)
                + " - refresh and retry");
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).isEqualTo(Map.of("Ada", 3L));
    TestGraphs.setAge(graph, "main", "Ada", 4);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).isEqualTo(Map.of("Ada", 4L));
  }

  @Test
  void an_insert_on_an_old_base_is_not_prepared_again_when_nothing_it_touched_moved()
      throws Exception {
    OmniGraph graph = graph();
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.STAGE_FILES);
    Future<Receipt<MutationCounts>> slow = write(() -> add(graph, "slow", null));
    pause.awaitReached();
    add(graph, "quick", null);
    faults.next(FaultPoint.PREPARE, StepFaults.Effect.FAIL_BEFORE);
    pause.release();

    assertThat(slow.get().result()).isEqualTo(new MutationCounts(1, 0));
    assertThat(faults.met()).doesNotContain(FaultPoint.PREPARE);
    faults.clear();
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("slow", "quick");
  }

  @Test
  void two_upserts_of_one_new_key_on_one_base_leave_one_row() throws Exception {
    OmniGraph graph = graph();
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.STAGE_FILES);
    Future<Receipt<MutationCounts>> slow =
        write(() -> TestGraphs.addPerson(graph, "main", "Ada", 1));
    pause.awaitReached();
    TestGraphs.addPerson(graph, "main", "Ada", 2);
    pause.release();

    slow.get();
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).isEqualTo(Map.of("Ada", 1L));
  }

  @Test
  void an_edge_to_a_node_that_was_deleted_meanwhile_is_refused() throws Exception {
    OmniGraph graph = graph();
    add(graph, "Ada", null);
    add(graph, "Bob", null);
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.STAGE_FILES);
    Future<Receipt<MutationCounts>> edge =
        write(() -> TestGraphs.know(graph, "main", "Ada", "Bob"));
    pause.awaitReached();
    TestGraphs.deletePerson(graph, "main", "Bob");
    pause.release();

    assertThatThrownBy(edge::get).cause().hasMessageContaining("Bob");
    assertThat(TestGraphs.ids(graph, "main", TestGraphs.KNOWS)).isEmpty();
  }

  @Test
  void a_deletion_conflicts_with_an_edge_that_appeared_meanwhile() throws Exception {
    OmniGraph graph = graph();
    add(graph, "Ada", null);
    add(graph, "Bob", null);
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.STAGE_TRANSACTION);
    Future<Receipt<MutationCounts>> edge =
        write(() -> TestGraphs.know(graph, "main", "Ada", "Bob"));
    pause.awaitReached();
    Future<Receipt<MutationCounts>> deletion =
        write(() -> TestGraphs.deletePerson(graph, "main", "Bob"));
    awaitWaiting(graph, 1);
    pause.release();

    assertThat(edge.get().result()).isEqualTo(new MutationCounts(0, 1));
    assertThatThrownBy(deletion::get).cause().isInstanceOf(ManifestConflictException.class);
    TestGraphs.deletePerson(graph, "main", "Bob");
    assertThat(TestGraphs.ids(graph, "main", TestGraphs.KNOWS)).isEmpty();
  }

  @Test
  void a_condition_on_the_head_holds_or_nothing_is_written() {
    OmniGraph graph = graph();
    CommitId head = add(graph, "Ada", null).commit().id();
    WriteOptions onHead = new WriteOptions(null, head, null);
    CommitId next = TestGraphs.addPerson(graph, "main", "Bob", 1, onHead).commit().id();

    assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Cid", 1, onHead))
        .isInstanceOf(PreconditionFailedException.class)
        .satisfies(
            e ->
                assertThat(((PreconditionFailedException) e).context())
                    .isEqualTo(Map.of("expected", head.value(), "actual", next.value())));
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "Bob");
  }

  @Test
  void a_repeated_request_with_the_same_key_is_done_once_also_after_reopening() {
    OmniGraph graph = graph();
    WriteOptions keyed = new WriteOptions(new ActorId("ada"), null, "k1");
    Receipt<MutationCounts> first = TestGraphs.addPerson(graph, "main", "Ada", 1, keyed);
    Receipt<MutationCounts> again = TestGraphs.addPerson(graph, "main", "Ada", 1, keyed);

    assertThat(first.replayed()).isFalse();
    assertThat(again)
        .isEqualTo(
            new Receipt<>(first.operationId(), first.commit(), new MutationCounts(1, 0), true));
    assertThatThrownBy(() -> TestGraphs.addPerson(graph, "main", "Bob", 1, keyed))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("used for another request");
    assertThat(
            TestGraphs.addPerson(
                    graph, "main", "Bob", 1, new WriteOptions(new ActorId("bob"), null, "k1"))
                .replayed())
        .isFalse();
    graph.close();
    try (OmniGraph reopened = TestGraphs.open(root)) {
      assertThat(TestGraphs.addPerson(reopened, "main", "Ada", 1, keyed))
          .isEqualTo(
              new Receipt<>(first.operationId(), first.commit(), new MutationCounts(1, 0), true));
    }
  }

  @Test
  void the_same_key_sent_twice_at_once_is_done_once() throws Exception {
    OmniGraph graph = graph();
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.PUBLISH_COMMIT);
    Future<Receipt<MutationCounts>> blocker = write(() -> add(graph, "first", null));
    pause.awaitReached();
    WriteOptions keyed = new WriteOptions(null, null, "k1");
    List<Future<Receipt<MutationCounts>>> twins = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      twins.add(write(() -> TestGraphs.addPerson(graph, "main", "Ada", 1, keyed)));
    }
    awaitWaiting(graph, 3);
    pause.release();
    blocker.get();

    List<Boolean> replayed = new ArrayList<>();
    for (Future<Receipt<MutationCounts>> twin : twins) {
      replayed.add(twin.get().replayed());
    }
    assertThat(replayed).containsExactlyInAnyOrder(false, true, true);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada", "first");
  }

  @Test
  void an_operation_without_effect_makes_no_commit() {
    OmniGraph graph = graph();
    Receipt<MutationCounts> nothing = TestGraphs.deletePerson(graph, "main", "nobody");

    assertThat(nothing.commit()).isNull();
    assertThat(nothing.result()).isEqualTo(new MutationCounts(0, 0));
    assertThat(graph.commits(BranchName.MAIN, -1, null)).hasSize(1);
    assertThat(events).isEmpty();
  }

  @Test
  void a_caller_that_is_interrupted_waits_for_its_write() throws Exception {
    OmniGraph graph = graph();
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.TABLE_COMMIT);
    List<Boolean> interrupted = new CopyOnWriteArrayList<>();
    Thread caller =
        new Thread(
            () -> {
              add(graph, "Ada", null);
              interrupted.add(Thread.currentThread().isInterrupted());
            });
    caller.start();
    pause.awaitReached();
    caller.interrupt();
    pause.release();
    caller.join();

    assertThat(interrupted).containsExactly(true);
    assertThat(TestGraphs.people(graph, ReadTarget.MAIN)).containsOnlyKeys("Ada");
  }

  @Test
  void a_write_that_waits_while_its_branch_is_deleted_finds_no_branch() throws Exception {
    OmniGraph graph = graph();
    BranchName dev = BranchName.of("dev");
    graph.createBranch(dev, BranchName.MAIN, WriteOptions.ANONYMOUS);
    StepFaults.Pause pause = faults.pauseNext(FaultPoint.BRANCH_DELETE);
    Future<Boolean> deletion =
        threads.submit(
            () -> {
              graph.deleteBranch(dev, WriteOptions.ANONYMOUS);
              return true;
            });
    pause.awaitReached();
    Future<Receipt<MutationCounts>> write =
        write(() -> TestGraphs.addPerson(graph, "dev", "Ada", 1));
    awaitWaiting(graph, dev, 1);
    pause.release();

    assertThat(deletion.get()).isTrue();
    assertThatThrownBy(write::get).cause().isInstanceOf(NotFoundException.class);
    graph.createBranch(dev, BranchName.MAIN, WriteOptions.ANONYMOUS);
    TestGraphs.addPerson(graph, "dev", "Bob", 1);
    assertThat(TestGraphs.people(graph, ReadTarget.branch("dev"))).containsOnlyKeys("Bob");
    assertThat(
            references.stream().map(r -> r.kind() + " " + r.branch()).collect(Collectors.toList()))
        .containsExactly("CREATED dev", "DELETED dev", "CREATED dev");
  }

  private static Receipt<MutationCounts> add(OmniGraph graph, String name, ActorId actor) {
    return TestGraphs.addPerson(graph, "main", name, 1, WriteOptions.by(actor));
  }

  private Future<Receipt<MutationCounts>> write(Callable<Receipt<MutationCounts>> write) {
    return threads.submit(write);
  }

  private static void awaitWaiting(OmniGraph graph, int count) throws InterruptedException {
    awaitWaiting(graph, BranchName.MAIN, count);
  }

  private static void awaitWaiting(OmniGraph graph, BranchName branch, int count)
      throws InterruptedException {
    for (int i = 0; i < 6_000; i++) {
      if (graph.engine().lanes().waiting(branch) == count) {
        return;
      }
      Thread.sleep(10);
    }
    throw new IllegalStateException(
        count + " operations never waited: " + graph.engine().lanes().waiting(branch));
  }
}
