package io.omnigraph.query.check;

import io.omnigraph.model.DidYouMean;
import io.omnigraph.query.ast.Clause;
import io.omnigraph.query.ast.Clause.Binding;
import io.omnigraph.query.ast.Clause.Filter;
import io.omnigraph.query.ast.Clause.Not;
import io.omnigraph.query.ast.Clause.NullTest;
import io.omnigraph.query.ast.Clause.TextTest;
import io.omnigraph.query.ast.Clause.Traversal;
import io.omnigraph.query.ast.Name;
import io.omnigraph.query.plan.Condition;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.PropertyType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Resolves a list of clauses. Bindings, traversals and filters are taken in written order, so a
 * filter must follow the clause that binds its variable; {@code not} blocks come last and see every
 * variable of the list, as they do when the query runs. Confined to one thread.
 */
final class PatternChecker {

  private final Catalog catalog;
  private final Problems problems;
  private final ValueChecker values;
  private final FilterChecker filters;
  private final TraversalChecker traversals;

  PatternChecker(Catalog catalog, Problems problems, ExpressionChecker expressions) {
    this.catalog = catalog;
    this.problems = problems;
    this.values = new ValueChecker(problems);
    this.filters = new FilterChecker(problems, expressions);
    this.traversals = new TraversalChecker(catalog, problems);
  }

  /** Resolves the top-level clauses and binds their variables in {@code scope}. */
  Pattern check(List<Clause> clauses, Scope scope) {
    return check(clauses, scope, new Pattern(Map.of()));
  }

  private Pattern check(List<Clause> clauses, Scope scope, Pattern pattern) {
    var negations = new ArrayList<Not>();
    for (Clause clause : clauses) {
      switch (clause) {
        case Binding binding -> binding(binding, scope, pattern);
        case Traversal traversal -> traversals.check(traversal, scope, pattern);
        case Filter filter -> add(filters.filter(filter, scope), pattern);
        case NullTest test -> add(filters.nullTest(test, scope), pattern);
        case TextTest test -> add(filters.textTest(test, scope), pattern);
        case Not not -> negations.add(not);
      }
    }
    for (Not not : negations) {
      if (!Mentions.anyOf(not.body(), scope)) {
        problems.type(
            "T9",
            "negation block must reference at least one outer-bound variable",
            not.place(),
            "what is inside must mention a variable bound outside, directly in this block");
      }
      Scope inner = scope.inner();
      pattern.negations.add(check(not.body(), inner, new Pattern(scope.bindings())));
    }
    return pattern;
  }

  private static void add(@Nullable Condition condition, Pattern pattern) {
    if (condition != null) {
      pattern.filters.add(condition);
    }
  }

  private void binding(Binding binding, Scope scope, Pattern pattern) {
    Name variable = binding.variable();
    Optional<NodeType> type = catalog.node(binding.type().text());
    if (type.isEmpty()) {
      problems.type(
          "T1",
          "unknown node type `" + binding.type().text() + "`",
          binding.type().place(),
          unknownTypeHint(binding.type().text()));
      if (!variable.isAnonymous() && scope.variable(variable.text()) == null) {
        scope.bind(variable.text(), new Scope.Bound(null, false));
      }
      return;
    }
    if (!bind(variable, type.get(), scope)) {
      return;
    }
    String name = variable.isAnonymous() ? scope.freshName() : variable.text();
    pattern.declare(name, type.get().name(), inlineConditions(binding, name, type.get(), scope));
  }

  private boolean bind(Name variable, NodeType type, Scope scope) {
    if (variable.isAnonymous()) {
      return true;
    }
    Scope.Bound bound = scope.variable(variable.text());
    if (bound == null || bound.typeName() == null) {
      scope.bind(variable.text(), new Scope.Bound(type.name(), false));
      return true;
    }
    if (bound.edge()) {
      problems.type(
          "T23",
          "edge binding `$" + variable.text() + "` cannot be rebound as a node",
          variable.place());
      return false;
    }
    if (!type.name().equals(bound.typeName())) {
      problems.type(
          null,
          "variable `$"
              + variable.text()
              + "` already bound to type `"
              + bound.typeName()
              + "`, cannot rebind to `"
              + type.name()
              + "`",
          variable.place());
      return false;
    }
    return true;
  }

  private @Nullable String unknownTypeHint(String name) {
    if (catalog.interfaces().containsKey(name)) {
      return "`" + name + "` is an interface; match a node type that implements it";
    }
    if (catalog.edges().containsKey(name)) {
      String word = name.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + name.substring(1);
      return "`" + name + "` is an edge type; traverse it, as in $a " + word + " $b";
    }
    return DidYouMean.hint(name, catalog.nodes().keySet());
  }

  private List<Condition> inlineConditions(
      Binding binding, String variable, NodeType type, Scope scope) {
    var conditions = new ArrayList<Condition>();
    for (Clause.PropertyMatch match : binding.matches()) {
      String name = match.property().text();
      Optional<Property> property = type.property(name);
      if (property.isEmpty()) {
        problems.type(
            "T2",
            "type `" + type.name() + "` has no property `" + name + "`",
            match.property().place(),
            ExpressionChecker.propertyHint(name, type, variable));
        continue;
      }
      PropertyType propertyType = property.get().type();
      Expr value =
          values.check(
              type.name(), name, propertyType, match.value(), ValueChecker.Use.MATCH, scope);
      if (value != null) {
        var ref = new Expr.PropertyRef(variable, name, propertyType);
        conditions.add(
            propertyType.list()
                ? new Condition.ListContains(ref, value)
                : new Condition.Compare(ref, Condition.Operator.EQ, value));
      }
    }
    return conditions;
  }

  /** Which variables clauses mention directly (not inside a further {@code not}). */
  static final class Mentions {

    private Mentions() {}

    /** True if a direct clause mentions a variable bound in {@code outer}. */
    static boolean anyOf(List<Clause> clauses, Scope outer) {
      Set<String> bound = Set.copyOf(outer.variableNames());
      return clauses.stream().anyMatch(clause -> mentions(clause, bound, outer));
    }

    private static boolean mentions(Clause clause, Set<String> bound, Scope outer) {
      return switch (clause) {
        case Binding binding -> bound.contains(binding.variable().text());
        case Traversal traversal ->
            bound.contains(traversal.from().text())
                || bound.contains(traversal.to().text())
                || traversal.edgeVariable() != null
                    && bound.contains(traversal.edgeVariable().text());
        case Filter filter ->
            ExpressionVariables.of(filter.left(), outer).anyMatch(bound::contains)
                || ExpressionVariables.of(filter.right(), outer).anyMatch(bound::contains);
        case NullTest test ->
            ExpressionVariables.of(test.operand(), outer).anyMatch(bound::contains);
        case TextTest test -> ExpressionVariables.of(test.call(), outer).anyMatch(bound::contains);
        case Not not -> false;
      };
    }
  }

  /** The edge type of a traversal word; for messages of others. */
  static String describe(EdgeType edge) {
    return edge.name() + ": " + edge.from() + " -> " + edge.to();
  }
}
