package io.omnigraph.query.check;

import io.omnigraph.model.Value;
import io.omnigraph.query.check.Pattern.Hop;
import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.query.plan.Variables;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans the clauses of one list. Variables joined by traversals form components. Each component
 * starts with a scan of its first declared variable (of the first traversal's source if none is
 * declared), or, inside a {@code not}, with the outer row; traversals follow as soon as one of
 * their ends is bound; components are multiplied. A filter or negation is applied as soon as its
 * variables are bound, which gives the same rows as applying it at the end.
 */
final class PatternPlanner {

  private static final Condition NEVER =
      new Condition.Compare(
          new Expr.Literal(new Value.Bool(true), PropertyType.of(ScalarType.BOOL)),
          Condition.Operator.EQ,
          new Expr.Literal(new Value.Bool(false), PropertyType.of(ScalarType.BOOL)));

  private final Pattern pattern;
  private final Set<String> outerUsed;

  /** Conditions on one node variable alone, applied where it is bound. */
  private final Map<String, List<Condition>> conditions = new HashMap<>();

  private final List<Condition> pendingFilters = new ArrayList<>();
  private final List<PlannedNegation> pendingNegations = new ArrayList<>();
  private final List<Hop> pendingHops;

  private PatternPlanner(Pattern pattern) {
    this.pattern = pattern;
    this.pendingHops = new ArrayList<>(pattern.hops);
    this.outerUsed = outerVariables(pattern);
    pattern.declared.forEach(
        (variable, inline) -> inline.forEach(condition -> place(condition, variable)));
    for (Condition filter : pattern.filters) {
      Set<String> variables = Variables.of(filter);
      place(filter, variables.size() == 1 ? variables.iterator().next() : null);
    }
    for (Pattern negation : pattern.negations) {
      pendingNegations.add(
          new PlannedNegation(plan(negation), new LinkedHashSet<>(outerVariables(negation))));
    }
  }

  /**
   * A planned {@code not} body.
   *
   * @param uses the variables of the row it is tested with
   */
  private record PlannedNegation(PlanNode body, Set<String> uses) {}

  static PlanNode plan(Pattern pattern) {
    return new PatternPlanner(pattern).plan();
  }

  /** The outer variables that a list or one of its negations mentions. */
  private static Set<String> outerVariables(Pattern pattern) {
    var mentioned = new HashSet<String>(pattern.nodeTypes.keySet());
    mentioned.addAll(pattern.declared.keySet());
    pattern.filters.forEach(filter -> mentioned.addAll(Variables.of(filter)));
    pattern.negations.forEach(negation -> mentioned.addAll(outerVariables(negation)));
    var result = new LinkedHashSet<>(pattern.outer.keySet());
    result.retainAll(mentioned);
    return result;
  }

  private void place(Condition condition, @Nullable String variable) {
    boolean boundHere =
        variable != null
            && pattern.nodeTypes.containsKey(variable)
            && !outerUsed.contains(variable);
    if (boundHere) {
      conditions.computeIfAbsent(variable, v -> new ArrayList<>()).add(condition);
    } else {
      pendingFilters.add(condition);
    }
  }

  private PlanNode plan() {
    PlanNode plan = null;
    var bound = new HashSet<String>();
    if (!pattern.outer.isEmpty()) {
      plan = new PlanNode.OuterRow(outerUsed.stream().map(pattern.outer::get).toList());
      bound.addAll(outerUsed);
      plan = grow(applyPending(plan, bound), bound);
    }
    for (String start = nextStart(bound); start != null; start = nextStart(bound)) {
      var own = new HashSet<>(Set.of(start));
      PlanNode component =
          grow(
              applyPending(
                  new PlanNode.NodeScan(start, pattern.nodeType(start), conditionsOf(start)), own),
              own);
      plan = plan == null ? component : new PlanNode.CrossProduct(plan, component);
      bound.addAll(own);
      plan = applyPending(plan, bound);
    }
    if (plan == null) {
      throw new IllegalStateException("a pattern binds at least one variable");
    }
    return applyRest(plan);
  }

  /** The first declared variable not bound yet, else the source of the first open traversal. */
  private @Nullable String nextStart(Set<String> bound) {
    for (String variable : pattern.declared.keySet()) {
      if (!bound.contains(variable)) {
        return variable;
      }
    }
    return pendingHops.isEmpty() ? null : pendingHops.getFirst().from();
  }

  private List<Condition> conditionsOf(String variable) {
    return conditions.getOrDefault(variable, List.of());
  }

  /** Applies traversals as long as one has a bound end, closing cycles first. */
  private PlanNode grow(PlanNode start, Set<String> bound) {
    PlanNode plan = start;
    for (Hop hop = nextHop(bound); hop != null; hop = nextHop(bound)) {
      pendingHops.remove(hop);
      plan = apply(plan, hop, bound);
      if (hop.impossible()) {
        plan = new PlanNode.Filter(plan, List.of(NEVER));
      }
      plan = applyPending(plan, bound);
    }
    return plan;
  }

  private @Nullable Hop nextHop(Set<String> bound) {
    Hop found = null;
    for (Hop hop : pendingHops) {
      boolean from = bound.contains(hop.from());
      boolean to = bound.contains(hop.to());
      if (from && to) {
        return hop;
      }
      if ((from || to) && found == null) {
        found = hop;
      }
    }
    return found;
  }

  private PlanNode apply(PlanNode input, Hop hop, Set<String> bound) {
    if (hop.edgeVariable() != null) {
      bound.add(hop.edgeVariable());
    }
    boolean from = bound.contains(hop.from());
    boolean to = bound.contains(hop.to());
    if (from && to) {
      return new PlanNode.ExpandInto(input, hop.from(), hop.forward(), hop.to());
    }
    String reached = from ? hop.to() : hop.from();
    bound.add(reached);
    return new PlanNode.Expand(
        input,
        from ? hop.from() : hop.to(),
        from ? hop.forward() : hop.backward(),
        reached,
        pattern.nodeType(reached),
        conditionsOf(reached));
  }

  /** Applies the filters and negations whose variables are all bound. */
  private PlanNode applyPending(PlanNode input, Set<String> bound) {
    PlanNode plan = input;
    var ready = new ArrayList<Condition>();
    for (Iterator<Condition> i = pendingFilters.iterator(); i.hasNext(); ) {
      Condition condition = i.next();
      Set<String> uses = Variables.of(condition);
      if (!uses.isEmpty() && bound.containsAll(uses)) {
        ready.add(condition);
        i.remove();
      }
    }
    if (!ready.isEmpty()) {
      plan = new PlanNode.Filter(plan, ready);
    }
    for (Iterator<PlannedNegation> i = pendingNegations.iterator(); i.hasNext(); ) {
      PlannedNegation negation = i.next();
      if (!negation.uses().isEmpty() && bound.containsAll(negation.uses())) {
        plan = new PlanNode.AntiJoin(plan, negation.body());
        i.remove();
      }
    }
    return plan;
  }

  /** Applies what mentions no variable at all. */
  private PlanNode applyRest(PlanNode input) {
    PlanNode plan = pendingFilters.isEmpty() ? input : new PlanNode.Filter(input, pendingFilters);
    for (PlannedNegation negation : pendingNegations) {
      plan = new PlanNode.AntiJoin(plan, negation.body());
    }
    return plan;
  }

  /** For the descriptor: every pattern, negations inside included. */
  static List<Pattern> flatten(Pattern pattern) {
    var all = new ArrayList<Pattern>();
    all.add(pattern);
    pattern.negations.forEach(negation -> all.addAll(flatten(negation)));
    return all;
  }
}
