package io.omnigraph.read.exec;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.schema.Catalog;
import java.util.List;

/**
 * Tells queries that look at few rows from those that read whole tables. Only the former gain from
 * indices while the caches are cold; the latter would read everything either way, and reading it
 * into the cache is the cheapest way to do so.
 */
final class FewRows {

  private FewRows() {}

  /** Whether every scan starts from a node known by its key or from the hits of a search. */
  static boolean isSelective(PlanNode plan, Catalog catalog) {
    return switch (plan) {
      case PlanNode.NodeScan scan -> startsFromFew(scan, catalog);
      case PlanNode.OuterRow ignored -> true;
      case PlanNode.Expand expand -> isSelective(expand.input(), catalog);
      case PlanNode.ExpandInto into -> isSelective(into.input(), catalog);
      case PlanNode.CrossProduct cross ->
          isSelective(cross.left(), catalog) && isSelective(cross.right(), catalog);
      case PlanNode.Filter filter -> isSelective(filter.input(), catalog);
      case PlanNode.AntiJoin anti ->
          isSelective(anti.input(), catalog) && isSelective(anti.body(), catalog);
      case PlanNode.Rank rank -> isSelective(rank.input(), catalog);
      case PlanNode.Sort sort -> isSelective(sort.input(), catalog);
      case PlanNode.Limit limit -> isSelective(limit.input(), catalog);
      case PlanNode.Project project -> isSelective(project.input(), catalog);
      case PlanNode.Aggregate aggregate -> isSelective(aggregate.input(), catalog);
    };
  }

  private static boolean startsFromFew(PlanNode.NodeScan scan, Catalog catalog) {
    List<Condition> conditions = scan.conditions();
    return conditions.stream().anyMatch(Condition.Text.class::isInstance)
        || KeyCondition.of(catalog, scan.nodeType(), conditions).isPresent();
  }
}
