package io.omnigraph.read.exec;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.query.plan.CompiledQuery.ResultColumn;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.query.plan.PlanNode.AggregateColumn;
import io.omnigraph.query.plan.PlanNode.Function;
import io.omnigraph.query.plan.Ranking;
import io.omnigraph.read.access.GraphAccess;
import io.omnigraph.read.access.PageBounds;
import io.omnigraph.read.access.PageKey;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.expr.Operand;
import io.omnigraph.read.expr.OperandCompiler;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds the part of a physical plan above the pattern: ranking or sorting, aggregation, limit, and
 * the result's columns. {@link PatternPlanner} builds what is below.
 */
final class PhysicalPlanner {

  private final PlanStudy study;
  private final QueryScope scope;
  private final QueryBudget budget;
  private final boolean timed;
  private final @Nullable PageBounds page;
  private @Nullable PageEnd pageEnd;

  /** Projected fusions that nothing ranks anyway. */
  private List<Ranking> fusions = List.of();

  private final OperandCompiler operands;
  private final PatternPlanner patterns;

  PhysicalPlanner(
      PlanStudy study,
      QueryScope scope,
      GraphAccess graph,
      QueryBudget budget,
      boolean timed,
      @Nullable PageBounds page) {
    this.page = page;
    this.study = study;
    this.scope = scope;
    this.budget = budget;
    this.timed = timed;
    this.operands = new OperandCompiler(scope);
    this.patterns = new PatternPlanner(study, scope, graph, budget, timed);
  }

  /** A running plan: its root and what to compute for each result column. */
  record Plan(Operator root, List<Operand> columns, @Nullable PageEnd page) {}

  /**
   * The last row of a page, if the query's own limit lets further pages follow.
   *
   * @param lastRow its number in the sorted rows
   */
  record PageEnd(Sort sort, int lastRow) {
    @Nullable PageKey key() {
      return sort.endOfPage(lastRow);
    }
  }

  Plan plan(PlanNode plan, List<ResultColumn> columns) {
    return plan instanceof PlanNode.Project project
        ? projection(project)
        : aggregation(plan, columns);
  }

  private Plan projection(PlanNode.Project project) {
    Set<String> needed = new HashSet<>();
    project.columns().forEach(c -> PlanVariables.of(c.expression(), needed));
    fusions = study.fusions();
    Operator root = rows(project.input(), needed);
    List<Operand> columns = new ArrayList<>(project.columns().size());
    project.columns().forEach(c -> columns.add(operands.compile(c.expression())));
    return new Plan(root, columns, pageEnd);
  }

  /** Limit, Rank and Sort over a pattern. */
  private Operator rows(PlanNode node, Set<String> needed) {
    PlanNode below = node;
    long offset = 0;
    long limit = Long.MAX_VALUE;
    if (below instanceof PlanNode.Limit bounds) {
      offset = bounds.offset() == null ? 0 : Bounds.of(operands, "offset", bounds.offset());
      limit =
          bounds.limit() == null ? Long.MAX_VALUE : Bounds.of(operands, "limit", bounds.limit());
      below = bounds.input();
    }
    if (page != null) {
      return paged(pageInput(below, needed, page), patterns.slots(needed), page, offset, limit);
    }
    long wanted = limit > Long.MAX_VALUE - offset ? Long.MAX_VALUE : limit + offset;
    Operator ordered = ordered(below, needed, wanted);
    return node instanceof PlanNode.Limit ? limited(ordered, offset, limit) : ordered;
  }

  /** Rows and the keys that order them totally, as far as their columns can tell them apart. */
  private record Keyed(Operator input, List<Sort.Key> keys, int inOrder) {}

