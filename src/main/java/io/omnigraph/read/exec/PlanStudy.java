package io.omnigraph.read.exec;

import io.omnigraph.model.TableKey;
import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.query.plan.PlanNode.AggregateColumn;
import io.omnigraph.query.plan.PlanNode.Direction;
import io.omnigraph.query.plan.Ranking;
import io.omnigraph.read.access.Needs;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a plan binds and reads: a slot and a type for every variable, the properties and directions
 * of every table, the rankings.
 */
final class PlanStudy {

  /** A bound variable. */
  record Variable(int slot, String typeName, boolean edge) {
    TableKey table() {
      return edge ? TableKey.edge(typeName) : TableKey.node(typeName);
    }
  }

  /** Begins the names of slots that hold no variable; no variable begins so. */
  static final String EXTRA = "#";

  /** The slot that numbers the rows of an aggregation's result. */
  static final String RESULT_ROW = EXTRA + "result";

  private final Map<String, Variable> variables = new LinkedHashMap<>();
  private final Map<String, Integer> extraSlots = new HashMap<>();
  private final Map<PlanNode.AntiJoin, String> rowNames = new IdentityHashMap<>();
  private final Needs needs = new Needs();
  private final List<Expr.PropertyRef> vectorFields = new ArrayList<>();
  private final Set<Ranking> fusions = new LinkedHashSet<>();
  private @Nullable PairShape pairs;
  private int slots;

  /**
   * @param paged whether a page of the result is wanted, which takes an order
   */
  static PlanStudy of(PlanNode plan, boolean paged) {
    PlanStudy study = new PlanStudy();
    study.bind(plan);
    study.read(plan);
    if (paged && plan instanceof PlanNode.Project project) {
      study.readOrderOfPages(project);
    }
    return study;
  }

  /** What has no order is paged in the order of the ids of what it shows. */
  private void readOrderOfPages(PlanNode.Project project) {
    PlanNode rows = project.input() instanceof PlanNode.Limit l ? l.input() : project.input();
    if (!(rows instanceof PlanNode.Sort)) {
      Set<String> shown = new LinkedHashSet<>();
      project.columns().forEach(c -> PlanVariables.of(c.expression(), shown));
      shown.forEach(this::readIdOfEdge);
    }
  }

  Variable variable(String name) {
    Variable variable = variables.get(name);
    if (variable == null) {
      throw new IllegalStateException("variable is not bound by the plan: " + name);
    }
    return variable;
  }

  int slot(String name) {
    Integer extra = extraSlots.get(name);
    return extra != null ? extra : variable(name).slot();
  }

  /** The name of the slot that numbers the rows a negation tests. */
  String rowName(PlanNode.AntiJoin anti) {
    return Objects.requireNonNull(rowNames.get(anti), "a negation of this plan");
  }

  private String extraSlot(String name) {
    extraSlots.put(name, slots++);
    return name;
  }

  int slotCount() {
    return slots;
  }

  Needs needs() {
    return needs;
  }

  /** Vector properties that are ranked by; they are read only if someone asks for them. */
  List<Expr.PropertyRef> vectorFields() {
    return vectorFields;
  }

  /** Fusions whose scores are asked for. */
  List<Ranking> fusions() {
    return List.copyOf(fusions);
  }

  /** Whether the aggregation's pattern is one of pairs of hops; null if not. */
  @Nullable PairShape pairs() {
    return pairs;
  }

  private void bindOne(String name, String type, boolean edge) {
    variables.computeIfAbsent(name, n -> new Variable(slots++, type, edge));
  }

  private void bind(PlanNode node) {
    switch (node) {
      case PlanNode.NodeScan scan -> bindOne(scan.variable(), scan.nodeType(), false);
      case PlanNode.OuterRow outer ->
          outer.bindings().forEach(b -> bindOne(b.variable(), b.typeName(), b.edge()));
      case PlanNode.Expand expand -> {
        bind(expand.input());
        bindOne(expand.to(), expand.toType(), false);
        bindEdge(expand.traversal());
      }
      case PlanNode.ExpandInto into -> {
        bind(into.input());
        bindEdge(into.traversal());
        if (isCheckedFromBothEnds(into)) {
          needDirection(into.traversal().edgeType(), Direction.BOTH);
        }
      }
      case PlanNode.CrossProduct cross -> {
        bind(cross.left());
        bind(cross.right());
      }
      case PlanNode.AntiJoin anti -> {
        rowNames.put(anti, extraSlot(EXTRA + "row" + rowNames.size()));
        bind(anti.input());
        bind(anti.body());
      }
      case PlanNode.Filter filter -> bind(filter.input());
      case PlanNode.Rank rank -> bind(rank.input());
      case PlanNode.Sort sort -> bind(sort.input());
      case PlanNode.Limit limit -> bind(limit.input());
      case PlanNode.Project project -> bind(project.input());
      case PlanNode.Aggregate aggregate -> {
        extraSlot(RESULT_ROW);
        bind(aggregate.input());
        findPairs(aggregate);
      }
    }
  }

