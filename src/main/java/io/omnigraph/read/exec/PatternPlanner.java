package io.omnigraph.read.exec;

import io.omnigraph.model.Value;
import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.query.plan.PlanNode.Traversal;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.access.EdgeAccess;
import io.omnigraph.read.access.GraphAccess;
import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.access.OrdinalStream;
import io.omnigraph.read.access.PageKey;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.ConditionCompiler;
import io.omnigraph.read.expr.OperandCompiler;
import io.omnigraph.read.expr.RowTest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Builds the operators of a pattern. Each operator carries only the variables that something above
 * it needs.
 */
final class PatternPlanner {

  private static final int NONE = -1;

  /** Nodes that a page looks at least at a time. */
  private static final int SMALL_CHUNK = 64;

  private final PlanStudy study;
  private final QueryScope scope;
  private final GraphAccess graph;
  private final QueryBudget budget;
  private final boolean timed;
  private final ConditionCompiler conditions;
  private final OperandCompiler operands;
  private final Map<PlanNode, OperatorStats> known = new IdentityHashMap<>(8);
  private final Map<String, OperatorStats> leaves = new HashMap<>();

  /** Set while a body is built: its leaf, and the name of the slot that numbers outer rows. */
  private @Nullable OuterRows leaf;

  private String outerRow = "";
  private Set<String> outerVariables = Set.of();
  private @Nullable OperatorStats leafStats;

  private @Nullable PageSeek seek;
  private int[] seekOrder = {};
  private @Nullable PageKey seekAfter;
  private int seekChunk;

  /** Cache entries that operators planned so far have accounted for. */
  private int seenHits;

  private int seenBuilds;

  PatternPlanner(
      PlanStudy study, QueryScope scope, GraphAccess graph, QueryBudget budget, boolean timed) {
    this.study = study;
    this.scope = scope;
    this.graph = graph;
    this.budget = budget;
    this.timed = timed;
    this.conditions = new ConditionCompiler(scope);
    this.operands = new OperandCompiler(scope);
  }

  /**
   * Lets the pattern start from nodes in an order, if their access knows it.
   *
   * @param rows how many rows of the result are wanted, roughly
   * @return false if it does not
   */
  boolean seek(PageSeek wanted, @Nullable PageKey after, long rows) {
    int[] order = wanted.order(graph.nodes(wanted.scan().nodeType()));
    if (order == null) {
      return false;
    }
    seek = wanted;
    seekOrder = order;
    seekAfter = after;
    seekChunk = Math.clamp(rows, SMALL_CHUNK, Chunk.CAPACITY);
    return true;
  }

  /** The slots of some names, in slot order. */
  int[] slots(Set<String> names) {
    int[] slots = new int[names.size()];
    int count = 0;
    for (String name : names) {
      slots[count++] = study.slot(name);
    }
    Arrays.sort(slots);
    return slots;
  }

  /** A pattern whose rows are only counted, per value of the needed variables. */
  Operator buildCounted(PlanNode node, Set<String> needed) {
    return new TreeCountPlanner(study, graph, budget, conditions, timed)
        .plan(node, needed)
        .or(() -> new PairCountPlanner(study, graph, budget, scope, timed).plan(needed))
        .orElseGet(() -> build(node, needed));
  }

  Operator build(PlanNode node, Set<String> needed) {
    return switch (node) {
      case PlanNode.NodeScan scan -> scan(scan);
      case PlanNode.OuterRow ignored -> outerRows();
      case PlanNode.Expand expand -> expand(expand, needed, List.of(), false);
      case PlanNode.ExpandInto into -> expandInto(into, needed);
      case PlanNode.CrossProduct cross -> cross(cross, needed);
      case PlanNode.Filter filter -> filter(filter, needed);
      case PlanNode.AntiJoin anti -> antiJoin(anti, needed);
      case PlanNode.Rank ignored -> throw misplaced(node);
      case PlanNode.Sort ignored -> throw misplaced(node);
      case PlanNode.Limit ignored -> throw misplaced(node);
      case PlanNode.Project ignored -> throw misplaced(node);
      case PlanNode.Aggregate ignored -> throw misplaced(node);
    };
  }

