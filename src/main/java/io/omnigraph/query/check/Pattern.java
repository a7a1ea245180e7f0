package io.omnigraph.query.check;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.PlanNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The resolved clauses of one list (the top level, or the body of a {@code not}). Filled by {@link
 * PatternChecker}, read by {@link PatternPlanner}.
 */
final class Pattern {

  /** Variables bound outside; empty at the top level. */
  final Map<String, PlanNode.Binding> outer;

  /** Node types of the node variables that this list mentions, in order of first mention. */
  final Map<String, String> nodeTypes = new LinkedHashMap<>();

  /** Inline conditions of the declared variables, in order of declaration. */
  final Map<String, List<Condition>> declared = new LinkedHashMap<>();

  final List<Hop> hops = new ArrayList<>();
  final List<Condition> filters = new ArrayList<>();
  final List<Pattern> negations = new ArrayList<>();

  Pattern(Map<String, PlanNode.Binding> outer) {
    this.outer = outer;
  }

  void declare(String variable, String nodeType, List<Condition> conditions) {
    nodeTypes.putIfAbsent(variable, nodeType);
    declared.computeIfAbsent(variable, v -> new ArrayList<>()).addAll(conditions);
  }

  /** The node type of a variable of this list. */
  String nodeType(String variable) {
    return Objects.requireNonNull(nodeTypes.get(variable), variable);
  }

  /**
   * A resolved traversal.
   *
   * @param direction as seen from {@code from}
   * @param impossible true if the hop bounds ask for more hops than the edge type allows
   */
  record Hop(
      String from,
      String to,
      String edgeType,
      PlanNode.Direction direction,
      int minHops,
      int maxHops,
      @Nullable String edgeVariable,
      boolean impossible) {

    PlanNode.Traversal forward() {
      return new PlanNode.Traversal(edgeType, direction, minHops, maxHops, edgeVariable);
    }

    PlanNode.Traversal backward() {
      PlanNode.Direction reversed =
          switch (direction) {
            case OUT -> PlanNode.Direction.IN;
            case IN -> PlanNode.Direction.OUT;
            case BOTH -> PlanNode.Direction.BOTH;
          };
      return new PlanNode.Traversal(edgeType, reversed, minHops, maxHops, edgeVariable);
    }
  }
}