  private void findPairs(PlanNode.Aggregate aggregate) {
    Set<String> looked = new LinkedHashSet<>();
    aggregate.columns().forEach(c -> PlanVariables.of(c, looked));
    if (TreeCountPlanner.counts(aggregate.input(), looked)) {
      return;
    }
    pairs = PairShape.of(aggregate.input(), looked).orElse(null);
    if (pairs != null) {
      pairs.sides().forEach(side -> needDirection(side.edgeType(), side.direction()));
    }
  }

  /** Where many rows are checked for an edge, it pays to have the lists of both ends. */
  static boolean isCheckedFromBothEnds(PlanNode.ExpandInto into) {
    PlanNode node = into.input();
    while (!(node instanceof PlanNode.NodeScan scan)) {
      if (node instanceof PlanNode.Expand hop) {
        node = hop.input();
      } else if (node instanceof PlanNode.ExpandInto other) {
        node = other.input();
      } else if (node instanceof PlanNode.Filter filter) {
        node = filter.input();
      } else {
        return false;
      }
    }
    return into.traversal().maxHops() == 1 && !TreeCountPlanner.isSelective(scan.conditions());
  }

  private void needDirection(String edgeType, Direction direction) {
    if (direction != Direction.IN) {
      needs.direction(edgeType, true);
    }
    if (direction != Direction.OUT) {
      needs.direction(edgeType, false);
    }
  }

  private void bindEdge(PlanNode.Traversal traversal) {
    if (traversal.edgeVariable() != null) {
      bindOne(traversal.edgeVariable(), traversal.edgeType(), true);
    }
    needDirection(traversal.edgeType(), traversal.direction());
  }

  private void read(PlanNode node) {
    switch (node) {
      case PlanNode.NodeScan scan -> scan.conditions().forEach(this::read);
      case PlanNode.OuterRow ignored -> {}
      case PlanNode.Expand expand -> {
        read(expand.input());
        expand.toConditions().forEach(this::read);
      }
      case PlanNode.ExpandInto into -> read(into.input());
      case PlanNode.CrossProduct cross -> {
        read(cross.left());
        read(cross.right());
      }
      case PlanNode.AntiJoin anti -> {
        read(anti.input());
        read(anti.body());
      }
      case PlanNode.Filter filter -> {
        read(filter.input());
        filter.conditions().forEach(this::read);
      }
      case PlanNode.Rank rank -> {
        read(rank.input());
        read(rank.ranking());
        rank.tieBreakers().forEach(this::readIdOfEdge);
      }
      case PlanNode.Sort sort -> {
        read(sort.input());
        sort.keys().forEach(k -> read(k.expression()));
        sort.tieBreakers().forEach(this::readIdOfEdge);
      }
      case PlanNode.Limit limit -> read(limit.input());
      case PlanNode.Project project -> {
        read(project.input());
        project.columns().forEach(c -> read(c.expression()));
      }
      case PlanNode.Aggregate aggregate -> {
        read(aggregate.input());
        for (AggregateColumn column : aggregate.columns()) {
          switch (column) {
            case AggregateColumn.GroupKey key -> read(key.expression());
            case AggregateColumn.Computed computed -> {
              if (!(computed.argument() instanceof Expr.VariableRef) || computed.distinct()) {
                read(computed.argument());
              }
            }
          }
        }
      }
    }
  }

  private void readIdOfEdge(String name) {
    Variable variable = variables.get(name);
    if (variable != null && variable.edge()) {
      needs.property(variable.table(), "id", PropertyType.of(ScalarType.STRING));
    }
  }

  private void read(Condition condition) {
    switch (condition) {
      case Condition.Compare c -> {
        read(c.left());
        read(c.right());
      }
      case Condition.ListContains l -> {
        read(l.list());
        read(l.item());
      }
      case Condition.TextContains t -> {
        read(t.text());
        read(t.part());
      }
      case Condition.StartsWith s -> {
        read(s.text());
        read(s.prefix());
      }
      case Condition.IsNull n -> read(n.operand());
      case Condition.Text text -> read(text.match());
    }
  }

  private void read(Expr expression) {
    switch (expression) {
      case Expr.PropertyRef ref -> {
        if (ref.type().scalar() != ScalarType.BLOB) {
          needs.property(variable(ref.variable()).table(), ref.property(), ref.type());
        }
      }
      case Expr.VariableRef ref -> readIdOfEdge(ref.variable());
      case Expr.Score score -> {
        read(score.ranking());
        if (score.ranking() instanceof Ranking.Rrf) {
          fusions.add(score.ranking());
        }
      }
      case Expr.Literal ignored -> {}
      case Expr.ParameterRef ignored -> {}
      case Expr.Now ignored -> {}
      case Expr.TextMatches text -> read(text.match());
      case Expr.ColumnRef ignored -> {}
    }
  }

  /** Misspelt words are looked for by storage. */
  private void read(Expr.TextMatch match) {
    if (match.kind() != Expr.TextMatch.Kind.FUZZY) {
      needs.words(variable(match.field().variable()).table(), match.field().property());
    }
  }

  private void read(Ranking ranking) {
    switch (ranking) {
      case Ranking.Nearest nearest -> vectorFields.add(nearest.field());
      case Ranking.Bm25 bm25 ->
          needs.words(variable(bm25.field().variable()).table(), bm25.field().property());
      case Ranking.Rrf rrf -> {
        read(rrf.first());
        read(rrf.second());
      }
    }
  }
}
