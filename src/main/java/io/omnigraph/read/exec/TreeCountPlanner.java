package io.omnigraph.read.exec;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.query.plan.PlanNode.Direction;
import io.omnigraph.query.plan.PlanNode.Traversal;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.access.EdgeAccess;
import io.omnigraph.read.access.GraphAccess;
import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.ConditionCompiler;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds patterns whose rows an aggregation only counts: trees of single hops over resident tables,
 * of which at most one node variable is looked at above.
 */
final class TreeCountPlanner {

  private final PlanStudy study;
  private final GraphAccess graph;
  private final QueryBudget budget;
  private final ConditionCompiler conditions;
  private final boolean timed;

  TreeCountPlanner(
      PlanStudy study,
      GraphAccess graph,
      QueryBudget budget,
      ConditionCompiler conditions,
      boolean timed) {
    this.study = study;
    this.graph = graph;
    this.budget = budget;
    this.conditions = conditions;
    this.timed = timed;
  }

  /** The hops of a tree of single hops from one scan, and the scan. */
  private record Tree(PlanNode.NodeScan scan, List<PlanNode.Expand> hops) {}

  /**
   * @param needed the variables the aggregation looks at
   */
  private static Optional<Tree> tree(PlanNode pattern, Set<String> needed) {
    List<PlanNode.Expand> hops = new ArrayList<>();
    PlanNode node = pattern;
    while (node instanceof PlanNode.Expand expand) {
      if (!isCountable(expand.traversal(), needed)) {
        return Optional.empty();
      }
      hops.addFirst(expand);
      node = expand.input();
    }
    boolean counted =
        !hops.isEmpty()
            && needed.size() <= 1
            && node instanceof PlanNode.NodeScan scan
            && !isSelective(scan.conditions());
    return counted ? Optional.of(new Tree((PlanNode.NodeScan) node, hops)) : Optional.empty();
  }

  /** Whether a pattern has the shape that is counted here. */
  static boolean counts(PlanNode pattern, Set<String> needed) {
    return tree(pattern, needed).isPresent();
  }

  /**
   * The operator; empty if the pattern is of another shape, or its tables are not at hand.
   *
   * @param needed the variables the aggregation looks at
   */
  Optional<Operator> plan(PlanNode pattern, Set<String> needed) {
    return tree(pattern, needed)
        .flatMap(
            tree ->
                build(
                    tree.scan(),
                    tree.hops(),
                    needed.isEmpty() ? tree.scan().variable() : needed.iterator().next()));
  }

  private static boolean isCountable(Traversal traversal, Set<String> needed) {
    return traversal.minHops() == 1
        && traversal.maxHops() == 1
        && traversal.direction() != Direction.BOTH
        && (traversal.edgeVariable() == null || !needed.contains(traversal.edgeVariable()));
  }

  private Optional<Operator> build(
      PlanNode.NodeScan scan, List<PlanNode.Expand> hops, String rootName) {
    Map<String, TreeCount.Vertex> vertices = new HashMap<>();
    int hits = graph.cacheHits();
    int builds = graph.cacheMisses();
    Map<String, Link> links = new HashMap<>();
    NodeAccess start = graph.nodes(scan.nodeType());
    if (start.path() != AccessPath.RESIDENT) {
      return Optional.empty();
    }
    vertices.put(scan.variable(), vertex(scan.variable(), start, scan.conditions()));
    List<OperatorStats> steps = new ArrayList<>();
    for (PlanNode.Expand hop : hops) {
      NodeAccess nodes = graph.nodes(hop.toType());
      EdgeAccess edges = graph.edges(hop.traversal().edgeType());
      if (nodes.path() != AccessPath.RESIDENT
          || edges.path() != AccessPath.RESIDENT
          || !vertices.containsKey(hop.from())) {
        return Optional.empty();
      }
      vertices.put(hop.to(), vertex(hop.to(), nodes, hop.toConditions()));
      links.put(hop.to(), new Link(hop.from(), hop.traversal(), edges));
      steps.add(
          new OperatorStats(
                  "CountHop",
                  () ->
                      Describe.walk(hop.from(), hop.traversal(), hop.to())
                          + Describe.where(hop.toConditions()),
                  false)
              .via(edges.path().word(), edges::reason));
    }
    hang(rootName, vertices, links);
    OperatorStats stats =
        new OperatorStats("TreeCount", "rows are counted per $" + rootName, timed);
    stats.caches(graph.cacheHits() - hits, graph.cacheMisses() - builds);
    steps.forEach(stats::child);
    stats.child(
        new OperatorStats("NodeScan", () -> Describe.scan(scan), false)
            .via(start.path().word(), start::reason));
    return Optional.of(
        new TreeCount(
            stats,
            budget,
            java.util.Objects.requireNonNull(vertices.get(rootName)),
            study.slotCount()));
  }

  /** How a variable hangs on the one it was reached from. */
  private record Link(String from, Traversal traversal, EdgeAccess edges) {}

  private TreeCount.Vertex vertex(String name, NodeAccess nodes, List<Condition> tests) {
    return TreeCount.vertex(nodes, study.slot(name), conditions.compile(tests));
  }

  /** A pattern that starts from few nodes is small anyway. */
  static boolean isSelective(List<Condition> tests) {
    return tests.stream()
        .anyMatch(
            c ->
                c instanceof Condition.Text
                    || c instanceof Condition.Compare compare
                        && compare.operator() == Condition.Operator.EQ);
  }

  /** Turns the links so that all lead away from the root. */
  private static void hang(
      String rootName, Map<String, TreeCount.Vertex> vertices, Map<String, Link> links) {
    Map<String, String> parents = new HashMap<>();
    String child = rootName;
    for (Link link = links.get(child); link != null; link = links.get(child)) {
      parents.put(link.from(), child);
      child = link.from();
    }
    links.forEach(
        (to, link) -> {
          boolean turned = to.equals(parents.get(link.from()));
          TreeCount.Vertex far = vertices.get(turned ? link.from() : to);
          TreeCount.Vertex near = vertices.get(turned ? to : link.from());
          java.util.Objects.requireNonNull(near)
              .branches()
              .add(
                  new TreeCount.Branch(
                      java.util.Objects.requireNonNull(far),
                      link.edges(),
                      link.traversal().direction() == Direction.OUT,
                      !turned,
                      link.traversal().edgeVariable() != null));
        });
  }
}