  private static IllegalStateException misplaced(PlanNode node) {
    return new IllegalStateException(
        node.getClass().getSimpleName() + " does not belong into a pattern");
  }

  /** The statistics of a plan node: one for all instances of a negation's body. */
  private OperatorStats stats(
      PlanNode node, String name, Supplier<String> detail, AccessWords access, Operator... inputs) {
    OperatorStats stats = known.get(node);
    if (stats == null) {
      stats =
          new OperatorStats(name, detail, timed)
              .via(access.path(), access.reason())
              .caches(graph.cacheHits() - seenHits, graph.cacheMisses() - seenBuilds);
      seenHits = graph.cacheHits();
      seenBuilds = graph.cacheMisses();
      for (Operator input : inputs) {
        stats.child(input.stats());
      }
      known.put(node, stats);
    }
    return stats;
  }

  /** Words that are put together once somebody asks for them. */
  private record AccessWords(String path, Supplier<String> reason) {
    private static final AccessWords NONE = new AccessWords("", () -> "");
  }

  private static AccessWords words(NodeAccess nodes, Supplier<String> reason) {
    return new AccessWords(nodes.path().word(), reason);
  }

  private Operator scan(PlanNode.NodeScan scan) {
    NodeAccess nodes = graph.nodes(scan.nodeType());
    List<RowTest> tests = conditions.compile(scan.conditions());
    Optional<String> key = keyLookup(scan);
    Optional<Expr.TextMatch> text = textMatch(scan.conditions());
    OperatorStats stats;
    Supplier<String> words = () -> Describe.scan(scan);
    Supplier<OrdinalStream> source;
    int capacity = Chunk.CAPACITY;
    PageSeek order = seek;
    if (key.isPresent()) {
      stats = stats(scan, "NodeLookup", words, words(nodes, () -> "by key, " + nodes.reason()));
      source = () -> new SingleNode(nodes.find(key.get()));
    } else if (order != null && order.scan() == scan) {
      String from = seekAfter == null ? "" : ", from where the page before ended";
      stats =
          stats(scan, "NodeScan", words, words(nodes, () -> "in order of " + order.words() + from));
      source = () -> order.stream(nodes, seekOrder, seekAfter);
      capacity = seekChunk;
    } else if (text.isPresent()) {
      stats = stats(scan, "TextScan", words, words(nodes, () -> "starts from the full-text hits"));
      source = () -> new LiveHits(scope.hits(text.get()), nodes);
    } else {
      stats = stats(scan, "NodeScan", words, words(nodes, nodes::reason));
      source = () -> nodes.scan(scan.conditions());
    }
    return new NodeScan(
        stats, budget, source, study.slot(scan.variable()), study.slotCount(), capacity, tests);
  }

  /**
   * The id that the scanned node must have: an equality on a single String key names it. Every
   * condition is tested on the node found, so this only narrows.
   */
  private Optional<String> keyLookup(PlanNode.NodeScan scan) {
    return KeyCondition.of(graph.snapshot().catalog(), scan.nodeType(), scan.conditions())
        .map(operands::constantOf)
        .flatMap(v -> v instanceof Value.Text text ? Optional.of(text.value()) : Optional.empty());
  }

  private static Optional<Expr.TextMatch> textMatch(List<Condition> conditions) {
    for (Condition condition : conditions) {
      if (condition instanceof Condition.Text text) {
        return Optional.of(text.match());
      }
    }
    return Optional.empty();
  }

  private Operator outerRows() {
    if (leaf != null || leafStats == null) {
      throw new IllegalStateException("a body has exactly one outer row, and only a body has one");
    }
    leaf =
        new OuterRows(
            leafStats, budget, slots(outerVariables), study.slot(outerRow), study.slotCount());
    return leaf;
  }

  /** The names that pass through an operator: needed above and known below. */
  private Set<String> carried(Set<String> needed, PlanNode input) {
    Set<String> known = PlanVariables.bound(input);
    Set<String> result = new HashSet<>();
    for (String name : needed) {
      if (known.contains(name)
          || (name.startsWith(PlanStudy.EXTRA) && PlanVariables.hasLeaf(input))) {
        result.add(name);
      }
    }
    return result;
  }

