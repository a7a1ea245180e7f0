package io.omnigraph.read.exec;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.query.plan.PlanNode.Traversal;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives variables that are bound inside a negation a name of their own: two negations may use one
 * name for different things, as neither sees the other's.
 */
final class BodyNames {

  private static final String MARK = "~";

  private final Set<String> taken;
  private int next = 1;

  private BodyNames(Set<String> taken) {
    this.taken = taken;
  }

  /** The plan with distinct names, and every negation's body starting from its outer row. */
  static PlanNode distinct(PlanNode plan) {
    return new BodyNames(new HashSet<>(PlanVariables.bound(plan))).rewrite(plan, Map.of());
  }

  private PlanNode rewrite(PlanNode node, Map<String, String> names) {
    return switch (node) {
      case PlanNode.NodeScan s ->
          names.isEmpty()
              ? s
              : new PlanNode.NodeScan(
                  name(s.variable(), names), s.nodeType(), conditions(s.conditions(), names));
      case PlanNode.OuterRow o ->
          new PlanNode.OuterRow(
              o.bindings().stream()
                  .map(b -> new PlanNode.Binding(name(b.variable(), names), b.typeName(), b.edge()))
                  .toList());
      case PlanNode.Expand e ->
          new PlanNode.Expand(
              rewrite(e.input(), names),
              name(e.from(), names),
              traversal(e.traversal(), names),
              name(e.to(), names),
              e.toType(),
              conditions(e.toConditions(), names));
      case PlanNode.ExpandInto e ->
          new PlanNode.ExpandInto(
              rewrite(e.input(), names),
              name(e.from(), names),
              traversal(e.traversal(), names),
              name(e.to(), names));
      case PlanNode.CrossProduct c ->
          new PlanNode.CrossProduct(rewrite(c.left(), names), rewrite(c.right(), names));
      case PlanNode.Filter f ->
          new PlanNode.Filter(rewrite(f.input(), names), conditions(f.conditions(), names));
      case PlanNode.AntiJoin a -> new PlanNode.AntiJoin(rewrite(a.input(), names), body(a, names));
      case PlanNode.Rank r ->
          new PlanNode.Rank(rewrite(r.input(), names), r.ranking(), r.tieBreakers());
      case PlanNode.Sort s ->
          new PlanNode.Sort(rewrite(s.input(), names), s.keys(), s.tieBreakers());
      case PlanNode.Limit l -> new PlanNode.Limit(rewrite(l.input(), names), l.limit(), l.offset());
      case PlanNode.Project p -> new PlanNode.Project(rewrite(p.input(), names), p.columns());
      case PlanNode.Aggregate a -> new PlanNode.Aggregate(rewrite(a.input(), names), a.columns());
    };
  }

  private PlanNode body(PlanNode.AntiJoin anti, Map<String, String> names) {
    Set<String> outer = PlanVariables.bound(anti.input());
    Map<String, String> inside = new HashMap<>(names);
    for (String variable : PlanVariables.bound(anti.body())) {
      if (!outer.contains(variable)) {
        inside.remove(variable);
        if (!taken.add(variable)) {
          inside.put(variable, variable + MARK + next++);
        }
      }
    }
    PlanNode body = rewrite(anti.body(), inside);
    return PlanVariables.hasLeaf(body)
        ? body
        : new PlanNode.CrossProduct(new PlanNode.OuterRow(List.of()), body);
  }

  private static String name(String variable, Map<String, String> names) {
    return names.getOrDefault(variable, variable);
  }

  private static Traversal traversal(Traversal t, Map<String, String> names) {
    @Nullable String edge = t.edgeVariable();
    return edge == null || !names.containsKey(edge)
        ? t
        : new Traversal(t.edgeType(), t.direction(), t.minHops(), t.maxHops(), name(edge, names));
  }

  private static List<Condition> conditions(List<Condition> list, Map<String, String> names) {
    return names.isEmpty() ? list : list.stream().map(c -> condition(c, names)).toList();
  }

  private static Condition condition(Condition condition, Map<String, String> names) {
    return switch (condition) {
      case Condition.Compare c ->
          new Condition.Compare(
              expression(c.left(), names), c.operator(), expression(c.right(), names));
      case Condition.ListContains l ->
          new Condition.ListContains(expression(l.list(), names), expression(l.item(), names));
      case Condition.TextContains t ->
          new Condition.TextContains(expression(t.text(), names), expression(t.part(), names));
      case Condition.StartsWith s ->
          new Condition.StartsWith(expression(s.text(), names), expression(s.prefix(), names));
      case Condition.IsNull n -> new Condition.IsNull(expression(n.operand(), names), n.negated());
      case Condition.Text t -> new Condition.Text(match(t.match(), names));
    };
  }

  private static Expr.TextMatch match(Expr.TextMatch m, Map<String, String> names) {
    return new Expr.TextMatch(m.kind(), property(m.field(), names), m.query(), m.maxEdits());
  }

  private static Expr.PropertyRef property(Expr.PropertyRef p, Map<String, String> names) {
    return new Expr.PropertyRef(name(p.variable(), names), p.property(), p.type());
  }

  /** Expressions of conditions; scores and result columns do not occur in them. */
  private static Expr expression(Expr expression, Map<String, String> names) {
    return switch (expression) {
      case Expr.PropertyRef p -> property(p, names);
      case Expr.VariableRef v -> new Expr.VariableRef(name(v.variable(), names));
      case Expr.TextMatches t -> new Expr.TextMatches(match(t.match(), names));
      case Expr.Literal l -> l;
      case Expr.ParameterRef p -> p;
      case Expr.Now n -> n;
      case Expr.Score s -> s;
      case Expr.ColumnRef c -> c;
    };
  }
}
