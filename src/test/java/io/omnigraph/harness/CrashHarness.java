package io.omnigraph.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.omnigraph.CrashableGraph;
import io.omnigraph.OmniGraph;
import io.omnigraph.WriteOptions;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.Receipt;
import io.omnigraph.storage.StorageOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Random operations on a graph of which every other one meets a broken storage call: it fails, its
 * answer is lost, or the process dies. Whatever is there afterwards must be what the model has
 * before the operation or after it, on every branch; what was acknowledged must be there, what was
 * refused must not. A write whose answer did not come is repeated under its key, which must end
 * with it done once. Everything follows from the seed.
 */
final class CrashHarness implements AutoCloseable {

  private final SplittableRandom random;
  private final RandomSteps steps;
  private final GraphModel model = new GraphModel();
  private final CrashableGraph graph;
  private final List<Map.Entry<CommitId, GraphState>> history = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final TreeSet<String> extras = new TreeSet<>();
  private World world;
  private int keys;
  private int names;

  CrashHarness(GraphUri root, StorageOptions options, long seed) {
    this.random = new SplittableRandom(seed);
    this.steps = new RandomSteps(random.split());
    this.graph = new CrashableGraph(root, options, HarnessSchema.SOURCE);
    this.world = new World(Map.of("main", new GraphState()), HarnessSchema.SOURCE);
    run(load(steps.firstLoad()));
  }

  List<String> log() {
    return log;
  }

  /** Whether some operation was not acknowledged because of what was broken. */
  boolean hasMetABreak() {
    return outcomes.keySet().stream().anyMatch(outcome -> outcome.endsWith(" broken"));
  }

  void step() {
    int dice = random.nextInt(100);
    if (dice < 6) {
      run(changeSchema());
    } else if (dice < 9) {
      run(
          unchanging(
              "cleanup",
              () -> open().cleanup(new CleanupPolicy(1 + random.nextInt(3), null), false)));
    } else {
      step(steps.next(branchNames(), history.size()));
    }
  }

  private void step(Step step) {
    log.add(step.toString());
    switch (step) {
      case Step.Mutate mutate -> run(mutation(mutate));
      case Step.Load load -> run(load(load));
      case Step.LoadFrom load -> run(loadFrom(load));
      case Step.Optimize optimize ->
          run(unchanging("optimize", () -> open().optimize(BranchName.of(optimize.branch()))));
      case Step.EnsureIndices ensure ->
          run(
              unchanging(
                  "ensure indices", () -> open().ensureIndices(BranchName.of(ensure.branch()), 1)));
      case Step.CreateBranch create -> run(createBranch(create));
      case Step.DeleteBranch delete -> run(deleteBranch(delete));
      case Step.TimeTravel travel -> travel(travel.commit());
      case Step.Reopen ignored -> {
        graph.stop();
        reopen();
        world = whichOf(List.of(world), "a stop");
      }
    }
  }

  private OmniGraph open() {
    return graph.graph();
  }

  private List<String> branchNames() {
    List<String> all = new ArrayList<>(world.branches().keySet());
    all.remove("main");
    all.addFirst("main");
    return all;
  }

  // ---- operations

  private WriteOptions key() {
    return new WriteOptions(null, null, "k" + keys++);
  }

  private @Nullable GraphState predicted(Supplier<GraphModel.Outcome> write) {
    try {
      return write.get().state();
    } catch (GraphModel.Refused e) {
      return null;
    }
  }

  private Operation mutation(Step.Mutate mutate) {
    GraphState base = world.branches().get(mutate.branch());
    GraphState state = predicted(() -> model.mutate(base, mutate.statements()));
    WriteOptions key = key();
    return new Operation(
        "mutation",
        state == null ? null : world.with(mutate.branch(), state),
        null,
        () ->
            remember(
                open().mutate(mutate.source(), null, Map.of(), BranchName.of(mutate.branch()), key),
                state),
        true);
  }

