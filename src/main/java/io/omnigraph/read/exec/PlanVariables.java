package io.omnigraph.read.exec;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.query.plan.PlanNode.AggregateColumn;
import io.omnigraph.query.plan.Variables;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Which variables parts of a plan bind and mention. */
final class PlanVariables {

  private PlanVariables() {}

  /** Variables that rows of a pattern carry. */
  static Set<String> bound(PlanNode node) {
    Set<String> into = new HashSet<>();
    bound(node, into);
    return into;
  }

  private static void bound(PlanNode node, Set<String> into) {
    switch (node) {
      case PlanNode.NodeScan scan -> into.add(scan.variable());
      case PlanNode.OuterRow outer -> outer.bindings().forEach(b -> into.add(b.variable()));
      case PlanNode.Expand expand -> {
        bound(expand.input(), into);
        into.add(expand.to());
        if (expand.traversal().edgeVariable() != null) {
          into.add(expand.traversal().edgeVariable());
        }
      }
      case PlanNode.ExpandInto expand -> {
        bound(expand.input(), into);
        if (expand.traversal().edgeVariable() != null) {
          into.add(expand.traversal().edgeVariable());
        }
      }
      case PlanNode.CrossProduct cross -> {
        bound(cross.left(), into);
        bound(cross.right(), into);
      }
      case PlanNode.Filter filter -> bound(filter.input(), into);
      case PlanNode.AntiJoin anti -> bound(anti.input(), into);
      case PlanNode.Rank rank -> bound(rank.input(), into);
      case PlanNode.Sort sort -> bound(sort.input(), into);
      case PlanNode.Limit limit -> bound(limit.input(), into);
      case PlanNode.Project project -> bound(project.input(), into);
      case PlanNode.Aggregate aggregate -> bound(aggregate.input(), into);
    }
  }

  /** Variables that a pattern mentions anywhere in it. */
  static Set<String> mentioned(PlanNode node) {
    Set<String> into = new HashSet<>();
    mentioned(node, into);
    return into;
  }

  private static void mentioned(PlanNode node, Set<String> into) {
    switch (node) {
      case PlanNode.NodeScan scan -> ofConditions(scan.conditions(), into);
      case PlanNode.OuterRow ignored -> {}
      case PlanNode.Expand expand -> {
        mentioned(expand.input(), into);
        into.add(expand.from());
        ofConditions(expand.toConditions(), into);
      }
      case PlanNode.ExpandInto expand -> {
        mentioned(expand.input(), into);
        into.add(expand.from());
        into.add(expand.to());
      }
      case PlanNode.CrossProduct cross -> {
        mentioned(cross.left(), into);
        mentioned(cross.right(), into);
      }
      case PlanNode.Filter filter -> {
        mentioned(filter.input(), into);
        ofConditions(filter.conditions(), into);
      }
      case PlanNode.AntiJoin anti -> {
        mentioned(anti.input(), into);
        mentioned(anti.body(), into);
      }
      case PlanNode.Rank rank -> {
        mentioned(rank.input(), into);
        into.add(rank.ranking().variable());
        into.addAll(rank.tieBreakers());
      }
      case PlanNode.Sort sort -> {
        mentioned(sort.input(), into);
        sort.keys().forEach(k -> of(k.expression(), into));
        into.addAll(sort.tieBreakers());
      }
      case PlanNode.Limit limit -> mentioned(limit.input(), into);
      case PlanNode.Project project -> {
        mentioned(project.input(), into);
        project.columns().forEach(c -> of(c.expression(), into));
      }
      case PlanNode.Aggregate aggregate -> {
        mentioned(aggregate.input(), into);
        aggregate.columns().forEach(c -> of(c, into));
      }
    }
  }

  static void of(AggregateColumn column, Set<String> into) {
    switch (column) {
      case AggregateColumn.GroupKey key -> of(key.expression(), into);
      case AggregateColumn.Computed computed -> {
        if (!countsRows(computed)) {
          of(computed.argument(), into);
        }
      }
    }
  }

  /** {@code count($v)}: a variable is never null, so every row counts. */
  static boolean countsRows(AggregateColumn.Computed computed) {
    return computed.function() == PlanNode.Function.COUNT
        && !computed.distinct()
        && computed.argument() instanceof Expr.VariableRef;
  }

  static void ofConditions(Collection<Condition> conditions, Set<String> into) {
    conditions.forEach(c -> Variables.collect(c, into));
  }

  static void of(Expr expression, Set<String> into) {
    Variables.collect(expression, into);
  }

  /** Whether a pattern starts from the outer row of a negation. */
  static boolean hasLeaf(PlanNode node) {
    return switch (node) {
      case PlanNode.OuterRow ignored -> true;
      case PlanNode.NodeScan ignored -> false;
      case PlanNode.Expand expand -> hasLeaf(expand.input());
      case PlanNode.ExpandInto into -> hasLeaf(into.input());
      case PlanNode.CrossProduct cross -> hasLeaf(cross.left()) || hasLeaf(cross.right());
      case PlanNode.Filter filter -> hasLeaf(filter.input());
      case PlanNode.AntiJoin anti -> hasLeaf(anti.input());
      case PlanNode.Rank rank -> hasLeaf(rank.input());
      case PlanNode.Sort sort -> hasLeaf(sort.input());
      case PlanNode.Limit limit -> hasLeaf(limit.input());
      case PlanNode.Project project -> hasLeaf(project.input());
      case PlanNode.Aggregate aggregate -> hasLeaf(aggregate.input());
    };
  }
}