  private Keyed pageInput(PlanNode node, Set<String> needed, PageBounds bounds) {
    if (node instanceof PlanNode.Rank) {
      throw new BadRequestException(
          "pagination_not_supported",
          "a ranked query gives its best rows at once; use limit and offset instead of pages");
    }
    if (node instanceof PlanNode.Sort sort) {
      List<Expr> keys = new ArrayList<>(sort.keys().stream().map(k -> k.expression()).toList());
      sort.tieBreakers().forEach(v -> keys.add(new Expr.VariableRef(v)));
      // Constant keys were left out, so there may be none but the ids.
      boolean descends = !sort.keys().isEmpty() && sort.keys().getFirst().descending();
      int inOrder = seek(sort.input(), keys, descends, bounds);
      Keyed rows = keyed(sort, needed);
      return new Keyed(rows.input(), rows.keys(), inOrder);
    }
    List<Expr> order = unordered(node, needed);
    int inOrder = seek(node, order, false, bounds);
    Set<String> below = new HashSet<>(needed);
    order.forEach(e -> PlanVariables.of(e, below));
    List<Sort.Key> keys =
        order.stream().map(e -> new Sort.Key(operands.compile(e), false)).toList();
    return new Keyed(pattern(node, below), keys, inOrder);
  }

  /**
   * The order in which a result without one is paged: by the ids of what it shows, after that of
   * the node that the pattern starts from, so that a page can start where the one before ended.
   */
  private static List<Expr> unordered(PlanNode pattern, Set<String> needed) {
    PlanNode.NodeScan start = PageSeek.start(pattern);
    List<Expr> order = new ArrayList<>();
    if (start != null) {
      order.add(new Expr.VariableRef(start.variable()));
    }
    needed.stream()
        .filter(v -> start == null || !v.equals(start.variable()))
        .sorted()
        .forEach(v -> order.add(new Expr.VariableRef(v)));
    return order;
  }

  /**
   * Lets the pattern start where the page before ended, if that pays: the first page of a plain
   * scan is faster without an order that may have to be made.
   *
   * @return by how many of the keys the rows will come in order
   */
  private int seek(PlanNode pattern, List<Expr> keys, boolean firstDescends, PageBounds bounds) {
    boolean plainStart = bounds.after() == null && pattern instanceof PlanNode.NodeScan;
    if (plainStart || !fusions.isEmpty()) {
      return 0; // what is fused ranks all rows
    }
    PageSeek wanted = PageSeek.of(pattern, keys, firstDescends);
    return wanted != null && patterns.seek(wanted, bounds.after(), bounds.size() + 1L)
        ? wanted.prefix()
        : 0;
  }

  /** One page: the rows up to the page's key are passed over, one row more shows if more follow. */
  private Operator paged(Keyed rows, int[] slots, PageBounds bounds, long offset, long limit) {
    long left = limit == Long.MAX_VALUE ? limit : Math.max(0, limit - bounds.delivered());
    int size = (int) Math.min(bounds.size(), left);
    long skip = bounds.after() == null ? offset : 0;
    Sort sort =
        sorted(rows, slots, skip + size + 1, rows.keys().size(), "every page reads all rows");
    if (left > size) {
      pageEnd = new PageEnd(sort, Math.toIntExact(skip + size - 1));
    }
    return limited(sort, skip, size);
  }

  private Keyed keyed(PlanNode.Sort sort, Set<String> needed) {
    Set<String> below = new HashSet<>(needed);
    sort.keys().forEach(k -> PlanVariables.of(k.expression(), below));
    below.addAll(sort.tieBreakers());
    Operator input = pattern(sort.input(), below);
    List<Sort.Key> keys = new ArrayList<>();
    sort.keys()
        .forEach(k -> keys.add(new Sort.Key(operands.compile(k.expression()), k.descending())));
    sort.tieBreakers()
        .forEach(v -> keys.add(new Sort.Key(operands.compile(new Expr.VariableRef(v)), false)));
    return new Keyed(input, keys, 0);
  }

  private Operator ordered(PlanNode node, Set<String> needed, long wanted) {
    if (node instanceof PlanNode.Rank rank) {
      return rank(rank, needed, wanted);
    }
    if (node instanceof PlanNode.Sort sort) {
      Keyed rows = keyed(sort, needed);
      return sorted(rows, patterns.slots(needed), wanted, sort.keys().size(), "");
    }
    return pattern(node, needed);
  }

