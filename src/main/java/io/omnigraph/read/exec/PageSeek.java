package io.omnigraph.read.exec;

import io.omnigraph.model.Value;
import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.access.OrdinalStream;
import io.omnigraph.read.access.PageKey;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.expr.Comparisons;
import io.omnigraph.schema.ScalarType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the nodes that a pattern starts from in the order of the result, from where the page before
 * ended: what comes before is not looked at, and nothing is read once the page is full. All
 * operators of a pattern keep the order of the rows they start from.
 *
 * @param scan where the pattern starts
 * @param property the result's first key, of the scanned variable; null for its id
 * @param descending whether that key descends
 * @param prefix how many of the result's keys the nodes are in the order of: those of the scanned
 *     variable, its id last
 */
record PageSeek(
    PlanNode.NodeScan scan, Expr.@Nullable PropertyRef property, boolean descending, int prefix) {

  /** The node that the pattern starts from; null if it starts from an outer row. */
  static PlanNode.@Nullable NodeScan start(PlanNode node) {
    return switch (node) {
      case PlanNode.NodeScan scan -> scan;
      case PlanNode.Expand expand -> start(expand.input());
      case PlanNode.ExpandInto into -> start(into.input());
      case PlanNode.CrossProduct cross -> start(cross.left());
      case PlanNode.Filter filter -> start(filter.input());
      case PlanNode.AntiJoin anti -> start(anti.input());
      case PlanNode.OuterRow ignored -> null;
      case PlanNode.Rank ignored -> null;
      case PlanNode.Sort ignored -> null;
      case PlanNode.Limit ignored -> null;
      case PlanNode.Project ignored -> null;
      case PlanNode.Aggregate ignored -> null;
    };
  }

  /**
   * Whether the nodes a pattern starts from can be read in the order of some keys.
   *
   * @param keys what the result is ordered by
   * @return null if not
   */
  static @Nullable PageSeek of(PlanNode pattern, List<Expr> keys, boolean firstDescends) {
    PlanNode.NodeScan scan = start(pattern);
    if (scan == null
        || keys.isEmpty()
        || scan.conditions().stream().anyMatch(Condition.Text.class::isInstance)) {
      return null;
    }
    Expr id = new Expr.VariableRef(scan.variable());
    if (keys.getFirst().equals(id) && !firstDescends) {
      return new PageSeek(scan, null, false, 1);
    }
    if (keys.getFirst() instanceof Expr.PropertyRef property
        && property.variable().equals(scan.variable())
        && !property.type().list()
        && property.type().scalar() != ScalarType.VECTOR
        && property.type().scalar() != ScalarType.BLOB) {
      boolean total = keys.size() > 1 && keys.get(1).equals(id);
      return new PageSeek(scan, property, firstDescends, total ? 2 : 1);
    }
    return null;
  }

  /** The key's words in an explained plan. */
  String words() {
    return property == null
        ? "$" + scan.variable()
        : "$" + scan.variable() + "." + property.property() + (descending ? " desc" : "");
  }

  /** The nodes in order; null if their access cannot tell. */
  int @Nullable [] order(NodeAccess nodes) {
    return nodes.ordered(
        property == null ? null : property.property(), descending, Comparisons::order);
  }

  /** The nodes from the first one on that a page after a key may show. */
  OrdinalStream stream(NodeAccess nodes, int[] order, @Nullable PageKey after) {
    int first = after == null ? 0 : firstAfter(nodes, order, after);
    return new OrdinalStream() {
      private int next = first;

      @Override
      public int next(int[] into) {
        int count = Math.min(into.length, order.length - next);
        System.arraycopy(order, next, into, 0, count);
        next += count;
        return count == 0 ? -1 : count;
      }

      @Override
      public void close() {}
    };
  }

  private int firstAfter(NodeAccess nodes, int[] order, PageKey after) {
    if (after.values().size() < prefix) {
      return 0; // the sort refuses such a key
    }
    Cells[] bounds = new Cells[prefix];
    for (int k = 0; k < prefix; k++) {
      Value value = after.values().get(k);
      if (value instanceof Value.ListOf || value instanceof Value.Vector) {
        return 0;
      }
      bounds[k] = Cells.constant(value);
    }
    int low = 0;
    int high = order.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int[] node = {order[middle]};
      Integer compared = compare(nodes, node, bounds);
      if (compared == null) {
        return 0;
      }
      if (compared < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** A node's keys against those of a page; null if they do not compare. */
  private @Nullable Integer compare(NodeAccess nodes, int[] node, Cells[] bounds) {
    for (int k = 0; k < prefix; k++) {
      boolean isId = property == null || k == 1;
      Cells cells =
          isId || property == null
              ? nodes.ids(node, 1)
              : nodes.values(property.property(), node, 1);
      boolean nulls = cells.isNull(0) || bounds[k].isNull(0);
      if (!nulls && !Comparisons.comparable(cells.kind(), bounds[k].kind())) {
        return null;
      }
      int order = Comparisons.order(cells, 0, bounds[k], 0);
      if (order != 0) {
        return !isId && descending ? -order : order;
      }
    }
    return 0;
  }
}
