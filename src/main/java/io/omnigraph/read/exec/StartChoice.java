package io.omnigraph.read.exec;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.query.plan.PlanNode.Direction;
import io.omnigraph.query.plan.PlanNode.Traversal;
import io.omnigraph.query.plan.Variables;
import io.omnigraph.schema.Catalog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns trees of traversals around so that they start from a node that is known. Single hops relate
 * pairs of nodes (or edges with their ends), so the rows are the same from either side; hops with
 * bounds depend on the side they start from and are not turned.
 */
final class StartChoice {

  private final Catalog catalog;

  private StartChoice(Catalog catalog) {
    this.catalog = catalog;
  }

  static PlanNode choose(PlanNode plan, Catalog catalog) {
    return new StartChoice(catalog).rewrite(plan);
  }

  private PlanNode rewrite(PlanNode node) {
    return switch (node) {
      case PlanNode.NodeScan s -> s;
      case PlanNode.OuterRow o -> o;
      case PlanNode.Expand ignored -> tree(node);
      case PlanNode.Filter ignored -> tree(node);
      case PlanNode.ExpandInto e ->
          new PlanNode.ExpandInto(rewrite(e.input()), e.from(), e.traversal(), e.to());
      case PlanNode.CrossProduct c ->
          new PlanNode.CrossProduct(rewrite(c.left()), rewrite(c.right()));
      case PlanNode.AntiJoin a -> new PlanNode.AntiJoin(rewrite(a.input()), rewrite(a.body()));
      case PlanNode.Rank r -> new PlanNode.Rank(rewrite(r.input()), r.ranking(), r.tieBreakers());
      case PlanNode.Sort s -> new PlanNode.Sort(rewrite(s.input()), s.keys(), s.tieBreakers());
      case PlanNode.Limit l -> new PlanNode.Limit(rewrite(l.input()), l.limit(), l.offset());
      case PlanNode.Project p -> new PlanNode.Project(rewrite(p.input()), p.columns());
      case PlanNode.Aggregate a -> new PlanNode.Aggregate(rewrite(a.input()), a.columns());
    };
  }

  /** A chain of traversals and filters, written from the bottom up. */
  private PlanNode tree(PlanNode top) {
    List<PlanNode.Expand> hops = new ArrayList<>();
    List<Condition> filters = new ArrayList<>();
    PlanNode node = top;
    while (!(node instanceof PlanNode.NodeScan)) {
      if (node instanceof PlanNode.Expand expand) {
        hops.addFirst(expand);
        node = expand.input();
      } else if (node instanceof PlanNode.Filter filter) {
        filters.addAll(0, filter.conditions());
        node = filter.input();
      } else {
        return keep(top);
      }
    }
    PlanNode.NodeScan scan = (PlanNode.NodeScan) node;
    PlanNode.@Nullable Expand start = start(scan, hops);
    return start == null ? keep(top) : turned(scan, hops, filters, start);
  }

  /** The chain as it is; only what lies below it is looked at. */
  private PlanNode keep(PlanNode node) {
    if (node instanceof PlanNode.Expand e) {
      return new PlanNode.Expand(
          keep(e.input()), e.from(), e.traversal(), e.to(), e.toType(), e.toConditions());
    }
    return node instanceof PlanNode.Filter f
        ? new PlanNode.Filter(keep(f.input()), f.conditions())
        : rewrite(node);
  }

  /** The hop to start from, whose end is known and can be walked back from; null for the scan. */
  private PlanNode.@Nullable Expand start(PlanNode.NodeScan scan, List<PlanNode.Expand> hops) {
    int best = known(scan.nodeType(), scan.conditions());
    PlanNode.Expand start = null;
    Set<String> turnable = new HashSet<>(Set.of(scan.variable()));
    for (PlanNode.Expand hop : hops) {
      boolean single = hop.traversal().minHops() == 1 && hop.traversal().maxHops() == 1;
      if (!single || !turnable.contains(hop.from())) {
        continue;
      }
      turnable.add(hop.to());
      int end = known(hop.toType(), hop.toConditions());
      if (end > best) {
        best = end;
        start = hop;
      }
    }
    return start;
  }

  /** How well conditions name a node: 2 by its key, 1 by another value of its own, or else 0. */
  private int known(String nodeType, List<Condition> conditions) {
    if (KeyCondition.of(catalog, nodeType, conditions).isPresent()) {
      return 2;
    }
    return KeyCondition.namesOne(catalog, nodeType, conditions) ? 1 : 0;
  }

  private static PlanNode turned(
      PlanNode.NodeScan scan,
      List<PlanNode.Expand> hops,
      List<Condition> filters,
      PlanNode.Expand start) {
    Map<String, PlanNode.Expand> reachedBy = new HashMap<>();
    hops.forEach(hop -> reachedBy.put(hop.to(), hop));
    List<Condition> pending = new ArrayList<>(filters);
    Set<String> bound = new HashSet<>(Set.of(start.to()));
    PlanNode plan = new PlanNode.NodeScan(start.to(), start.toType(), start.toConditions());
    Set<PlanNode.Expand> done = new HashSet<>();
    for (PlanNode.Expand hop = start; hop != null; hop = reachedBy.get(hop.from())) {
      PlanNode.Expand before = reachedBy.get(hop.from());
      plan =
          new PlanNode.Expand(
              plan,
              hop.to(),
              turned(hop.traversal()),
              hop.from(),
              before == null ? scan.nodeType() : before.toType(),
              before == null ? scan.conditions() : before.toConditions());
      done.add(hop);
      plan = filtered(plan, pending, bound, hop.from(), hop.traversal().edgeVariable());
    }
    for (PlanNode.Expand hop : hops) {
      if (!done.contains(hop)) {
        plan =
            new PlanNode.Expand(
                plan, hop.from(), hop.traversal(), hop.to(), hop.toType(), hop.toConditions());
        plan = filtered(plan, pending, bound, hop.to(), hop.traversal().edgeVariable());
      }
    }
    return pending.isEmpty() ? plan : new PlanNode.Filter(plan, pending);
  }

  /** Applies the filters whose variables are all bound now. */
  private static PlanNode filtered(
      PlanNode plan,
      List<Condition> pending,
      Set<String> bound,
      String node,
      @Nullable String edge) {
    bound.add(node);
    if (edge != null) {
      bound.add(edge);
    }
    List<Condition> ready = new ArrayList<>();
    for (Iterator<Condition> i = pending.iterator(); i.hasNext(); ) {
      Condition condition = i.next();
      if (bound.containsAll(Variables.of(condition))) {
        ready.add(condition);
        i.remove();
      }
    }
    return ready.isEmpty() ? plan : new PlanNode.Filter(plan, ready);
  }

  private static Traversal turned(Traversal t) {
    Direction direction =
        switch (t.direction()) {
          case OUT -> Direction.IN;
          case IN -> Direction.OUT;
          case BOTH -> Direction.BOTH;
        };
    return new Traversal(t.edgeType(), direction, t.minHops(), t.maxHops(), t.edgeVariable());
  }
}
