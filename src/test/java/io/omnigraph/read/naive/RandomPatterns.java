package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveGraph.Ends;
import io.omnigraph.read.naive.NaiveGraph.Way;
import io.omnigraph.read.naive.NaiveQuery.Declared;
import io.omnigraph.read.naive.NaiveQuery.Hop;
import io.omnigraph.read.naive.NaiveQuery.Inline;
import io.omnigraph.read.naive.NaiveQuery.Operand;
import io.omnigraph.read.naive.NaiveQuery.Pattern;
import io.omnigraph.read.naive.NaiveQuery.Test;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Draws what is matched: chains, stars, cycles and cross products, with negations. */
final class RandomPatterns {

  private static final int DEEPEST_NEGATION = 2;

  private final QueryDraft draft;
  private final RandomTests filters;

  /** What is being drawn; a negation has its own. */
  private List<Declared> declared = new ArrayList<>();

  private List<Hop> hops = new ArrayList<>();

  RandomPatterns(QueryDraft draft, RandomTests filters) {
    this.draft = draft;
    this.filters = filters;
  }

  Pattern draw() {
    int components = draft.chance(5) ? 2 : 1;
    List<List<String>> parts = new ArrayList<>();
    for (int c = 0; c < components; c++) {
      parts.add(component(components == 2 ? 2 : 4));
    }
    List<Test> tests = new ArrayList<>();
    if (components == 2 && draft.chance(2)) {
      tests.add(filters.between(parts.get(0), parts.get(1)));
    }
    for (int t = draft.below(3); t > 0; t--) {
      tests.add(draft.chance(20) ? filters.constant() : filters.draw(draft.variables()));
    }
    List<Pattern> negations = new ArrayList<>();
    for (int n = draft.chance(2) ? draft.between(1, 3) : 0; n > 0; n--) {
      negations.add(negation(DEEPEST_NEGATION));
    }
    return pattern(tests, negations);
  }

  private Pattern pattern(List<Test> tests, List<Pattern> negations) {
    boolean anyOrder =
        declared.stream().allMatch(Declared::written)
            && hops.stream().allMatch(h -> h.min() == 1 && isWrittenAlong(h));
    List<Hop> written = anyOrder && draft.chance(2) ? draft.shuffled(hops) : hops;
    return new Pattern(declared, hops, written, tests, negations);
  }

  /** Whether the hop is understood without knowing the types of its ends. */
  private static boolean isWrittenAlong(Hop hop) {
    Ends ends = RandomSchema.EDGES.get(hop.edgeType());
    return ends.same() || hop.walkFromLeft() == (hop.way() == Way.FORWARD);
  }

  /** A scanned variable and what hops lead to from it. */
  private List<String> component(int mostHops) {
    String start = draft.fresh("v");
    String type = draft.chance(5) ? "Place" : "Person";
    draft.scope.put(start, type);
    int at = declared.size();
    declared.add(new Declared(start, type, inline(type), true, true));
    if (draft.chance(10)) {
      declared.add(new Declared(start, type, inline(type), false, true));
    }
    List<String> own = new ArrayList<>(List.of(start));
    if (mostHops > 2 && draft.chance(6)) {
      cycle(own);
    } else {
      for (int h = draft.below(mostHops); h > 0; h--) {
        hop(own);
      }
    }
    if (draft.chance(4)) {
      leaveOut(at, start);
    }
    return own;
  }

  /** Walks of two or three edges of one type back to where they start. */
  private void cycle(List<String> own) {
    String start = own.getFirst();
    String type = draft.scope.get(start);
    List<String> edgeTypes =
        RandomSchema.EDGES.keySet().stream()
            .filter(e -> RandomSchema.EDGES.get(e).equals(new Ends(type, type)))
            .toList();
    String last = start;
    for (int h = draft.between(1, 3); h > 0; h--) {
      String next = draft.fresh("v");
      hops.add(hop(last, next, draft.pick(edgeTypes), draft.chance(2)));
      bind(next, type, own);
      last = next;
    }
    hops.add(hop(last, start, draft.pick(edgeTypes), true));
  }

  /**
   * A declaration without conditions may be left out if the first traversal says the type, and
   * where walks start does not matter.
   */
  private void leaveOut(int at, String start) {
    Declared scan = declared.get(at);
    boolean again = declared.stream().filter(d -> d.variable().equals(start)).count() > 1;
    boolean longer = hops.stream().anyMatch(h -> h.min() > 1);
    if (hops.isEmpty() || again || longer || !scan.inline().isEmpty()) {
      return;
    }
    Hop first = hops.getFirst();
    boolean names = start.equals(first.left()) && first.walkFromLeft() && first.right() != null;
    boolean loop = start.equals(first.right());
    if (names && !loop && isWrittenAlong(first) && first.min() == 1) {
      declared.set(at, new Declared(start, scan.type(), List.of(), true, false));
    }
  }

  private List<Inline> inline(String type) {
    if (!draft.chance(3)) {
      return List.of();
    }
    List<Inline> inline = new ArrayList<>();
    for (int i = draft.chance(4) ? 2 : 1; i > 0; i--) {
      List<String> properties = List.copyOf(draft.properties(type).keySet());
      String property = draft.chance(3) ? RandomSchema.key(type) : draft.pick(properties);
      String kind = draft.properties(type).get(property);
      boolean list = RandomSchema.isList(kind);
      if (inline.stream().noneMatch(other -> other.property().equals(property))) {
        inline.add(
            new Inline(
                property,
                list,
                inlineConstant(type, list ? RandomSchema.itemKind(kind) : kind, property)));
      }
    }
    return inline;
  }

