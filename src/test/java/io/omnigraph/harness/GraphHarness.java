package io.omnigraph.harness;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.Receipt;
import io.omnigraph.write.LoadCounts;
import io.omnigraph.write.MutationCounts;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs random operations against a graph and the model and compares: the counts or the error of
 * each operation, and the content of the branch it touched; now and then of all branches and of
 * earlier commits. Everything follows from the seed.
 */
final class GraphHarness implements AutoCloseable {

  private static final String STALE = "precondition_failed";

  private final Path folder;
  private final OpenOptions options;
  private final RandomSteps steps;
  private final GraphModel model = new GraphModel();
  private final Map<String, GraphState> branches = new TreeMap<>();
  private final Map<String, CommitId> heads = new TreeMap<>();
  private final List<Map.Entry<CommitId, GraphState>> history = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private OmniGraph graph;

  /** A fresh graph in an empty folder. */
  GraphHarness(Path folder, long seed) {
    this.folder = folder;
    this.options = OpenOptions.readWrite().withDurability(OpenOptions.Durability.OS);
    this.steps = new RandomSteps(new SplittableRandom(seed));
    this.graph = OmniGraph.init(folder.toString(), HarnessSchema.SOURCE, false, options);
    branches.put("main", new GraphState());
    load(steps.firstLoad());
  }

  /** Runs one random step and compares. */
  void step() {
    Step step = steps.next(names(), history.size());
    log.add(step.toString());
    switch (step) {
      case Step.Mutate mutate -> mutate(mutate);
      case Step.Load load -> load(load);
      case Step.LoadFrom load -> loadFrom(load);
      case Step.Optimize optimize -> {
        graph.optimize(BranchName.of(optimize.branch()));
        upkeep(optimize.branch(), "optimize");
      }
      case Step.EnsureIndices ensure -> {
        graph.ensureIndices(BranchName.of(ensure.branch()), 1);
        upkeep(ensure.branch(), "ensure indices");
      }
      case Step.CreateBranch create -> createBranch(create);
      case Step.DeleteBranch delete -> deleteBranch(delete);
      case Step.TimeTravel travel -> {
        var then = history.get(travel.commit());
        assertThat(GraphContent.lines(graph, new ReadTarget.Commit(then.getKey()), then.getValue()))
            .as("content of commit %s", then.getKey())
            .isEqualTo(then.getValue().lines());
      }
      case Step.Reopen ignored -> {
        graph.close();
        graph = OmniGraph.open(folder.toString(), options);
        compareAll();
      }
    }
  }

  /** What was done so far, the newest last. */
  List<String> log() {
    return log;
  }

  /** How often each kind of write was accepted, and refused with which code. */
  Map<String, Integer> outcomes() {
    return outcomes;
  }

  /** Compares every branch. */
  void compareAll() {
    assertThat(graph.branches().stream().map(BranchName::value).toList())
        .containsExactlyInAnyOrderElementsOf(branches.keySet());
    branches.keySet().forEach(this::compare);
  }

  private List<String> names() {
    List<String> names = new ArrayList<>(branches.keySet());
    names.remove("main");
    names.addFirst("main");
    return names;
  }

  /** Upkeep changes no row, and is no change that a condition would see. */
  private void upkeep(String branch, String kind) {
    outcomes.merge(kind, 1, Integer::sum);
    compare(branch);
  }

  private void mutate(Step.Mutate mutate) {
    WriteOptions options =
        switch (mutate.condition()) {
          case NONE -> WriteOptions.ANONYMOUS;
          case HOLDS -> new WriteOptions(null, heads.get(mutate.branch()), null);
          case STALE -> new WriteOptions(null, staleHead(mutate.branch()), null);
        };
    write(
        mutate.kind(),
        mutate.branch(),
        options.expectedHead() != null
            && !options.expectedHead().equals(heads.get(mutate.branch())),
        () -> model.mutate(branches.get(mutate.branch()), mutate.statements()),
        () -> {
          Receipt<MutationCounts> receipt =
              graph.mutate(
                  mutate.source(), null, Map.of(), BranchName.of(mutate.branch()), options);
          return new Written(
              receipt, receipt.result().affectedNodes(), receipt.result().affectedEdges());
        });
  }

  /** Some commit that is not the newest, or no condition if there is none yet. */
  private @Nullable CommitId staleHead(String branch) {
    return history.stream()
        .map(Map.Entry::getKey)
        .filter(id -> !id.equals(heads.get(branch)))
        .findFirst()
        .orElse(null);
  }

