package io.omnigraph.query.lint;

import io.omnigraph.model.DidYouMean;
import io.omnigraph.model.SourceText;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.query.ast.Clause;
import io.omnigraph.query.ast.Name;
import io.omnigraph.query.ast.Place;
import io.omnigraph.query.ast.QueryDeclaration;
import io.omnigraph.query.ast.QueryDeclaration.Body;
import io.omnigraph.query.lint.LintReport.Finding;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.query.plan.CompiledQuery.ResultColumn;
import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.query.plan.PlanNode;
import io.omnigraph.query.plan.Variables;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.Constraint;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.NodeType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The rules about one query that compiles (L101 ... L109). Confined to one thread. */
final class LintRules {

  /** Scanning fewer rows than this is nothing to talk about. */
  static final long LARGE_TYPE = 100_000;

  private final Catalog catalog;
  private final Map<TableKey, Long> rowCounts;
  private final SourceText text;
  private final QueryDeclaration declaration;
  private final CompiledQuery compiled;
  private final List<Finding> findings = new ArrayList<>();

  LintRules(
      Catalog catalog,
      Map<TableKey, Long> rowCounts,
      SourceText text,
      QueryDeclaration declaration,
      CompiledQuery compiled) {
    this.catalog = catalog;
    this.rowCounts = rowCounts;
    this.text = text;
    this.declaration = declaration;
    this.compiled = compiled;
  }

  List<Finding> findings() {
    unusedParameters();
    if (declaration.body() instanceof Body.Read body
        && compiled instanceof CompiledQuery.Read read) {
      traversals(body.match());
      order(body, read);
      duplicateColumns(read);
      plan(read.plan());
    }
    return findings;
  }

  private void report(LintCode code, String message, @Nullable Place place, @Nullable String hint) {
    report(code, message, null, null, place, hint);
  }

  private void report(
      LintCode code,
      String message,
      @Nullable String type,
      @Nullable String property,
      @Nullable Place place,
      @Nullable String hint) {
    findings.add(
        QueryLinter.finding(
            code,
            message,
            type,
            property,
            List.of(compiled.name()),
            text,
            place == null ? declaration.name().place() : place,
            hint));
  }

  private void unusedParameters() {
    Set<String> used = UsedNames.in(declaration);
    for (QueryDeclaration.Parameter parameter : declaration.parameters()) {
      if (!used.contains(parameter.name().text())) {
        report(
            LintCode.L101,
            "parameter `$" + parameter.name().text() + "` is never used",
            parameter.name().place(),
            null);
      }
    }
  }

  // ------------------------------------------------------------------ traversals

  private void traversals(List<Clause> clauses) {
    for (Clause clause : clauses) {
      if (clause instanceof Clause.Not not) {
        traversals(not.body());
      } else if (clause instanceof Clause.Traversal traversal) {
        shadowing(traversal.from());
        shadowing(traversal.to());
        catalog.edgeByWord(traversal.edge().text()).ifPresent(edge -> hops(traversal, edge));
      }
    }
  }

  private void shadowing(Name endpoint) {
    boolean parameter =
        declaration.parameters().stream().anyMatch(p -> p.name().text().equals(endpoint.text()));
    if (parameter) {
      report(
          LintCode.L102,
          "traversal end `$"
              + endpoint.text()
              + "` is a variable of its own, not the parameter of that name",
          endpoint.place(),
          "rename one of them");
    }
  }

  private void hops(Clause.Traversal traversal, EdgeType edge) {
    Clause.HopBounds bounds = traversal.bounds();
    if (bounds == null || edge.sameEndpoints()) {
      return;
    }
    String ends = "`" + edge.name() + ": " + edge.from() + " -> " + edge.to() + "`";
    if (bounds.min() > 1) {
      report(
          LintCode.L104,
          "traversal never matches: edge " + ends + " cannot be walked more than once in a row",
          bounds.place(),
          "leave out the hop bounds");
    } else if (bounds.max() != null && bounds.max() > 1) {
      report(
          LintCode.L105,
          "hop bounds have no effect: edge " + ends + " cannot be walked more than once in a row",
          bounds.place(),
          "leave out the hop bounds");
    }
  }

  // ------------------------------------------------------------------ result

  private void order(Body.Read body, CompiledQuery.Read read) {
    if (!ranks(read.plan())) {
      return;
    }
    List<QueryDeclaration.Ordering> order = body.order();
    if (order.size() > 1) {
      report(LintCode.L107, "order keys after a ranking are ignored", order.get(1).place(), null);
    }
    if (order.getFirst().directionWritten()) {
      report(
          LintCode.L107,
          "a ranking has its own direction; asc and desc are ignored",
          order.getFirst().place(),
          null);
    }
  }

  private static boolean ranks(PlanNode plan) {
    return switch (plan) {
      case PlanNode.Project project -> ranks(project.input());
      case PlanNode.Limit limit -> ranks(limit.input());
      case PlanNode.Rank rank -> true;
      case PlanNode.Sort s -> false;
      case PlanNode.Aggregate a -> false;
      case PlanNode.NodeScan s -> false;
      case PlanNode.OuterRow o -> false;
      case PlanNode.Expand e -> false;
      case PlanNode.ExpandInto e -> false;
      case PlanNode.CrossProduct c -> false;
      case PlanNode.Filter f -> false;
      case PlanNode.AntiJoin a -> false;
    };
  }

