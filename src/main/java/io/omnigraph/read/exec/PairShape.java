package io.omnigraph.read.exec;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Condition.Operator;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.query.plan.PlanNode.Direction;
import io.omnigraph.query.plan.PlanNode.Traversal;
import io.omnigraph.query.plan.Variables;
import io.omnigraph.read.column.Cells.Kind;
import io.omnigraph.schema.PropertyType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A pattern of two hops that share a node, of which an aggregation looks at one hop only: then the
 * paths through a node need not be walked, it is enough to count, for each edge on one side of the
 * node, the edges on the other side that go with it. Conditions may concern one node, one hop, or
 * compare one property of one side with properties of the other.
 *
 * @param middleTests conditions on the shared node
 * @param keys the side whose property is compared
 * @param bounds the side of the properties it is compared with
 * @param crossing the comparisons; none if every pair of edges makes a path
 * @param different whether the only comparison is {@code !=}; then it is listed as its opposite
 * @param domain what both sides are compared as; null without comparisons
 * @param root the side that is looked at; null for neither
 */
record PairShape(
    String middle,
    String middleType,
    List<Condition> middleTests,
    Side keys,
    Side bounds,
    List<Crossing> crossing,
    boolean different,
    @Nullable Kind domain,
    @Nullable Side root) {

  /**
   * A hop, seen from the shared node.
   *
   * @param direction in which the far node is found
   * @param tests conditions on the far node, the edge and the shared node
   */
  record Side(
      String far,
      String farType,
      String edgeType,
      @Nullable String edge,
      Direction direction,
      List<Condition> tests) {

    private static Side of(PlanNode.Expand hop, boolean turned, String farType) {
      Traversal walk = hop.traversal();
      return new Side(
          turned ? hop.from() : hop.to(),
          farType,
          walk.edgeType(),
          walk.edgeVariable(),
          turned ? opposite(walk.direction()) : walk.direction(),
          new ArrayList<>());
    }

    private static Direction opposite(Direction direction) {
      return switch (direction) {
        case OUT -> Direction.IN;
        case IN -> Direction.OUT;
        case BOTH -> Direction.BOTH;
      };
    }

    private boolean binds(String variable) {
      return variable.equals(far) || variable.equals(edge);
    }

    private boolean bindsAll(Set<String> variables, String middle) {
      return variables.stream().allMatch(v -> v.equals(middle) || binds(v));
    }
  }

  /** A comparison between a property of the side of keys, on the left, and one of the other. */
  record Crossing(Expr.PropertyRef key, Operator operator, Expr.PropertyRef other) {}

  /**
   * Finds the shape of a pattern.
   *
   * @param needed the variables the aggregation looks at
   */
  static Optional<PairShape> of(PlanNode pattern, Set<String> needed) {
    List<PlanNode.Expand> hops = new ArrayList<>();
    List<Condition> conditions = new ArrayList<>();
    PlanNode node = pattern;
    while (!(node instanceof PlanNode.NodeScan scan)) {
      if (node instanceof PlanNode.Expand hop && isSingle(hop.traversal()) && hops.size() < 2) {
        hops.addFirst(hop);
        conditions.addAll(hop.toConditions());
        node = hop.input();
      } else if (node instanceof PlanNode.Filter filter) {
        conditions.addAll(filter.conditions());
        node = filter.input();
      } else {
        return Optional.empty();
      }
    }
    if (hops.size() != 2 || TreeCountPlanner.isSelective(scan.conditions())) {
      return Optional.empty();
    }
    conditions.addAll(scan.conditions());
    PlanNode.Expand first = hops.getFirst();
    PlanNode.Expand second = hops.getLast();
    boolean chain = second.from().equals(first.to());
    Side one = Side.of(first, chain, chain ? scan.nodeType() : first.toType());
    Side two = Side.of(second, false, second.toType());
    String middle = second.from();
    String middleType = chain ? first.toType() : scan.nodeType();
    return sorted(middle, middleType, one, two, conditions, needed);
  }

  private static boolean isSingle(Traversal traversal) {
    return traversal.minHops() == 1 && traversal.maxHops() == 1;
  }

  private static Optional<PairShape> sorted(
      String middle,
      String middleType,
      Side one,
      Side two,
      List<Condition> conditions,
      Set<String> needed) {
    List<Condition> middleTests = new ArrayList<>();
    List<Condition.Compare> across = new ArrayList<>();
    for (Condition condition : conditions) {
      Set<String> variables = new HashSet<>(Variables.of(condition));
      if (Set.of(middle).containsAll(variables)) {
        middleTests.add(condition);
      } else if (one.bindsAll(variables, middle)) {
        one.tests().add(condition);
      } else if (two.bindsAll(variables, middle)) {
        two.tests().add(condition);
      } else if (condition instanceof Condition.Compare compare) {
        across.add(compare);
      } else {
        return Optional.empty();
      }
    }
    Side root;
    if (Set.of(middle).containsAll(needed)) {
      root = null;
    } else if (one.bindsAll(needed, middle)) {
      root = one;
    } else if (two.bindsAll(needed, middle)) {
      root = two;
    } else {
      return Optional.empty();
    }
    return compared(middle, middleType, middleTests, one, two, across, root)
        .or(() -> compared(middle, middleType, middleTests, two, one, across, root));
  }

  /** The shape with one side's property as the key, if all comparisons are of that property. */
  private static Optional<PairShape> compared(
      String middle,
      String middleType,
      List<Condition> middleTests,
      Side keys,
      Side bounds,
      List<Condition.Compare> across,
      @Nullable Side root) {
    List<Crossing> crossing = new ArrayList<>();
    Kind domain = null;
    for (Condition.Compare compare : across) {
      Crossing found = crossing(keys, bounds, compare);
      Kind common = found == null ? null : common(found.key().type(), found.other().type());
      if (found == null
          || common == null
          || domain != null && domain != common
          || !crossing.isEmpty() && !crossing.getFirst().key().equals(found.key())
          || found.operator() == Operator.NE && across.size() > 1
          || common == Kind.TEXT
              && found.operator() != Operator.EQ
              && found.operator() != Operator.NE) {
        return Optional.empty();
      }
      domain = common;
      crossing.add(found);
    }
    boolean different = !crossing.isEmpty() && crossing.getFirst().operator() == Operator.NE;
    if (different) {
      Crossing only = crossing.getFirst();
      crossing.set(0, new Crossing(only.key(), Operator.EQ, only.other()));
    }
    return Optional.of(
        new PairShape(
            middle, middleType, middleTests, keys, bounds, crossing, different, domain, root));
  }

  private static @Nullable Crossing crossing(Side keys, Side bounds, Condition.Compare compare) {
    if (!(compare.left() instanceof Expr.PropertyRef left)
        || !(compare.right() instanceof Expr.PropertyRef right)) {
      return null;
    }
    if (keys.binds(left.variable()) && bounds.binds(right.variable())) {
      return new Crossing(left, compare.operator(), right);
    }
    return keys.binds(right.variable()) && bounds.binds(left.variable())
        ? new Crossing(right, HopConditions.turned(compare.operator()), left)
        : null;
  }

  /** What values of two types are compared as, without loss; null if they are not so. */
  private static @Nullable Kind common(PropertyType one, PropertyType two) {
    Kind left = kind(one);
    Kind right = kind(two);
    if (left == right) {
      return left;
    }
    return left == Kind.REAL && isShort(two) || right == Kind.REAL && isShort(one)
        ? Kind.REAL
        : null;
  }

  private static boolean isShort(PropertyType type) {
    return !type.list()
        && switch (type.scalar()) {
          case I32, U32 -> true;
          case STRING, BLOB, BOOL, I64, U64, F32, F64, DATETIME, DATE, VECTOR -> false;
        };
  }

  private static @Nullable Kind kind(PropertyType type) {
    if (type.list()) {
      return null;
    }
    return switch (type.scalar()) {
      case STRING -> Kind.TEXT;
      case BOOL -> Kind.BOOL;
      case I32, U32, I64 -> Kind.INTEGER;
      case U64 -> Kind.UNSIGNED;
      case F32, F64 -> Kind.REAL;
      case DATETIME -> Kind.DATETIME;
      case DATE -> Kind.DATE;
      case BLOB, VECTOR -> null;
    };
  }

  List<Side> sides() {
    return List.of(keys, bounds);
  }
}
