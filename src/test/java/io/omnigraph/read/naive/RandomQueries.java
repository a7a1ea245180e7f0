package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveGraph.Way;
import io.omnigraph.read.naive.NaiveQuery.Declared;
import io.omnigraph.read.naive.NaiveQuery.Hop;
import io.omnigraph.read.naive.NaiveQuery.Inline;
import io.omnigraph.read.naive.NaiveQuery.Key;
import io.omnigraph.read.naive.NaiveQuery.Operand;
import io.omnigraph.read.naive.NaiveQuery.Output;
import io.omnigraph.read.naive.NaiveQuery.Parameter;
import io.omnigraph.read.naive.NaiveQuery.Pattern;
import io.omnigraph.read.naive.NaiveQuery.Ranked;
import io.omnigraph.read.naive.NaiveQuery.Ranking;
import io.omnigraph.read.naive.NaiveQuery.Test;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Draws queries over the schema of {@link RandomGraphs}. */
public final class RandomQueries {

  private static final List<String> OPERATORS = List.of("=", "!=", "<", "<=", ">", ">=");
  private static final List<String> NUMBERS = List.of("I32", "I64", "U32", "U64", "F64", "F32");

  private final SplittableRandom random;
  private final RandomGraphs values;

  /** Variables in scope with their types, edges included. */
  private final Map<String, String> scope = new LinkedHashMap<>();

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final RandomRankings rankings;
  private int names;

  public RandomQueries(SplittableRandom random) {
    this.random = random;
    this.values = new RandomGraphs(random);
    this.rankings = new RandomRankings(random, parameters);
  }

  public NaiveQuery draw() {
    scope.clear();
    parameters.clear();
    names = 0;
    Pattern pattern = topPattern();
    boolean aggregate = random.nextInt(4) == 0;
    List<Output> outputs = aggregate ? aggregates() : projections();
    Ranked ranked = aggregate || people().isEmpty() || chance(2) ? null : ranked(outputs);
    List<Key> order =
        ranked != null || random.nextInt(3) == 0 ? List.of() : keys(outputs, aggregate);
    boolean mustLimit = ranked != null && !(ranked.ranking() instanceof Ranking.Bm25);
    Integer limit = mustLimit || chance(3) ? count(NaiveQuery.LIMIT, 6) : null;
    Integer offset = limit != null && chance(3) ? count(NaiveQuery.OFFSET, 4) : null;
    return new NaiveQuery(
        pattern, outputs, order, ranked, limit, offset, new LinkedHashMap<>(parameters));
  }

  /** A number of rows, written out or given as a parameter of some integer type. */
  private int count(String name, int bound) {
    int count = chance(6) ? 100 * random.nextInt(2) : random.nextInt(0, bound);
    if (chance(2)) {
      String type = pick(List.of("I32", "I64", "U32", "U64"));
      parameters.put(name, new Parameter(type, new Value.Int(count)));
    }
    return count;
  }

  /** Order by a ranking; its score may be returned, and then may be ordered by. */
  private Ranked ranked(List<Output> outputs) {
    Ranking ranking = rankings.draw(pick(people()));
    String column = null;
    if (chance(2)) {
      outputs.add(new Output.Score("rank", ranking));
      column = chance(2) ? "rank" : null;
    }
    Key ignored = chance(4) ? keys(List.of(), false).getFirst() : null;
    return new Ranked(ranking, column, ignored);
  }