  private void duplicateColumns(CompiledQuery.Read read) {
    var seen = new HashSet<String>();
    for (ResultColumn column : read.columns()) {
      if (!seen.add(column.name())) {
        report(
            LintCode.L108,
            "column `" + column.name() + "` is returned twice; a row shows only the last",
            null,
            "give one of them an alias with `as`");
      }
    }
  }

  // ------------------------------------------------------------------ plan

  private void plan(PlanNode node) {
    switch (node) {
      case PlanNode.NodeScan scan -> {
        enums(scan.conditions());
        unindexed(scan);
      }
      case PlanNode.OuterRow outer -> {}
      case PlanNode.Expand expand -> {
        plan(expand.input());
        enums(expand.toConditions());
      }
      case PlanNode.ExpandInto expand -> plan(expand.input());
      case PlanNode.CrossProduct product -> {
        cartesian(product);
        plan(product.left());
        plan(product.right());
      }
      case PlanNode.Filter(PlanNode.CrossProduct product, List<Condition> conditions)
          when joins(product, conditions) -> {
        enums(conditions);
        plan(product.left());
        plan(product.right());
      }
      case PlanNode.Filter filter -> {
        enums(filter.conditions());
        plan(filter.input());
      }
      case PlanNode.AntiJoin join -> {
        plan(join.input());
        plan(join.body());
      }
      case PlanNode.Rank rank -> plan(rank.input());
      case PlanNode.Sort sort -> plan(sort.input());
      case PlanNode.Limit limit -> plan(limit.input());
      case PlanNode.Project project -> plan(project.input());
      case PlanNode.Aggregate aggregate -> plan(aggregate.input());
    }
  }

  private static boolean joins(PlanNode.CrossProduct product, List<Condition> conditions) {
    Set<String> left = BoundVariables.of(product.left());
    Set<String> right = BoundVariables.of(product.right());
    return conditions.stream()
        .map(Variables::of)
        .anyMatch(
            uses ->
                uses.stream().anyMatch(left::contains) && uses.stream().anyMatch(right::contains));
  }

  private void cartesian(PlanNode.CrossProduct product) {
    report(
        LintCode.L103,
        shown(product.left())
            + " and "
            + shown(product.right())
            + " are not connected; every combination is considered",
        null,
        "connect them by a traversal or a filter");
  }

  private static String shown(PlanNode node) {
    return BoundVariables.of(node).stream()
        .map(v -> v.startsWith("_#") ? "`$_`" : "`$" + v + "`")
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining(", "));
  }

  private void enums(List<Condition> conditions) {
    for (Condition condition : conditions) {
      if (condition instanceof Condition.Compare(Expr left, Condition.Operator op, Expr right)) {
        enumValue(left, right);
        enumValue(right, left);
      }
    }
  }

  private void enumValue(Expr property, Expr value) {
    if (property instanceof Expr.PropertyRef ref
        && ref.type().isEnum()
        && value instanceof Expr.Literal(Value.Text(String word), var type)
        && !ref.type().enumValues().contains(word)) {
      report(
          LintCode.L106,
          "`$"
              + ref.variable()
              + "."
              + ref.property()
              + "` is compared with '"
              + word
              + "', which is none of "
              + ref.type().enumValues(),
          null,
          DidYouMean.hint(word, ref.type().enumValues()));
    }
  }

  private void unindexed(PlanNode.NodeScan scan) {
    long rows = rowCounts.getOrDefault(TableKey.node(scan.nodeType()), 0L);
    Optional<NodeType> type = catalog.node(scan.nodeType());
    if (rows < LARGE_TYPE || type.isEmpty() || scan.conditions().isEmpty()) {
      return;
    }
    var unindexed = new TreeSet<String>();
    for (Condition condition : scan.conditions()) {
      Optional<String> property = comparedProperty(condition);
      if (property.isEmpty() || isIndexed(type.get(), property.get())) {
        return;
      }
      unindexed.add(property.get());
    }
    for (String property : unindexed) {
      report(
          LintCode.L109,
          "all "
              + rows
              + " rows of `"
              + scan.nodeType()
              + "` are read to filter by `"
              + property
              + "`, which has no index",
          scan.nodeType(),
          property,
          null,
          "declare it with @index");
    }
  }

  /** The property whose index could answer a condition; empty if full-text search answers it. */
  private static Optional<String> comparedProperty(Condition condition) {
    return switch (condition) {
      case Condition.Compare(Expr.PropertyRef ref, var operator, var value) ->
          Optional.of(ref.property());
      case Condition.Compare(var value, var operator, Expr.PropertyRef ref) ->
          Optional.of(ref.property());
      case Condition.ListContains(Expr.PropertyRef ref, var item) -> Optional.of(ref.property());
      case Condition.TextContains(Expr.PropertyRef ref, var part) -> Optional.of(ref.property());
      case Condition.StartsWith(Expr.PropertyRef ref, var prefix) -> Optional.of(ref.property());
      case Condition.Compare c -> Optional.empty();
      case Condition.ListContains c -> Optional.empty();
      case Condition.TextContains c -> Optional.empty();
      case Condition.StartsWith c -> Optional.empty();
      case Condition.IsNull c -> Optional.empty();
      case Condition.Text c -> Optional.empty();
    };
  }

  private static boolean isIndexed(NodeType type, String property) {
    return type.constraints().stream()
        .anyMatch(
            constraint ->
                switch (constraint) {
                  case Constraint.Key key -> key.columns().contains(property);
                  case Constraint.Index index -> index.columns().equals(List.of(property));
                  case Constraint.Unique u -> false;
                  case Constraint.Range r -> false;
                  case Constraint.Check c -> false;
                });
  }
}
