package io.omnigraph.query.check;

import io.omnigraph.model.DidYouMean;
import io.omnigraph.query.ast.Clause;
import io.omnigraph.query.ast.Clause.Traversal;
import io.omnigraph.query.ast.Name;
import io.omnigraph.query.plan.PlanNode.Direction;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EdgeType;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Resolves traversals: edge type, direction, hop bounds, edge binding (T4, T5, T15, T22, T23). */
final class TraversalChecker {

  private final Catalog catalog;
  private final Problems problems;

  TraversalChecker(Catalog catalog, Problems problems) {
    this.catalog = catalog;
    this.problems = problems;
  }

  void check(Traversal traversal, Scope scope, Pattern pattern) {
    Optional<EdgeType> edge = catalog.edgeByWord(traversal.edge().text());
    if (edge.isEmpty()) {
      problems.type(
          "T4",
          "unknown edge type `" + traversal.edge().text() + "`",
          traversal.edge().place(),
          unknownEdgeHint(traversal.edge().text()));
      poison(traversal, scope);
      return;
    }
    boolean sound = undirectedFits(traversal, edge.get());
    sound &= boundsFit(traversal);
    sound &= edgeBindingFits(traversal, scope);
    sound &= noEdgeAsEndpoint(traversal.from(), scope);
    sound &= noEdgeAsEndpoint(traversal.to(), scope);
    if (!sound) {
      poison(traversal, scope);
      return;
    }
    Ends ends = resolveEnds(traversal, edge.get(), scope);
    if (ends == null) {
      poison(traversal, scope);
      return;
    }
    bind(traversal, edge.get(), ends, scope, pattern);
  }