  /** The pattern; if fusions of its nodes are projected, all of them are ranked above it. */
  private Operator pattern(PlanNode node, Set<String> needed) {
    if (fusions.isEmpty()) {
      return patterns.build(node, needed);
    }
    Set<String> kept = new HashSet<>(needed);
    fusions.forEach(fusion -> kept.add(fusion.variable()));
    Operator input = patterns.build(node, kept);
    OperatorStats stats =
        new OperatorStats(
                "Candidates",
                fusions.stream().map(Describe::ranking).collect(Collectors.joining(", ")),
                timed)
            .child(input.stats());
    List<Candidates.Use> uses = new ArrayList<>();
    for (Ranking fusion : fusions) {
      uses.add(
          new Candidates.Use(
              study.slot(fusion.variable()),
              (candidates, count) -> scope.rank(fusion, candidates, count, Long.MAX_VALUE)));
    }
    return new Candidates(stats, budget, input, uses, patterns.slots(kept), study.slotCount());
  }

  /**
   * @param reason why all rows are read, if that is worth a word
   */
  private Sort sorted(Keyed rows, int[] slots, long wanted, int userKeys, String reason) {
    Operator input = rows.input();
    List<Sort.Key> keys = rows.keys();
    Supplier<String> detail =
        () ->
            userKeys
                + (userKeys == 1 ? " key" : " keys")
                + (wanted == Long.MAX_VALUE ? "" : ", top " + wanted);
    OperatorStats stats =
        new OperatorStats(wanted == Long.MAX_VALUE ? "Sort" : "TopK", detail, timed)
            .via("", rows.inOrder() > 0 ? "rows come in order, the rest is not read" : reason)
            .child(input.stats());
    return new Sort(
        stats,
        budget,
        input,
        keys,
        slots,
        wanted,
        rows.inOrder(),
        study.slotCount(),
        page == null ? null : page.after());
  }

  private Operator rank(PlanNode.Rank rank, Set<String> needed, long wanted) {
    String variable = rank.ranking().variable();
    fusions = fusions.stream().filter(fusion -> !fusion.equals(rank.ranking())).toList();
    Set<String> below = new HashSet<>(needed);
    below.add(variable);
    below.addAll(rank.tieBreakers());
    Operator input = pattern(rank.input(), below);
    OperatorStats stats =
        new OperatorStats("Rank", () -> Describe.ranking(rank.ranking()), timed)
            .via(scope.nodes(variable).path().word(), "candidates are the rows of the pattern")
            .child(input.stats());
    return new Rank(
        stats,
        budget,
        input,
        study.slot(variable),
        (candidates, count) -> scope.rank(rank.ranking(), candidates, count, wanted),
        rank.ranking() instanceof Ranking.Rrf,
        rank.tieBreakers().stream()
            .filter(v -> !v.equals(variable))
            .map(v -> operands.compile(new Expr.VariableRef(v)))
            .toList(),
        patterns.slots(below),
        study.slotCount());
  }

  private Operator limited(Operator input, long offset, long limit) {
    Supplier<String> detail =
        () ->
            (limit == Long.MAX_VALUE ? "all" : Long.toString(limit))
                + (offset == 0 ? "" : " after " + offset);
    return new Limit(
        new OperatorStats("Limit", detail, timed).child(input.stats()),
        budget,
        input,
        offset,
        limit);
  }