  private List<String> people() {
    return scope.keySet().stream().filter(v -> scope.get(v).equals("Person")).toList();
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private String fresh(String prefix) {
    return prefix + names++;
  }

  // ---- patterns

  private Pattern topPattern() {
    List<Declared> declared = new ArrayList<>();
    List<Hop> hops = new ArrayList<>();
    int components = chance(5) ? 2 : 1;
    for (int c = 0; c < components; c++) {
      String start = fresh("v");
      String type = chance(5) ? "Place" : "Person";
      scope.put(start, type);
      declared.add(new Declared(start, type, inline(type), true));
      List<String> own = new ArrayList<>(List.of(start));
      for (int h = random.nextInt(0, components == 2 ? 2 : 4); h > 0; h--) {
        hop(own, declared, hops, true);
      }
    }
    List<Test> tests = new ArrayList<>();
    for (int t = random.nextInt(0, 3); t > 0; t--) {
      tests.add(test(new ArrayList<>(scope.keySet())));
    }
    List<Pattern> negations = new ArrayList<>();
    for (int n = chance(2) ? random.nextInt(1, 3) : 0; n > 0; n--) {
      negations.add(negation(2));
    }
    return new Pattern(declared, hops, tests, negations);
  }

  private List<Inline> inline(String type) {
    if (!chance(3)) {
      return List.of();
    }
    String property =
        chance(3)
            ? type.equals("Person") ? "name" : "code"
            : pick(List.copyOf(RandomGraphs.PROPERTIES.get(type).keySet()));
    String kind = RandomGraphs.PROPERTIES.get(type).get(property);
    boolean list = kind.startsWith("[");
    String itemKind = list ? kind.substring(1, kind.length() - 1) : kind;
    return List.of(new Inline(property, list, inlineConstant(itemKind, property)));
  }

  /** An inline value must fit the declared kind. */
  private Operand inlineConstant(String kind, String property) {
    if (property.equals("name") || property.equals("code")) {
      return literal(new Value.Text((property.equals("name") ? "p" : "c") + random.nextInt(6)));
    }
    return constant(kind, kind.equals("Role"));
  }

  /**
   * Adds a traversal from one of the component's variables, to a new one, to nothing, or back to
   * one that is bound.
   */
  private void hop(List<String> own, List<Declared> declared, List<Hop> hops, boolean mayBindEdge) {
    String from = pick(own);
    String fromType = scope.get(from);
    String edgeType =
        fromType.equals("Place") ? "LivesIn" : pick(List.of("Knows", "Knows", "Likes", "LivesIn"));
    boolean same = !edgeType.equals("LivesIn");
    String toType = same ? "Person" : fromType.equals("Place") ? "Person" : "Place";
    List<String> closing = own.stream().filter(v -> scope.get(v).equals(toType)).toList();
    boolean close = !closing.isEmpty() && chance(5);
    String to = close ? pick(closing) : chance(5) ? null : fresh("v");
    boolean undirected = same && chance(4);
    boolean bindEdge = mayBindEdge && chance(4);
    boolean bounds = !bindEdge && chance(3);
    int min = bounds ? random.nextInt(1, 3) : 1;
    int max = bounds ? random.nextInt(min, min + 3) : 1;
    boolean fromLeft = close || chance(2);
    String edgeVariable = bindEdge ? fresh("e") : null;
    Way way =
        undirected
            ? Way.EITHER
            : same
                ? (fromLeft ? Way.FORWARD : Way.BACKWARD)
                : (fromType.equals("Person") ? Way.FORWARD : Way.BACKWARD);
    hops.add(
        new Hop(
            fromLeft ? from : to,
            fromLeft ? to : from,
            edgeType,
            undirected,
            min,
            max,
            bounds,
            edgeVariable,
            fromLeft,
            way));
    if (edgeVariable != null) {
      scope.put(edgeVariable, edgeType);
    }
    if (to != null && !close) {
      scope.put(to, toType);
      own.add(to);
      if (chance(3)) {
        declared.add(new Declared(to, toType, inline(toType), false));
      }
    }
  }

  private Pattern negation(int depth) {
    Map<String, String> outer = new LinkedHashMap<>(scope);
    List<String> nodes = outer.keySet().stream().filter(this::isNode).toList();
    List<Declared> declared = new ArrayList<>();
    List<Hop> hops = new ArrayList<>();
    List<Test> tests = new ArrayList<>();
    int namesBefore = names;
    if (chance(5)) {
      tests.add(test(nodes));
    } else {
      List<String> own = new ArrayList<>(List.of(pick(nodes)));
      hop(own, declared, hops, true);
      if (chance(3)) {
        hop(own, declared, hops, true);
      }
      if (chance(3)) {
        tests.add(test(own));
      }
    }
    List<Pattern> negations = new ArrayList<>();
    if (depth > 1 && chance(4)) {
      negations.add(negation(depth - 1));
    }
    scope.keySet().retainAll(outer.keySet());
    // Sibling negations may use one name for different things.
    names = chance(2) && negations.isEmpty() ? namesBefore : names;
    return new Pattern(declared, hops, tests, negations);
  }

  private boolean isNode(String variable) {
    return scope.get(variable).equals("Person") || scope.get(variable).equals("Place");
  }

  // ---- filters

  private Test test(List<String> variables) {
    List<Operand.Property> properties = properties(variables);
    if (properties.isEmpty()) {
      return new Test.Compare(literal(new Value.Int(1)), "=", literal(new Value.Int(1)));
    }
    List<Operand.Property> ints =
        properties.stream().filter(p -> kind(p).equals("I32") || kind(p).equals("Date")).toList();
    Operand.Property property = !ints.isEmpty() && chance(3) ? pick(ints) : pick(properties);
    String kind = kind(property);
    if (kind.startsWith("[")) {
      return new Test.ListHas(property, constant(kind.substring(1, kind.length() - 1), false));
    }
    if (chance(6)) {
      return new Test.Null(property, chance(2));
    }
    if (kind.equals("Words") && chance(2)) {
      Value words = new Value.Text(values.words(random.nextInt(1, 3)));
      Operand given = chance(2) ? literal(words) : parameter("String", words);
      return new Test.Search(property, given, chance(2) ? null : random.nextInt(0, 3));
    }
    if (kind.equals("String") && chance(3)) {
      Operand part = constant("String", false);
      return chance(2) ? new Test.TextHas(property, part) : new Test.Starts(property, part);
    }
    Operand other = chance(3) ? partner(properties, kind) : constant(comparable(kind), false);
    return chance(2)
        ? new Test.Compare(property, pick(OPERATORS), other)
        : new Test.Compare(other, pick(OPERATORS), property);
  }

  private String comparable(String kind) {
    return NUMBERS.contains(kind) ? pick(NUMBERS) : kind;
  }

  private Operand partner(List<Operand.Property> properties, String kind) {
    List<Operand.Property> same =
        properties.stream()
            .filter(
                p ->
                    kind(p).equals(kind)
                        || NUMBERS.contains(kind) && NUMBERS.contains(kind(p))
                        || isText(kind) && isText(kind(p)))
            .toList();
    List<Operand.Property> equal = same.stream().filter(p -> kind(p).equals(kind)).toList();
    return pick(chance(2) ? equal : same);
  }

  private static boolean isText(String kind) {
    return kind.equals("String") || kind.equals("Role") || kind.equals("Words");
  }

  private List<Operand.Property> properties(List<String> variables) {
    List<Operand.Property> all = new ArrayList<>();
    for (String variable : variables) {
      RandomGraphs.PROPERTIES
          .get(scope.get(variable))
          .keySet()
          .forEach(p -> all.add(new Operand.Property(variable, p)));
    }
    return all;
  }

  private String kind(Operand.Property property) {
    return RandomGraphs.PROPERTIES.get(scope.get(property.variable())).get(property.name());
  }

  private Operand constant(String kind, boolean noNull) {
    if (!noNull && chance(12)) {
      return parameter(kind, Value.NULL);
    }
    Value value = values.value(kind);
    String text = chance(2) ? spelled(value) : null;
    return text != null ? new Operand.Literal(text, value) : parameter(kind, value);
  }

  private static Operand literal(Value value) {
    return new Operand.Literal(spelled(value), value);
  }

  private Operand parameter(String kind, Value value) {
    String name = "q" + parameters.size();
    String type = isText(kind) ? "String" : kind;
    parameters.put(name, new Parameter(type + "?", value));
    return new Operand.Param(name);
  }

  /** The literal; null if the language cannot spell the value. */
  private static @Nullable String spelled(Value value) {
    return switch (value) {
      case Value.Text t -> "\"" + t.value().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
      case Value.Int i -> i.value() < 0 ? null : Long.toString(i.value());
      case Value.Real r ->
          r.value() >= 0 && r.value() < 1e6 && Double.compare(r.value(), -0.0) != 0
              ? Double.toString(r.value())
              : null;
      case Value.Bool b -> Boolean.toString(b.value());
      case Value.Date d -> "date(\"" + LocalDate.ofEpochDay(d.epochDay()) + "\")";
      case Value.DateTime d -> "datetime(\"" + Instant.ofEpochMilli(d.epochMilli()) + "\")";
      case Value.Null ignored -> null;
      case Value.BigUnsigned ignored -> null;
      case Value.ListOf ignored -> null;
      case Value.Vector ignored -> null;
    };
  }

  // ---- results

  private List<Output> projections() {
    List<Output> outputs = new ArrayList<>();
    List<Operand.Property> properties = properties(List.copyOf(scope.keySet()));
    for (int i = 0; i < random.nextInt(1, 4); i++) {
      String name = "c" + i;
      if (chance(4)) {
        outputs.add(new Output.Node(name, pick(nodes())));
      } else if (chance(10)) {
        outputs.add(new Output.Plain(name, constant("I64", false)));
      } else if (chance(8) && !people().isEmpty()) {
        outputs.add(new Output.Score(name, rankings.draw(pick(people()))));
      } else {
        outputs.add(new Output.Plain(name, pick(properties)));
      }
    }
    return outputs;
  }

  private List<String> nodes() {
    return scope.keySet().stream().filter(this::isNode).toList();
  }

  private List<Output> aggregates() {
    List<Output> outputs = new ArrayList<>();
    List<Operand.Property> properties =
        properties(List.copyOf(scope.keySet())).stream()
            .filter(p -> !kind(p).startsWith("["))
            .toList();
    for (int i = random.nextInt(0, 3); i > 0; i--) {
      String name = "g" + i;
      outputs.add(
          chance(3)
              ? new Output.Node(name, pick(nodes()))
              : new Output.Plain(name, pick(properties)));
    }
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      outputs.add(aggregate("a" + i, properties));
    }
    return outputs;
  }

