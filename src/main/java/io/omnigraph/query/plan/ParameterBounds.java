package io.omnigraph.query.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ranges that parameters must keep because of where a query uses them. */
public final class ParameterBounds {

  private static final long MOST_EDITS = 2;

  private final Map<String, Bounds> found = new HashMap<>();

  private ParameterBounds() {}

  /**
   * An inclusive range.
   *
   * @param what the use that demands it, for messages
   */
  public record Bounds(String what, long min, long max) {}

  /** The bounded parameters of a plan by name: row counts, edit distances, the k of rrf. */
  public static Map<String, Bounds> of(PlanNode plan) {
    var bounds = new ParameterBounds();
    bounds.visit(plan);
    return Map.copyOf(bounds.found);
  }

  private void visit(PlanNode node) {
    switch (node) {
      case PlanNode.NodeScan scan -> visit(scan.conditions());
      case PlanNode.OuterRow outer -> {}
      case PlanNode.Expand expand -> {
        visit(expand.input());
        visit(expand.toConditions());
      }
      case PlanNode.ExpandInto expand -> visit(expand.input());
      case PlanNode.CrossProduct product -> {
        visit(product.left());
        visit(product.right());
      }
      case PlanNode.Filter filter -> {
        visit(filter.input());
        visit(filter.conditions());
      }
      case PlanNode.AntiJoin join -> {
        visit(join.input());
        visit(join.body());
      }
      case PlanNode.Rank rank -> {
        visit(rank.input());
        visit(rank.ranking());
      }
      case PlanNode.Sort sort -> visit(sort.input());
      case PlanNode.Limit limit -> {
        visit(limit.input());
        bound(limit.limit(), new Bounds("limit", 0, Long.MAX_VALUE));
        bound(limit.offset(), new Bounds("offset", 0, Long.MAX_VALUE));
      }
      case PlanNode.Project project -> {
        visit(project.input());
        project.columns().forEach(column -> visit(column.expression()));
      }
      case PlanNode.Aggregate aggregate -> visit(aggregate.input());
    }
  }

  private void visit(List<Condition> conditions) {
    for (Condition condition : conditions) {
      if (condition instanceof Condition.Text text) {
        visit(text.match());
      }
    }
  }

  private void visit(Expr expression) {
    if (expression instanceof Expr.TextMatches text) {
      visit(text.match());
    } else if (expression instanceof Expr.Score score) {
      visit(score.ranking());
    }
  }

  private void visit(Expr.TextMatch match) {
    bound(match.maxEdits(), new Bounds("fuzzy max_edits", 0, MOST_EDITS));
  }

  private void visit(Ranking ranking) {
    if (ranking instanceof Ranking.Rrf rrf) {
      bound(rrf.k(), new Bounds("rrf k", 1, Long.MAX_VALUE));
    }
  }

  private void bound(@Nullable Expr expression, Bounds bounds) {
    if (expression instanceof Expr.ParameterRef parameter) {
      found.merge(
          parameter.name(),
          bounds,
          (a, b) -> new Bounds(a.what(), Math.max(a.min(), b.min()), Math.min(a.max(), b.max())));
    }
  }
}
