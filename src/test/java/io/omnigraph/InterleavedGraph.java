package io.omnigraph;

import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.read.naive.NaiveGraph;
import io.omnigraph.read.naive.RandomChanges;
import io.omnigraph.read.naive.RandomGraphs;
import io.omnigraph.read.naive.RandomSchema;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * A graph and what its branches and past commits should show, changed step by step: writes, schema
 * changes, branches, upkeep, cleanup, and being opened anew with another budget for caches.
 */
final class InterleavedGraph implements AutoCloseable {

  /** Nothing, less than one column of some tables, some of them, all. */
  private static final long[] CACHE_BYTES = {0, 64L << 10, 1L << 20, 64L << 20};

  private static final int MOST_BRANCHES = 4;

  /** Something that can be read, and what it should show. */
  record Shown(ReadTarget target, NaiveGraph model) {}

  private record Past(String branch, Shown shown) {}

  private final Path folder;
  private final SplittableRandom random;
  private final RandomChanges changes;
  private final Map<String, NaiveGraph> branches = new TreeMap<>();
  private final List<Past> past = new ArrayList<>();
  private final List<String> log = new ArrayList<>();
  private OmniGraph graph;
  private int names;
  private int removals;

  /** A graph with some content. */
  InterleavedGraph(Path folder, SplittableRandom random, boolean dense) {
    this.folder = folder;
    this.random = random;
    RandomGraphs graphs = new RandomGraphs(random, true);
    this.changes = new RandomChanges(random, graphs);
    NaiveGraph model = dense ? graphs.drawDense() : graphs.draw();
    changes.dropLooseEdges(model);
    for (int i = random.nextInt(4); i > 0; i--) {
      changes.dropProperty(model);
    }
    this.graph =
        OmniGraph.init(folder.toString(), RandomSchema.text(model.kinds), false, options());
    branches.put("main", model);
    load("main", changes.records(model), LoadMode.APPEND);
  }

  private OpenOptions options() {
    long bytes = CACHE_BYTES[random.nextInt(CACHE_BYTES.length)];
    log.add("opened with " + bytes + " bytes of cache");
    return OpenOptions.readWrite().withDurability(OpenOptions.Durability.OS).withCacheBytes(bytes);
  }

  OmniGraph graph() {
    return graph;
  }

  /** What was done so far, the newest last. */
  List<String> log() {
    return log;
  }

  /** The head of some branch. */
  Shown head() {
    List<String> names = List.copyOf(branches.keySet());
    String branch = names.get(random.nextInt(names.size()));
    return new Shown(new ReadTarget.Branch(BranchName.of(branch)), branches.get(branch).copy());
  }

  /** Some commit that was a head once, or a head. */
  Shown past() {
    return past.isEmpty() ? head() : past.get(random.nextInt(past.size())).shown();
  }

  /** Says that a commit cannot be read any more. */
  void forget(ReadTarget target) {
    past.removeIf(p -> p.shown().target().equals(target));
  }

  /** How often branches or parts of the past were removed. */
  int removals() {
    return removals;
  }

  /**
   * Changes something at random.
   *
   * @param beingRead the graph stays open
   */
  void step(boolean beingRead) throws InterruptedException {
    List<String> names = List.copyOf(branches.keySet());
    String branch = names.get(random.nextInt(names.size()));
    switch (random.nextInt(24)) {
      case 0 -> createBranch(branch);
      case 1 -> deleteBranch(branch);
      case 2 -> optimize(branch);
      case 3 -> ensureIndices(branch);
      case 4 -> {
        if (!beingRead) {
          reopen();
        }
      }
      case 5, 6 -> changeSchema();
      case 7 -> cleanUp();
      case 8, 9, 10 -> mutate(branch, changes.delete(branches.get(branch)));
      case 11, 12, 13 -> mutate(branch, changes.update(branches.get(branch)));
      case 14, 15 -> mutate(branch, changes.insert(branches.get(branch)));
      case 16 -> load(branch, changes.overwrite(branches.get(branch)), LoadMode.OVERWRITE);
      default -> load(branch, changes.merge(branches.get(branch)), LoadMode.MERGE);
    }
    if (random.nextBoolean()) {
      graph.engine().queries().awaitIdle();
    }
  }

  private void load(String branch, List<String> records, LoadMode mode) {
    log.add("load %s into %s: %s".formatted(mode, branch, records));
    if (records.isEmpty()) {
      return;
    }
    graph.load(
        new ByteArrayInputStream(String.join("\n", records).getBytes(StandardCharsets.UTF_8)),
        mode,
        BranchName.of(branch),
        null,
        WriteOptions.ANONYMOUS);
    remember(branch);
  }

  private void mutate(String branch, RandomChanges.Mutation mutation) {
    log.add("on %s %s %s".formatted(branch, mutation.source(), mutation.params()));
    graph.mutate(
        mutation.source(), null, mutation.params(), BranchName.of(branch), WriteOptions.ANONYMOUS);
    remember(branch);
  }

  /** The head of a branch is a commit that can be read later. */
  private void remember(String branch) {
    CommitId head = graph.snapshot(new ReadTarget.Branch(BranchName.of(branch))).head();
    forget(new ReadTarget.Commit(head));
    past.add(new Past(branch, new Shown(new ReadTarget.Commit(head), branches.get(branch).copy())));
  }

  private void createBranch(String from) {
    if (branches.size() < MOST_BRANCHES) {
      String name = "b" + names++ % 6;
      if (!branches.containsKey(name)) {
        log.add("create branch " + name + " from " + from);
        graph.createBranch(BranchName.of(name), BranchName.of(from), WriteOptions.ANONYMOUS);
        branches.put(name, branches.get(from).copy());
      }
    }
  }

  private void deleteBranch(String name) {
    if (name.equals("main")) {
      return;
    }
    log.add("delete branch " + name);
    removals++;
    try {
      graph.deleteBranch(BranchName.of(name), WriteOptions.ANONYMOUS);
    } catch (ConflictException e) {
      return; // other branches were made from it
    }
    branches.remove(name);
    past.removeIf(p -> p.branch().equals(name));
  }

  private void optimize(String branch) {
    log.add("optimize " + branch);
    graph.optimize(BranchName.of(branch));
  }

  private void ensureIndices(String branch) {
    log.add("ensure indices of " + branch);
    graph.ensureIndices(BranchName.of(branch), 1);
  }

  private void reopen() {
    graph.close();
    graph = OmniGraph.open(folder.toString(), options());
  }

  private void cleanUp() {
    int kept = random.nextInt(1, 6);
    log.add("clean up all but " + kept);
    removals++;
    graph.cleanup(new CleanupPolicy(kept, null), false);
  }

  /** Properties come at any time; they go only if there are no branches. */
  private void changeSchema() {
    NaiveGraph main = branches.get("main");
    boolean changed =
        random.nextBoolean() && branches.size() == 1
            ? changes.dropProperty(main)
            : changes.addProperty(main);
    if (changed) {
      String source = RandomSchema.text(main.kinds);
      log.add("schema " + main.kinds);
      graph.applySchema(source, false, WriteOptions.ANONYMOUS);
      remember("main");
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