  private @Nullable String unknownEdgeHint(String word) {
    List<String> words =
        catalog.edges().keySet().stream()
            .map(name -> name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1))
            .toList();
    return DidYouMean.hint(word, words);
  }

  /** Binds what is not bound yet to an unknown type, so that uses of it are not reported too. */
  private static void poison(Traversal traversal, Scope scope) {
    for (Name name : List.of(traversal.from(), traversal.to())) {
      if (!name.isAnonymous() && scope.variable(name.text()) == null) {
        scope.bind(name.text(), new Scope.Bound(null, false));
      }
    }
    Name edgeVariable = traversal.edgeVariable();
    if (edgeVariable != null
        && !edgeVariable.isAnonymous()
        && scope.variable(edgeVariable.text()) == null) {
      scope.bind(edgeVariable.text(), new Scope.Bound(null, true));
    }
  }

  private boolean undirectedFits(Traversal traversal, EdgeType edge) {
    if (!traversal.undirected() || edge.sameEndpoints()) {
      return true;
    }
    problems.type(
        "T22",
        "undirected traversal `<"
            + edge.name()
            + ">` requires a same-endpoint-type edge, but `"
            + PatternChecker.describe(edge)
            + "` is asymmetric; use the directional form",
        traversal.edge().place(),
        "write " + traversal.edge().text() + " without < >");
    return false;
  }

  private boolean boundsFit(Traversal traversal) {
    Clause.HopBounds bounds = traversal.bounds();
    if (bounds == null) {
      return true;
    }
    Long max = bounds.max();
    String message = null;
    if (max == null) {
      message = "unbounded traversal is disabled; use bounded traversal {min,max}";
    } else if (bounds.min() < 1) {
      message = "traversal min hop bound must be >= 1";
    } else if (max < bounds.min()) {
      message = "invalid traversal bounds {" + bounds.min() + "," + max + "}; max must be >= min";
    } else if (max > Integer.MAX_VALUE) {
      message = "traversal max hop bound must be <= " + Integer.MAX_VALUE;
    }
    if (message != null) {
      problems.type("T15", message, bounds.place());
    }
    return message == null;
  }

  private boolean edgeBindingFits(Traversal traversal, Scope scope) {
    Name variable = traversal.edgeVariable();
    if (variable == null) {
      return true;
    }
    String shown = "edge binding `$" + variable.text() + "`";
    if (traversal.bounds() != null) {
      problems.type(
          "T23",
          shown + " cannot be combined with hop bounds",
          traversal.bounds().place(),
          "an edge binding walks exactly one hop");
      return false;
    }
    if (variable.isAnonymous()) {
      return true;
    }
    if (variable.text().equals(traversal.from().text())
        || variable.text().equals(traversal.to().text())) {
      problems.type(
          "T23", shown + " cannot also be an endpoint of its traversal", variable.place());
      return false;
    }
    if (scope.variable(variable.text()) != null) {
      problems.type("T23", shown + " is already bound", variable.place());
      return false;
    }
    return true;
  }

  private boolean noEdgeAsEndpoint(Name endpoint, Scope scope) {
    Scope.Bound bound = scope.variable(endpoint.text());
    if (bound == null || !bound.edge() || endpoint.isAnonymous()) {
      return true;
    }
    problems.type(
        "T23",
        "edge binding `$" + endpoint.text() + "` cannot be used as a traversal endpoint",
        endpoint.place());
    return false;
  }

  /** Direction as written, and the node types of both ends. */
  private record Ends(Direction direction, String fromType, String toType) {}

  private @Nullable Ends resolveEnds(Traversal traversal, EdgeType edge, Scope scope) {
    String from = typeOf(traversal.from(), scope);
    String to = typeOf(traversal.to(), scope);
    if (from == null && to != null) {
      return resolveFromTarget(traversal, edge, to);
    }
    boolean out = from == null || from.equals(edge.from());
    if (from != null && !out && !from.equals(edge.to())) {
      notAnEndpoint(traversal.from(), from, edge);
      return null;
    }
    String near = out ? edge.from() : edge.to();
    String far = out ? edge.to() : edge.from();
    boolean loop = traversal.from().text().equals(traversal.to().text());
    String toType = to == null && loop && !traversal.to().isAnonymous() ? near : to;
    if (toType != null && !toType.equals(far)) {
      problems.type(
          "T5",
          "variable `$"
              + traversal.to().text()
              + "` has type `"
              + toType
              + "` but edge `"
              + edge.name()
              + "` expects `"
              + far
              + "`",
          traversal.to().place(),
          "the edge type is " + PatternChecker.describe(edge));
      return null;
    }
    return new Ends(direction(traversal, out), near, far);
  }

  private @Nullable Ends resolveFromTarget(Traversal traversal, EdgeType edge, String to) {
    boolean out = to.equals(edge.to());
    if (!out && !to.equals(edge.from())) {
      notAnEndpoint(traversal.to(), to, edge);
      return null;
    }
    return new Ends(
        direction(traversal, out), out ? edge.from() : edge.to(), out ? edge.to() : edge.from());
  }

  private static Direction direction(Traversal traversal, boolean out) {
    if (traversal.undirected()) {
      return Direction.BOTH;
    }
    return out ? Direction.OUT : Direction.IN;
  }

  private static @Nullable String typeOf(Name name, Scope scope) {
    if (name.isAnonymous()) {
      return null;
    }
    Scope.Bound bound = scope.variable(name.text());
    return bound == null ? null : bound.typeName();
  }

  private void notAnEndpoint(Name variable, String type, EdgeType edge) {
    problems.type(
        "T5",
        "variable `$"
            + variable.text()
            + "` has type `"
            + type
            + "`, which is not an endpoint of edge `"
            + PatternChecker.describe(edge)
            + "`",
        variable.place());
  }

  private void bind(Traversal traversal, EdgeType edge, Ends ends, Scope scope, Pattern pattern) {
    String from = bindNode(traversal.from(), ends.fromType(), scope, pattern);
    String to = bindNode(traversal.to(), ends.toType(), scope, pattern);
    String edgeVariable = null;
    if (traversal.edgeVariable() != null) {
      edgeVariable =
          traversal.edgeVariable().isAnonymous()
              ? scope.freshName()
              : traversal.edgeVariable().text();
      if (!traversal.edgeVariable().isAnonymous()) {
        scope.bind(edgeVariable, new Scope.Bound(edge.name(), true));
      }
    }
    Clause.HopBounds bounds = traversal.bounds();
    int min = bounds == null ? 1 : (int) bounds.min();
    int max = bounds == null || bounds.max() == null ? 1 : bounds.max().intValue();
    boolean impossible = !edge.sameEndpoints() && min > 1;
    if (!edge.sameEndpoints()) {
      min = 1;
      max = 1;
    }
    pattern.hops.add(
        new Pattern.Hop(
            from, to, edge.name(), ends.direction(), min, max, edgeVariable, impossible));
  }

  private static String bindNode(Name name, String type, Scope scope, Pattern pattern) {
    if (name.isAnonymous()) {
      String fresh = scope.freshName();
      pattern.nodeTypes.put(fresh, type);
      return fresh;
    }
    Scope.Bound bound = scope.variable(name.text());
    if (bound == null || bound.typeName() == null) {
      scope.bind(name.text(), new Scope.Bound(type, false));
    }
    pattern.nodeTypes.putIfAbsent(name.text(), type);
    return name.text();
  }
}