  private Operation load(Step.Load load) {
    GraphState base = world.branches().get(load.branch());
    GraphState state = predicted(() -> model.load(base, load.mode(), load.records()));
    return new Operation(
        "load " + load.mode().word(),
        state == null ? null : world.with(load.branch(), state),
        null,
        loading(load, null, state),
        true);
  }

  private Operation loadFrom(Step.LoadFrom load) {
    boolean makes = !world.branches().containsKey(load.branch());
    GraphState base = world.branches().get(makes ? load.from() : load.branch());
    GraphState state = predicted(() -> model.load(base, load.mode(), load.records()));
    // Making the branch is a step of its own, which a death may leave.
    return new Operation(
        "load from",
        state == null ? null : world.with(load.branch(), state),
        makes ? world.with(load.branch(), base) : null,
        loading(
            new Step.Load(load.branch(), load.mode(), load.records()),
            BranchName.of(load.from()),
            state),
        true);
  }

  private Supplier<@Nullable Receipt<?>> loading(
      Step.Load load, @Nullable BranchName from, @Nullable GraphState state) {
    WriteOptions key = key();
    byte[] text = load.text().getBytes(StandardCharsets.UTF_8);
    return () ->
        remember(
            open()
                .load(
                    new ByteArrayInputStream(text),
                    load.mode(),
                    BranchName.of(load.branch()),
                    from,
                    key),
            state);
  }

  private Receipt<?> remember(Receipt<?> receipt, @Nullable GraphState state) {
    GraphCommit commit = receipt.commit();
    if (commit != null && state != null && !receipt.replayed()) {
      history.add(Map.entry(commit.id(), state));
    }
    return receipt;
  }

  /** Changes files, but nothing that anybody sees. */
  private Operation unchanging(String kind, Runnable act) {
    log.add(kind);
    return new Operation(kind, world, null, receiptless(act), false);
  }

  private static Supplier<@Nullable Receipt<?>> receiptless(Runnable act) {
    return () -> {
      act.run();
      return null;
    };
  }

  private Operation createBranch(Step.CreateBranch create) {
    boolean exists = world.branches().containsKey(create.name());
    return new Operation(
        "create branch",
        exists ? null : world.with(create.name(), world.branches().get(create.from())),
        null,
        receiptless(
            () ->
                open()
                    .createBranch(
                        BranchName.of(create.name()),
                        BranchName.of(create.from()),
                        WriteOptions.ANONYMOUS)),
        false);
  }

  private Operation deleteBranch(Step.DeleteBranch delete) {
    boolean exists = world.branches().containsKey(delete.name());
    return new Operation(
        "delete branch",
        exists ? world.without(delete.name()) : null,
        null,
        receiptless(
            () -> open().deleteBranch(BranchName.of(delete.name()), WriteOptions.ANONYMOUS)),
        false);
  }

  /** Adds a type or a property that no row uses, or drops one that was added so. */
  private Operation changeSchema() {
    TreeSet<String> changed = new TreeSet<>(extras);
    if (!extras.isEmpty() && random.nextInt(3) == 0) {
      changed.remove(extras.first());
    } else {
      changed.add((random.nextBoolean() ? "Type" : "prop") + names++);
    }
    boolean onlyMain = world.branches().size() == 1;
    boolean adds = changed.size() > extras.size();
    String source = schema(changed);
    log.add("change schema to " + changed);
    return new Operation(
        "change schema",
        adds || onlyMain ? new World(world.branches(), source) : null,
        null,
        receiptless(
            () -> {
              open().applySchema(source, true, WriteOptions.ANONYMOUS);
              extras.clear();
              extras.addAll(changed);
            }),
        false);
  }

  private static String schema(TreeSet<String> extras) {
    StringBuilder types = new StringBuilder();
    StringBuilder properties = new StringBuilder();
    for (String extra : extras) {
      if (extra.startsWith("Type")) {
        types.append("node ").append(extra).append(" { x: I32? }\n");
      } else {
        properties.append(' ').append(extra).append(": String?");
      }
    }
    return HarnessSchema.SOURCE.replace("label: String }", "label: String" + properties + " }")
        + types;
  }

  // ---- doing them

