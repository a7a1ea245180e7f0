package io.omnigraph;

import io.omnigraph.model.BranchName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A graph whose branches change at random, with a model of what each of them holds. Whatever fails
 * names the seed and the steps that led to it; {@code -Dseed=n} repeats one run, {@code
 * -Dsoak.factor=n} makes more.
 *
 * @param <M> the content of a branch
 */
final class RandomHistory<M> implements AutoCloseable {

  /** Makes steps. */
  final Random random;

  final Map<String, M> branches = new TreeMap<>();

  private final String root;
  private final long seed;
  private final List<String> log = new ArrayList<>();
  private OmniGraph graph;

  /**
   * @param main the model of an empty graph
   */
  RandomHistory(Path folder, String schema, long seed, M main) {
    this.seed = seed;
    this.random = new Random(seed);
    this.root = folder.resolve("g" + seed).toString();
    this.graph = OmniGraph.init(root, schema, false, TestGraphs.fast());
    branches.put("main", main);
  }

  static List<Long> seeds() {
    Long seed = Long.getLong("seed");
    List<Long> seeds = new ArrayList<>();
    for (long i = 1; i <= Integer.getInteger("soak.factor", 1); i++) {
      seeds.add(seed != null ? seed : i);
    }
    return seeds;
  }

  OmniGraph graph() {
    return graph;
  }

  M model(String branch) {
    return branches.get(branch);
  }

  String anyBranch() {
    return List.copyOf(branches.keySet()).get(random.nextInt(branches.size()));
  }

  /** Does something that may fail, and says after which steps it did. */
  void tell(Runnable test) {
    try {
      test.run();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ", steps " + log, e);
    }
  }

  /** Remembers a step, to be told if something fails. */
  void note(String step) {
    log.add(step);
  }

  /** A new branch of another, with the model given. */
  void createBranch(String name, String from, M model) {
    graph.createBranch(BranchName.of(name), BranchName.of(from), WriteOptions.ANONYMOUS);
    branches.put(name, model);
  }

  void reopen() {
    graph.close();
    graph = OmniGraph.open(root, TestGraphs.fast());
  }

  void forEachBranch(Consumer<String> use) {
    List.copyOf(branches.keySet()).forEach(use);
  }

  @Override
  public void close() {
    graph.close();
  }
}
