package io.omnigraph.query.lint;

import io.omnigraph.query.plan.PlanNode;
import java.util.Set;
import java.util.TreeSet;

/** The variables that a pattern operator binds. */
final class BoundVariables {

  private BoundVariables() {}

  static Set<String> of(PlanNode node) {
    var into = new TreeSet<String>();
    collect(node, into);
    return into;
  }

  private static void collect(PlanNode node, Set<String> into) {
    switch (node) {
      case PlanNode.NodeScan scan -> into.add(scan.variable());
      case PlanNode.OuterRow outer -> outer.bindings().forEach(b -> into.add(b.variable()));
      case PlanNode.Expand expand -> {
        collect(expand.input(), into);
        into.add(expand.to());
      }
      case PlanNode.ExpandInto expand -> collect(expand.input(), into);
      case PlanNode.CrossProduct product -> {
        collect(product.left(), into);
        collect(product.right(), into);
      }
      case PlanNode.Filter filter -> collect(filter.input(), into);
      case PlanNode.AntiJoin join -> collect(join.input(), into);
      case PlanNode.Rank rank -> collect(rank.input(), into);
      case PlanNode.Sort sort -> collect(sort.input(), into);
      case PlanNode.Limit limit -> collect(limit.input(), into);
      case PlanNode.Project project -> collect(project.input(), into);
      case PlanNode.Aggregate aggregate -> collect(aggregate.input(), into);
    }
  }
}