  /**
   * @param after conditions that hold right after the hop, besides its own
   * @param once whether only matters which rows before the hop have a row after it
   */
  private Operator expand(
      PlanNode.Expand expand, Set<String> needed, List<Condition> after, boolean once) {
    Traversal traversal = expand.traversal();
    List<Condition> all = new ArrayList<>(expand.toConditions());
    all.addAll(after);
    boolean single = traversal.maxHops() == 1 && traversal.minHops() == 1;
    HopConditions sorted =
        single ? HopConditions.of(expand, all) : new HopConditions(List.of(), all);
    Set<String> used = new HashSet<>(needed);
    PlanVariables.ofConditions(after, used);
    Set<String> carried = carried(used, expand.input());
    Set<String> below = new HashSet<>(carried);
    below.add(expand.from());
    Operator input = build(expand.input(), below);
    EdgeAccess edges = graph.edges(traversal.edgeType());
    NodeAccess targets = graph.nodes(expand.toType());
    List<RowTest> tests = conditions.compile(sorted.rest());
    OperatorStats stats =
        stats(
            expand,
            "Expand",
            () -> Describe.walk(expand.from(), traversal, expand.to()) + Describe.where(all),
            new AccessWords(edges.path().word(), edges::reason),
            input);
    int from = study.slot(expand.from());
    int to = study.slot(expand.to());
    if (traversal.edgeVariable() == null && (traversal.maxHops() > 1 || traversal.minHops() > 1)) {
      return new ExpandBounded(
          stats,
          budget,
          input,
          new BoundedWalk(
              edges, traversal.direction(), traversal.minHops(), traversal.maxHops(), budget),
          targets,
          from,
          to,
          tests,
          study.slotCount(),
          slots(carried),
          wanted(needed, carried(needed, expand.input()), expand));
    }
    return new Expand(
        stats,
        budget,
        input,
        edges,
        targets,
        traversal.direction(),
        from,
        to,
        traversal.edgeVariable() != null,
        edgeSlot(expand, used),
        tests,
        study.slotCount(),
        slots(carried),
        wanted(needed, carried(needed, expand.input()), expand),
        range(sorted, edges, targets, expand),
        once);
  }

  private @Nullable HopRange range(
      HopConditions sorted, EdgeAccess edges, NodeAccess targets, PlanNode.Expand expand) {
    if (sorted.ranged().isEmpty()) {
      return null;
    }
    Expr.PropertyRef property = sorted.ranged().getFirst().property();
    boolean ofEdge = !property.variable().equals(expand.to());
    String name = property.property();
    return new HopRange(
        ofEdge,
        convert -> keys(edges, targets, ofEdge, name, convert),
        sorted.bounds(operands),
        sorted.tests(conditions));
  }

  private Column.@Nullable Keys keys(
      EdgeAccess edges, NodeAccess targets, boolean ofEdge, String property, boolean convert) {
    Column.Keys keys = ofEdge ? edges.keys(property, convert) : targets.keys(property, convert);
    if (convert && keys != null) {
      budget.reserve(8L * keys.length());
    }
    return keys;
  }

  /** The slots of what is looked at above a hop. */
  private int[] wanted(Set<String> needed, Set<String> carried, PlanNode.Expand expand) {
    Set<String> wanted = new HashSet<>(carried);
    for (String name : new String[] {expand.to(), expand.traversal().edgeVariable()}) {
      if (name != null && needed.contains(name)) {
        wanted.add(name);
      }
    }
    return slots(wanted);
  }

  /** Edges that nothing looks at only multiply rows. */
  private int edgeSlot(PlanNode.Expand expand, Set<String> needed) {
    String name = expand.traversal().edgeVariable();
    if (name == null) {
      return NONE;
    }
    Set<String> used = new HashSet<>(needed);
    PlanVariables.ofConditions(expand.toConditions(), used);
    return used.contains(name) ? study.slot(name) : NONE;
  }