  /** An inline value must fit the declared kind. */
  private Operand inlineConstant(String type, String kind, String property) {
    if (RandomSchema.isKey(type, property)) {
      return draft.constant(
          kind, new Value.Text((type.equals("Person") ? "p" : "c") + draft.below(6)));
    }
    return kind.equals(RandomSchema.ROLE)
        ? draft.constant(kind, draft.values.value(kind))
        : draft.constant(kind);
  }

  /**
   * Adds a traversal from one of the component's variables, to a new one, to nothing, or back to
   * one that is bound.
   */
  private void hop(List<String> own) {
    String from = draft.pick(own);
    String fromType = draft.scope.get(from);
    List<String> edgeTypes =
        RandomSchema.EDGES.keySet().stream()
            .filter(
                e ->
                    RandomSchema.EDGES.get(e).from().equals(fromType)
                        || RandomSchema.EDGES.get(e).to().equals(fromType))
            .toList();
    String edgeType =
        fromType.equals("Person") && draft.chance(3) ? "Knows" : draft.pick(edgeTypes);
    Ends ends = RandomSchema.EDGES.get(edgeType);
    String toType = ends.from().equals(fromType) ? ends.to() : ends.from();
    List<String> closing = own.stream().filter(v -> draft.scope.get(v).equals(toType)).toList();
    if (!closing.isEmpty() && draft.chance(5)) {
      hops.add(hop(from, draft.pick(closing), edgeType, true));
      return;
    }
    String to = draft.chance(5) ? null : draft.fresh("v");
    hops.add(hop(from, to, edgeType, draft.chance(2)));
    if (to != null) {
      bind(to, toType, own);
    }
  }

  private void bind(String variable, String type, List<String> own) {
    draft.scope.put(variable, type);
    own.add(variable);
    if (draft.chance(3)) {
      declared.add(new Declared(variable, type, inline(type), false, true));
    }
  }

  /**
   * @param to null for nothing that is named
   */
  private Hop hop(String from, @Nullable String to, String edgeType, boolean fromLeft) {
    Ends ends = RandomSchema.EDGES.get(edgeType);
    boolean same = ends.same();
    boolean undirected = same && draft.chance(4);
    boolean bindEdge = draft.chance(3);
    boolean bounds = !bindEdge && draft.chance(3);
    int min = bounds ? draft.between(1, 3) : 1;
    int max = bounds ? draft.between(min, min + 3) : 1;
    String edgeVariable = !bindEdge ? null : draft.chance(8) ? "_" : draft.fresh("e");
    boolean along = same ? fromLeft : ends.from().equals(draft.scope.get(from));
    if (edgeVariable != null && !edgeVariable.equals("_")) {
      draft.scope.put(edgeVariable, edgeType);
    }
    return new Hop(
        fromLeft ? from : to,
        fromLeft ? to : from,
        edgeType,
        undirected,
        min,
        max,
        bounds,
        edgeVariable,
        fromLeft,
        undirected ? Way.EITHER : along ? Way.FORWARD : Way.BACKWARD);
  }

  private Pattern negation(int depth) {
    Map<String, String> outer = new LinkedHashMap<>(draft.scope);
    List<Declared> outerDeclared = declared;
    List<Hop> outerHops = hops;
    declared = new ArrayList<>();
    hops = new ArrayList<>();
    int namesBefore = draft.namesGiven();
    List<Test> tests = body(draft.nodes(), List.copyOf(outer.keySet()));
    List<Pattern> negations = new ArrayList<>();
    if (depth > 1 && draft.chance(4)) {
      negations.add(negation(depth - 1));
    }
    Pattern pattern = pattern(tests, negations);
    draft.scope.keySet().retainAll(outer.keySet());
    declared = outerDeclared;
    hops = outerHops;
    // Sibling negations may use one name for different things.
    if (draft.chance(2) && negations.isEmpty()) {
      draft.forgetNames(namesBefore);
    }
    return pattern;
  }

  /** Something inside must mention what is outside. */
  private List<Test> body(List<String> nodes, List<String> outside) {
    List<Test> tests = new ArrayList<>();
    if (draft.chance(6)) {
      tests.add(filters.draw(nodes));
      return tests;
    }
    if (draft.chance(8)) {
      List<String> apart = component(2);
      tests.add(filters.between(List.of(draft.pick(nodes)), apart));
      return tests;
    }
    List<String> own = new ArrayList<>(List.of(draft.pick(nodes)));
    for (int h = draft.chance(3) ? draft.between(2, 4) : 1; h > 0; h--) {
      hop(own);
    }
    List<String> inside = draft.variables().stream().filter(v -> !outside.contains(v)).toList();
    for (int t = draft.chance(2) ? draft.between(1, 3) : 0; t > 0; t--) {
      tests.add(
          inside.isEmpty() || draft.chance(3)
              ? filters.draw(draft.variables())
              : draft.chance(2)
                  ? filters.draw(inside)
                  : filters.between(inside, List.of(draft.pick(outside))));
    }
    return tests;
  }
}