  private void run(Operation operation) {
    World before = world;
    boolean broken = random.nextInt(2) == 0;
    CrashableGraph.Break how =
        CrashableGraph.Break.values()[random.nextInt(CrashableGraph.Break.values().length)];
    int call = 1 + random.nextInt(random.nextInt(4) == 0 ? 60 : 14);
    if (broken) {
      log.add("  with " + how + " at call " + call);
      graph.arm(call, how);
    }
    boolean acknowledged = false;
    @Nullable GraphException error = null;
    try {
      operation.act().get();
      acknowledged = true;
    } catch (GraphException e) {
      error = e;
    } catch (RuntimeException | Error e) {
      if (!CrashableGraph.isDeath(e)) {
        throw e;
      }
    }
    boolean hit = graph.disarm();
    log.add("  " + (acknowledged ? "done" : error == null ? "died" : error.toString()));
    if (!hit || acknowledged) {
      assertThat(acknowledged ? "accepted" : "refused: " + error)
          .as("what breaks no rule is accepted, and only that: %s", operation.kind())
          .matches(operation.answer());
    }
    if (graph.isDead()) {
      graph.bury();
      reopen();
    }
    List<World> possible = operation.possible(before, acknowledged, error);
    world = whichOf(possible, operation.kind() + " with " + how + " at call " + call);
    count(operation.kind() + (acknowledged ? " done" : hit ? " broken" : " refused"));
    if (hit && !acknowledged && operation.keyed() && operation.after() != null) {
      repeat(operation, before);
    }
    syncExtras();
  }

  private void repeat(Operation operation, World before) {
    World after = Objects.requireNonNull(operation.after());
    boolean wasDone = world.hasRowsOf(after);
    @Nullable Receipt<?> again = operation.act().get();
    // What writes rows as they were cannot be told from what was never done.
    if (again != null && again.commit() != null && wasDone && !before.hasRowsOf(after)) {
      assertThat(again.replayed()).as("%s: a repetition is told so", operation.kind()).isTrue();
    }
    world = whichOf(List.of(after), "the repetition of " + operation.kind());
    count(wasDone ? "repeated: was done" : "repeated: was not done");
  }

  private void reopen() {
    int tries = random.nextInt(3);
    for (int i = 0; i < tries; i++) {
      int call = 1 + random.nextInt(25);
      log.add("  the next process dies at call " + call);
      if (graph.reopen(call)) {
        count("reopened although broken");
        return;
      }
      count("died while reopening");
    }
    assertThat(graph.reopen(0)).isTrue();
  }

  private void travel(int index) {
    var then = history.get(index);
    try {
      assertThat(GraphContent.lines(open(), new ReadTarget.Commit(then.getKey()), then.getValue()))
          .as("content of commit %s", then.getKey())
          .isEqualTo(then.getValue().lines());
      count("travelled");
    } catch (GoneException e) {
      count("travelled to what was cleaned up");
    } catch (GraphException e) {
      // It was made on a branch that is gone.
      assertThat(open().commit(then.getKey())).as("%s", e).isEmpty();
    }
  }

  private void syncExtras() {
    extras.clear();
    for (int i = 0; i < names; i++) {
      for (String extra : List.of("Type" + i, "prop" + i)) {
        if (world.schema().matches("(?s).*\\b" + extra + "\\b.*")) {
          extras.add(extra);
        }
      }
    }
  }

  private void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  // ---- looking

  /** The one of several worlds that the graph shows. */
  private World whichOf(List<World> possible, String story) {
    List<String> reasons = new ArrayList<>();
    for (World candidate : possible) {
      String reason = candidate.difference(open());
      if (reason == null) {
        return candidate;
      }
      reasons.add(reason);
    }
    return fail(
        "after "
            + story
            + " the graph shows neither of "
            + possible.size()
            + " possible states:\n"
            + String.join("\n", reasons));
  }

  /** Compares files with each other. */
  void check() {
    graph.check();
    world = whichOf(List.of(world), "opening again");
  }

  @Override
  public void close() {
    graph.close();
  }
}
