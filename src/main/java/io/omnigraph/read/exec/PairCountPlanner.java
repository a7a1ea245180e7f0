package io.omnigraph.read.exec;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode.Traversal;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.access.EdgeAccess;
import io.omnigraph.read.access.GraphAccess;
import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Cells.Kind;
import io.omnigraph.read.expr.ConditionCompiler;
import io.omnigraph.read.expr.Operand;
import io.omnigraph.read.expr.OperandCompiler;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Builds the operator of a {@link PairShape}, if all its tables are resident. */
final class PairCountPlanner {

  private static final int NONE = -1;

  private final PlanStudy study;
  private final GraphAccess graph;
  private final QueryBudget budget;
  private final ConditionCompiler conditions;
  private final OperandCompiler operands;
  private final boolean timed;

  PairCountPlanner(
      PlanStudy study, GraphAccess graph, QueryBudget budget, QueryScope scope, boolean timed) {
    this.study = study;
    this.graph = graph;
    this.budget = budget;
    this.conditions = new ConditionCompiler(scope);
    this.operands = new OperandCompiler(scope);
    this.timed = timed;
  }

  /**
   * The operator; empty if the pattern is of another shape, or its tables are not at hand.
   *
   * @param needed the variables the aggregation looks at
   */
  Optional<Operator> plan(Set<String> needed) {
    PairShape shape = study.pairs();
    if (shape == null) {
      return Optional.empty();
    }
    int hits = graph.cacheHits();
    int builds = graph.cacheMisses();
    NodeAccess middles = graph.nodes(shape.middleType());
    if (middles.path() != AccessPath.RESIDENT
        || !shape.sides().stream().allMatch(this::isResident)) {
      return Optional.empty();
    }
    Set<String> looked = new HashSet<>(needed);
    for (PairShape.Crossing crossing : shape.crossing()) {
      looked.add(crossing.key().variable());
      looked.add(crossing.other().variable());
    }
    OperatorStats stats =
        new OperatorStats("PairCount", () -> words(shape), timed)
            .caches(graph.cacheHits() - hits, graph.cacheMisses() - builds);
    for (PairShape.Side side : shape.sides()) {
      EdgeAccess edges = graph.edges(side.edgeType());
      stats.child(
          new OperatorStats("CountHop", () -> words(shape, side), false)
              .via(edges.path().word(), edges::reason));
    }
    stats.child(
        new OperatorStats(
                "NodeScan",
                () ->
                    "$"
                        + shape.middle()
                        + ": "
                        + shape.middleType()
                        + Describe.where(shape.middleTests()),
                false)
            .via(middles.path().word(), middles::reason));
    return Optional.of(
        new PairCount(
            stats,
            budget,
            middles,
            study.slot(shape.middle()),
            conditions.compile(shape.middleTests()),
            side(shape, shape.keys(), looked),
            side(shape, shape.bounds(), looked),
            crossing(shape),
            root(shape),
            study.slotCount()));
  }

  private boolean isResident(PairShape.Side side) {
    return graph.nodes(side.farType()).path() == AccessPath.RESIDENT
        && graph.edges(side.edgeType()).path() == AccessPath.RESIDENT;
  }

  private PairSide side(PairShape shape, PairShape.Side side, Set<String> needed) {
    Set<String> looked = new HashSet<>(needed);
    PlanVariables.ofConditions(side.tests(), looked);
    String edge = side.edge();
    return new PairSide(
        budget,
        graph.nodes(side.farType()),
        graph.edges(side.edgeType()),
        side.direction(),
        edge != null,
        study.slot(shape.middle()),
        study.slot(side.far()),
        edge != null && looked.contains(edge) ? study.slot(edge) : NONE,
        conditions.compile(side.tests()),
        study.slotCount());
  }

  private PairCount.@Nullable Crossing crossing(PairShape shape) {
    if (shape.crossing().isEmpty()) {
      return null;
    }
    Kind domain = Objects.requireNonNull(shape.domain(), "comparisons have a domain");
    KeyColumn texts = domain == Kind.TEXT ? new KeyColumn(budget) : null;
    return new PairCount.Crossing(
        value(shape.crossing().getFirst().key(), texts),
        shape.crossing().stream()
            .map(c -> new Intervals.Bound(c.operator(), value(c.other(), texts)))
            .toList(),
        texts == null ? domain : Kind.INTEGER,
        shape.different());
  }

  /**
   * @param texts gives texts a number each, by which they are equal or not; null for other values
   */
  private Operand value(Expr.PropertyRef property, @Nullable KeyColumn texts) {
    Operand operand = operands.compile(property);
    return texts == null
        ? operand
        : new TextNumbers(
            new KeyNumbers(budget, operand, study.slot(property.variable()), texts), texts);
  }

  private static PairCount.Root root(PairShape shape) {
    PairShape.Side root = shape.root();
    if (root == null) {
      return PairCount.Root.MIDDLE;
    }
    return root.equals(shape.keys()) ? PairCount.Root.KEYS : PairCount.Root.BOUNDS;
  }

  private static String words(PairShape shape) {
    PairShape.Side root = shape.root();
    List<Condition> compared =
        shape.crossing().stream()
            .<Condition>map(
                c ->
                    new Condition.Compare(
                        c.key(),
                        shape.different() ? Condition.Operator.NE : c.operator(),
                        c.other()))
            .toList();
    return "paths through $"
        + shape.middle()
        + " are counted per "
        + (root == null ? "$" + shape.middle() : "edge to $" + root.far())
        + Describe.where(compared);
  }

  private static String words(PairShape shape, PairShape.Side side) {
    Traversal traversal = new Traversal(side.edgeType(), side.direction(), 1, 1, side.edge());
    return Describe.walk(shape.middle(), traversal, side.far()) + Describe.where(side.tests());
  }
}
