package io.omnigraph.read.exec;

import io.omnigraph.read.access.EdgeAccess;
import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.access.OrdinalStream;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.ConditionCompiler;
import io.omnigraph.read.expr.RowTest;
import io.omnigraph.read.table.Neighbours;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the matches of a tree of single hops without listing them: delivers the nodes of the
 * tree's root, each with the number of rows it stands for. Works through every edge once per hop: a
 * node's number is the product, over its branches, of the sum of its neighbours' numbers.
 */
final class TreeCount extends Operator {

  /** A variable of the tree. */
  record Vertex(NodeAccess nodes, int slot, List<RowTest> tests, List<Branch> branches) {}

  /**
   * A hop between a vertex and one farther from the root.
   *
   * @param outgoing direction of the lists of the end where the hop was written to start
   * @param listsAtParent whether that end is the parent
   * @param everyEdge count edges; else distinct neighbours
   */
  record Branch(
      Vertex child, EdgeAccess edges, boolean outgoing, boolean listsAtParent, boolean everyEdge) {}

  /** Nodes between two looks at the clock. */
  private static final int CHECK_MASK = 0xFFFF;

  private final Vertex root;
  private final int slotCount;
  private long @Nullable [] weights;
  private int next;

  TreeCount(OperatorStats stats, QueryBudget budget, Vertex root, int slotCount) {
    super(stats, budget);
    this.root = root;
    this.slotCount = slotCount;
  }

  @Override
  @Nullable Chunk pull() {
    if (weights == null) {
      try {
        weights = weigh(root);
      } catch (ArithmeticException e) {
        throw Counts.overflow(e);
      }
    }
    int[] nodes = new int[Chunk.CAPACITY];
    long[] counts = new long[Chunk.CAPACITY];
    int count = 0;
    while (next < weights.length && count < Chunk.CAPACITY) {
      if (weights[next] != 0) {
        nodes[count] = next;
        counts[count++] = weights[next];
      }
      next++;
    }
    if (count == 0) {
      return null;
    }
    Chunk out = new Chunk(slotCount);
    out.slot(root.slot(), nodes);
    out.weights(counts);
    out.rows(count);
    return out;
  }

  private long[] weigh(Vertex vertex) {
    long[] own = null;
    for (Branch branch : vertex.branches()) {
      long[] message = message(vertex, branch);
      if (own == null) {
        own = message;
      } else {
        for (int n = 0; n < own.length; n++) {
          own[n] = own[n] == 0 ? 0 : Math.multiplyExact(own[n], message[n]);
        }
        release(message);
      }
    }
    return select(vertex, own);
  }

  /** Keeps the weights of live nodes that pass the vertex's tests; 1 each where none are given. */
  private long[] select(Vertex vertex, long @Nullable [] given) {
    long[] kept = reserve(vertex.nodes().ordinalLimit());
    int[] column = new int[Chunk.CAPACITY];
    try (OrdinalStream all = vertex.nodes().scan(List.of())) {
      for (int count = all.next(column); count >= 0; count = all.next(column)) {
        Chunk chunk = new Chunk(slotCount);
        chunk.slot(vertex.slot(), column);
        chunk.rows(count);
        ConditionCompiler.apply(vertex.tests(), chunk);
        for (int i = 0; i < chunk.rows(); i++) {
          int node = column[i];
          kept[node] = given == null ? 1 : node < given.length ? given[node] : 0;
        }
        budget().checkTime();
      }
    }
    if (given != null) {
      release(given);
    }
    return kept;
  }

  private long[] message(Vertex parent, Branch branch) {
    Neighbours lists = branch.edges().neighbours(branch.outgoing(), new int[0], 0);
    Vertex child = branch.child();
    boolean plain = child.branches().isEmpty() && child.tests().isEmpty();
    boolean distinct = !branch.everyEdge() && branch.edges().mayHaveParallelEdges();
    if (branch.listsAtParent() && plain && !distinct && child.nodes().allLive()) {
      return degrees(parent, lists);
    }
    long[] below = weigh(child);
    long[] sums = reserve(parent.nodes().ordinalLimit());
    if (branch.listsAtParent()) {
      pull(lists, below, sums, distinct);
    } else {
      push(lists, below, sums, distinct);
    }
    release(below);
    return sums;
  }

  private long[] degrees(Vertex parent, Neighbours lists) {
    long[] degrees = reserve(parent.nodes().ordinalLimit());
    for (int node = 0; node < degrees.length; node++) {
      degrees[node] = lists.degree(node);
    }
    return degrees;
  }

  private void pull(Neighbours lists, long[] below, long[] sums, boolean distinct) {
    int[] targets = lists.targets();
    for (int node = 0; node < sums.length; node++) {
      if ((node & CHECK_MASK) == 0) {
        budget().checkTime();
      }
      int begin = lists.begin(node);
      int end = lists.end(node);
      long sum = 0;
      for (int at = begin; at < end; at++) {
        if (!distinct || at == begin || targets[at] != targets[at - 1]) {
          sum = Math.addExact(sum, below[targets[at]]);
        }
      }
      sums[node] = sum;
    }
  }

  private void push(Neighbours lists, long[] below, long[] sums, boolean distinct) {
    int[] targets = lists.targets();
    for (int node = 0; node < below.length; node++) {
      if ((node & CHECK_MASK) == 0) {
        budget().checkTime();
      }
      long weight = below[node];
      if (weight == 0) {
        continue;
      }
      int begin = lists.begin(node);
      int end = lists.end(node);
      for (int at = begin; at < end; at++) {
        if (!distinct || at == begin || targets[at] != targets[at - 1]) {
          sums[targets[at]] = Math.addExact(sums[targets[at]], weight);
        }
      }
    }
  }

  private long[] reserve(int length) {
    budget().reserve(8L * length);
    return new long[length];
  }

  private void release(long[] array) {
    budget().release(8L * array.length);
  }

  @Override
  public void close() {
    weights = null;
  }

  /** A vertex under construction: branches are added while the plan is walked. */
  static Vertex vertex(NodeAccess nodes, int slot, List<RowTest> tests) {
    return new Vertex(nodes, slot, tests, new ArrayList<>());
  }
}