  /** [Limit] ([Sort] (Aggregate (pattern))). */
  private Plan aggregation(PlanNode plan, List<ResultColumn> columns) {
    PlanNode.@Nullable Limit limit = plan instanceof PlanNode.Limit l ? l : null;
    PlanNode below = limit == null ? plan : limit.input();
    PlanNode.@Nullable Sort sort = below instanceof PlanNode.Sort s ? s : null;
    PlanNode.Aggregate aggregate = (PlanNode.Aggregate) (sort == null ? below : sort.input());
    int resultSlot = study.slot(PlanStudy.RESULT_ROW);
    Aggregate grouped = aggregate(aggregate, columns, resultSlot);
    List<Operand> results = new ArrayList<>();
    Map<String, Operand> byName = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      int index = i;
      Operand operand = chunk -> grouped.column(index).gather(chunk.slot(resultSlot), chunk.rows());
      results.add(operand);
      byName.put(columns.get(i).name(), operand);
    }
    long offset =
        limit == null || limit.offset() == null ? 0 : Bounds.of(operands, "offset", limit.offset());
    long most =
        limit == null || limit.limit() == null
            ? Long.MAX_VALUE
            : Bounds.of(operands, "limit", limit.limit());
    Operator root = grouped;
    List<Sort.Key> keys = new ArrayList<>();
    if (sort != null) {
      for (PlanNode.SortKey key : sort.keys()) {
        Operand operand =
            key.expression() instanceof Expr.ColumnRef ref
                ? Objects.requireNonNull(byName.get(ref.column()), ref.column())
                : operands.compile(key.expression());
        keys.add(new Sort.Key(operand, key.descending()));
      }
      for (String name : sort.tieBreakers()) {
        keys.add(new Sort.Key(Objects.requireNonNull(byName.get(name), name), false));
      }
    }
    int[] resultSlots = {resultSlot};
    if (page != null) {
      requireScalarGroups(aggregate, columns);
      if (sort == null) {
        groupKeys(aggregate, results, keys);
      }
      root = paged(new Keyed(grouped, keys, 0), resultSlots, page, offset, most);
      return new Plan(root, results, pageEnd);
    }
    if (sort != null) {
      long wanted = most > Long.MAX_VALUE - offset ? Long.MAX_VALUE : most + offset;
      root = sorted(new Keyed(root, keys, 0), resultSlots, wanted, sort.keys().size(), "");
    }
    if (limit != null) {
      root = limited(root, offset, most);
    }
    return new Plan(root, results, pageEnd);
  }

  /** The end of a page is told by the keys of its last group, which must fit a token. */
  private static void requireScalarGroups(
      PlanNode.Aggregate aggregate, List<ResultColumn> columns) {
    for (int i = 0; i < columns.size(); i++) {
      PropertyType type = columns.get(i).type();
      if (aggregate.columns().get(i) instanceof AggregateColumn.GroupKey
          && (type.list() || type.scalar() == ScalarType.VECTOR)) {
        throw new BadRequestException(
            "pagination_not_supported",
            "groups by lists or vectors cannot be paged through; use `limit` and `offset`");
      }
    }
  }

  /** Groups in no order are paged in the order of their keys. */
  private static void groupKeys(
      PlanNode.Aggregate aggregate, List<Operand> results, List<Sort.Key> keys) {
    for (int i = 0; i < results.size(); i++) {
      if (aggregate.columns().get(i) instanceof AggregateColumn.GroupKey) {
        keys.add(new Sort.Key(results.get(i), false));
      }
    }
  }

  /** Nodes and edges are told apart by their numbers; nobody sees their ids. */
  private static boolean isIdentity(AggregateColumn.Computed computed) {
    return computed.function() == Function.COUNT
        && computed.distinct()
        && computed.argument() instanceof Expr.VariableRef;
  }

  /** The slot of the node or edge whose value an expression is; -1 if it is of another kind. */
  private int decidedBy(Expr expression) {
    return expression instanceof Expr.PropertyRef property ? study.slot(property.variable()) : -1;
  }

  /** What an aggregate looks at; null if it counts rows. */
  private @Nullable Operand argument(AggregateColumn.Computed computed) {
    if (PlanVariables.countsRows(computed)) {
      return null;
    }
    return isIdentity(computed) && computed.argument() instanceof Expr.VariableRef variable
        ? operands.identity(variable.variable())
        : operands.compile(computed.argument());
  }

  private Aggregate aggregate(
      PlanNode.Aggregate aggregate, List<ResultColumn> columns, int resultSlot) {
    Set<String> needed = new HashSet<>();
    aggregate.columns().forEach(c -> PlanVariables.of(c, needed));
    Operator input = patterns.buildCounted(aggregate.input(), needed);
    List<Aggregate.Output> outputs = new ArrayList<>();
    for (int i = 0; i < aggregate.columns().size(); i++) {
      PropertyType type = columns.get(i).type();
      outputs.add(
          switch (aggregate.columns().get(i)) {
            case AggregateColumn.GroupKey key ->
                new Aggregate.Output.Key(
                    new KeyNumbers(
                        budget, operands.compile(key.expression()), decidedBy(key.expression())),
                    type);
            case AggregateColumn.Computed computed ->
                new Aggregate.Output.Computed(
                    Accumulator.of(
                        computed.function(), computed.distinct(), isIdentity(computed), budget),
                    argument(computed),
                    type);
          });
    }
    OperatorStats stats =
        new OperatorStats("Aggregate", () -> Describe.aggregate(aggregate), timed)
            .child(input.stats());
    return new Aggregate(stats, budget, input, outputs, resultSlot, study.slotCount());
  }
}