  private Output aggregate(String name, List<Operand.Property> properties) {
    Operand.Property property = pick(properties);
    String kind = kind(property);
    if (chance(3)) {
      return new Output.Aggregate(name, "count", false, pick(nodes()), null);
    }
    if (chance(3)) {
      return new Output.Aggregate(name, "count", chance(2), property.variable(), property);
    }
    if (NUMBERS.contains(kind)) {
      String function = pick(List.of("sum", "avg", "min", "max"));
      return new Output.Aggregate(name, function, false, property.variable(), property);
    }
    if (isText(kind)) {
      return new Output.Aggregate(
          name, pick(List.of("min", "max")), false, property.variable(), property);
    }
    return new Output.Aggregate(name, "count", true, pick(nodes()), null);
  }

  private List<Key> keys(List<Output> outputs, boolean aggregate) {
    List<Key> keys = new ArrayList<>();
    List<Operand.Property> properties =
        properties(List.copyOf(scope.keySet())).stream()
            .filter(p -> !kind(p).startsWith("["))
            .toList();
    for (int i = random.nextInt(1, 3); i > 0; i--) {
      List<String> columns =
          outputs.stream()
              .filter(o -> aggregate || o instanceof Output.Plain p && isScalar(p.operand()))
              .map(Output::name)
              .toList();
      if (!columns.isEmpty() && (aggregate || chance(3))) {
        keys.add(new Key(null, pick(columns), chance(2)));
      } else {
        keys.add(new Key(pick(properties), null, chance(2)));
      }
    }
    return keys;
  }

  private boolean isScalar(Operand operand) {
    return operand instanceof Operand.Property p && !kind(p).startsWith("[");
  }
}