  private void loadFrom(Step.LoadFrom load) {
    boolean made = !branches.containsKey(load.branch());
    GraphState base = branches.get(made ? load.from() : load.branch());
    if (made) {
      heads.put(load.branch(), heads.get(load.from()));
    }
    boolean published =
        write(
            "load from",
            load.branch(),
            false,
            () -> model.load(base, load.mode(), load.records()),
            () -> {
              Receipt<LoadCounts> receipt =
                  graph.load(
                      new ByteArrayInputStream(
                          new Step.Load(load.branch(), load.mode(), load.records())
                              .text()
                              .getBytes(StandardCharsets.UTF_8)),
                      load.mode(),
                      BranchName.of(load.branch()),
                      BranchName.of(load.from()),
                      WriteOptions.ANONYMOUS);
              return new Written(
                  receipt, sum(receipt.result().nodes()), sum(receipt.result().edges()));
            });
    if (made && !published) {
      // A load that made its branch and was refused leaves none.
      heads.remove(load.branch());
    }
    compareAll();
  }

  private void load(Step.Load load) {
    write(
        "load " + load.mode().word(),
        load.branch(),
        false,
        () -> model.load(branches.get(load.branch()), load.mode(), load.records()),
        () -> {
          Receipt<LoadCounts> receipt =
              graph.load(
                  new ByteArrayInputStream(load.text().getBytes(StandardCharsets.UTF_8)),
                  load.mode(),
                  BranchName.of(load.branch()),
                  null,
                  WriteOptions.ANONYMOUS);
          return new Written(receipt, sum(receipt.result().nodes()), sum(receipt.result().edges()));
        });
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  private record Written(Receipt<?> receipt, long nodes, long edges) {}

  /** Answers whether the write was accepted. */
  private boolean write(
      String kind,
      String branch,
      boolean stale,
      Supplier<GraphModel.Outcome> predicted,
      Supplier<Written> actual) {
    GraphModel.Outcome outcome = null;
    String refusal = stale ? STALE : null;
    try {
      outcome = predicted.get();
    } catch (GraphModel.Refused e) {
      refusal = e.getMessage();
    }
    boolean accepted = false;
    try {
      Written written = actual.get();
      assertThat(refusal).as("the engine accepted what breaks a rule").isNull();
      GraphModel.Outcome expected = java.util.Objects.requireNonNull(outcome);
      assertThat(List.of(written.nodes(), written.edges()))
          .as("counts of nodes and edges")
          .isEqualTo(List.of(expected.nodes(), expected.edges()));
      branches.put(branch, expected.state());
      outcomes.merge(kind, written.receipt().commit() == null ? 0 : 1, Integer::sum);
      if (written.receipt().commit() != null) {
        CommitId commit = written.receipt().commit().id();
        heads.put(branch, commit);
        history.add(Map.entry(commit, expected.state()));
      }
      accepted = true;
    } catch (GraphException e) {
      // Of a write that breaks a rule on a stale base either may be said.
      assertThat(e.code()).as("refusal: %s", e.getMessage()).isIn(refusal, stale ? STALE : refusal);
      outcomes.merge(e.code(), 1, Integer::sum);
    }
    if (branches.containsKey(branch)) {
      compare(branch);
    }
    return accepted;
  }

  private void createBranch(Step.CreateBranch create) {
    boolean exists = branches.containsKey(create.name());
    try {
      graph.createBranch(
          BranchName.of(create.name()), BranchName.of(create.from()), WriteOptions.ANONYMOUS);
      assertThat(exists).as("created a branch that exists").isFalse();
      branches.put(create.name(), branches.get(create.from()));
      heads.put(create.name(), heads.get(create.from()));
    } catch (GraphException e) {
      assertThat(exists).as("refused to create: %s", e.getMessage()).isTrue();
    }
    compare(create.name());
  }

  private void deleteBranch(Step.DeleteBranch delete) {
    boolean exists = branches.containsKey(delete.name());
    try {
      graph.deleteBranch(BranchName.of(delete.name()), WriteOptions.ANONYMOUS);
      assertThat(exists).as("deleted a branch that does not exist").isTrue();
      branches.remove(delete.name());
      heads.remove(delete.name());
      forgetUnreachable();
    } catch (GraphException e) {
      // A branch that others were made from stays until they are gone.
      assertThat(!exists || branches.size() > 2)
          .as("refused to delete: %s %s", e.code(), e.getMessage())
          .isTrue();
    }
    compareAll();
  }

  /** Commits that were made on deleted branches cannot be read any more. */
  private void forgetUnreachable() {
    history.removeIf(entry -> graph.commit(entry.getKey()).isEmpty());
  }

  private void compare(String branch) {
    GraphState expected = branches.get(branch);
    assertThat(GraphContent.lines(graph, ReadTarget.branch(branch), expected))
        .as("content of branch %s", branch)
        .isEqualTo(expected.lines());
  }

  @Override
  public void close() {
    graph.close();
  }
}