  private Operator expandInto(PlanNode.ExpandInto into, Set<String> needed) {
    Traversal traversal = into.traversal();
    Set<String> carried = carried(needed, into.input());
    Set<String> below = new HashSet<>(carried);
    below.add(into.from());
    below.add(into.to());
    Operator input = build(into.input(), below);
    EdgeAccess edges = graph.edges(traversal.edgeType());
    OperatorStats stats =
        stats(
            into,
            "ExpandInto",
            () -> Describe.walk(into.from(), traversal, into.to()),
            new AccessWords(edges.path().word(), edges::reason),
            input);
    return new ExpandInto(
        stats,
        budget,
        input,
        edges,
        traversal,
        study.slot(into.from()),
        study.slot(into.to()),
        traversal.edgeVariable() == null ? NONE : study.slot(traversal.edgeVariable()),
        study.slotCount(),
        slots(carried),
        edges.path() == AccessPath.RESIDENT && PlanStudy.isCheckedFromBothEnds(into));
  }

  private Operator cross(PlanNode.CrossProduct cross, Set<String> needed) {
    Set<String> left = carried(needed, cross.left());
    Set<String> right = carried(needed, cross.right());
    Operator leftInput = build(cross.left(), left);
    Operator rightInput = build(cross.right(), right);
    OperatorStats stats =
        stats(cross, "CrossProduct", () -> "", AccessWords.NONE, leftInput, rightInput);
    return new CrossProduct(
        stats, budget, leftInput, rightInput, slots(left), slots(right), study.slotCount());
  }

  private Operator filter(PlanNode.Filter filter, Set<String> needed) {
    if (filter.input() instanceof PlanNode.Expand expand) {
      return expand(expand, needed, filter.conditions(), false);
    }
    Set<String> below = new HashSet<>(needed);
    PlanVariables.ofConditions(filter.conditions(), below);
    Operator input = build(filter.input(), below);
    return new Filter(
        stats(
            filter,
            "Filter",
            () -> Describe.conditions(filter.conditions()),
            AccessWords.NONE,
            input),
        budget,
        input,
        conditions.compile(filter.conditions()),
        slots(carried(needed, filter.input())));
  }

  private Operator antiJoin(PlanNode.AntiJoin anti, Set<String> needed) {
    Set<String> known = PlanVariables.bound(anti.input());
    Set<String> shared = new HashSet<>(PlanVariables.mentioned(anti.body()));
    shared.retainAll(known);
    Set<String> below = new HashSet<>(needed);
    below.addAll(shared);
    Operator input = build(anti.input(), below);
    String rowName = study.rowName(anti);
    AntiJoin.Body shape = body(anti.body(), rowName, shared);
    shape.root().close();
    OperatorStats stats =
        stats(
            anti,
            "AntiJoin",
            () -> "rows with a match are dropped",
            AccessWords.NONE,
            input,
            shape.root());
    return new AntiJoin(
        stats, budget, input, () -> body(anti.body(), rowName, shared), study.slot(rowName));
  }

  private AntiJoin.Body body(PlanNode body, String rowName, Set<String> shared) {
    OuterRows outerLeaf = leaf;
    String outerName = outerRow;
    Set<String> outerShared = outerVariables;
    OperatorStats outerStats = leafStats;
    leaf = null;
    outerRow = rowName;
    outerVariables = shared;
    leafStats = leaves.computeIfAbsent(rowName, n -> new OperatorStats("OuterRows", "", timed));
    try {
      Operator root = anyMatch(body, Set.of(rowName));
      return new AntiJoin.Body(root, java.util.Objects.requireNonNull(leaf), isRepeatable(body));
    } finally {
      leaf = outerLeaf;
      outerRow = outerName;
      outerVariables = outerShared;
      leafStats = outerStats;
    }
  }

  /** The body of a negation: a last hop need not go on once a row has a match. */
  private Operator anyMatch(PlanNode body, Set<String> needed) {
    if (body instanceof PlanNode.Expand last) {
      return expand(last, needed, List.of(), true);
    }
    return body instanceof PlanNode.Filter filter && filter.input() instanceof PlanNode.Expand last
        ? expand(last, needed, filter.conditions(), true)
        : build(body, needed);
  }

  /** Whether the body's operator takes further outer rows once it has delivered all of some. */
  private static boolean isRepeatable(PlanNode body) {
    return body instanceof PlanNode.Expand hop
            && hop.input() instanceof PlanNode.OuterRow
            && hop.traversal().maxHops() == 1
        || body instanceof PlanNode.Filter filter && isRepeatable(filter.input());
  }
}
