package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveQuery.Operand;
import io.omnigraph.read.naive.NaiveQuery.Parameter;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the parts of a query that is being drawn share: the variables, the parameters, the dice. */
final class QueryDraft {

  private final SplittableRandom random;

  /** Property name to kind, per type. */
  private final Map<String, Map<String, String>> kinds;

  final RandomValues values;

  /** Variables in scope with their types, edges included. */
  final Map<String, String> scope = new LinkedHashMap<>();

  final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private int names;

  /**
   * @param spelled only values that JSON can spell
   */
  QueryDraft(SplittableRandom random, Map<String, Map<String, String>> kinds, boolean spelled) {
    this.random = random;
    this.kinds = kinds;
    this.values = new RandomValues(random, spelled);
  }

  // ---- dice

  boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  int between(int least, int bound) {
    return random.nextInt(least, bound);
  }

  <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  <T> List<T> shuffled(List<T> list) {
    List<T> rest = new ArrayList<>(list);
    List<T> shuffled = new ArrayList<>();
    while (!rest.isEmpty()) {
      shuffled.add(rest.remove(random.nextInt(rest.size())));
    }
    return shuffled;
  }

  // ---- variables

  String fresh(String prefix) {
    return prefix + names++;
  }

  int namesGiven() {
    return names;
  }

  /** Lets names given since be given again. */
  void forgetNames(int given) {
    names = given;
  }

  List<String> variables() {
    return List.copyOf(scope.keySet());
  }

  List<String> nodes() {
    return variables().stream().filter(v -> RandomSchema.isNode(scope.get(v))).toList();
  }

  List<String> people() {
    return variables().stream().filter(v -> scope.get(v).equals("Person")).toList();
  }

  /** The properties of a type, with their kinds. */
  Map<String, String> properties(String type) {
    return kinds.get(type);
  }

  List<Operand.Property> properties(List<String> variables) {
    List<Operand.Property> all = new ArrayList<>();
    for (String variable : variables) {
      properties(scope.get(variable))
          .keySet()
          .forEach(p -> all.add(new Operand.Property(variable, p)));
    }
    return all;
  }

  /** Properties in scope whose kind is one of some. */
  List<Operand.Property> properties(Predicate<String> kind) {
    return properties(variables()).stream().filter(p -> kind.test(kind(p))).toList();
  }

  String kind(Operand.Property property) {
    return properties(scope.get(property.variable())).get(property.name());
  }

  // ---- constants

  /** A literal or a parameter, sometimes null. */
  Operand constant(String kind) {
    if (chance(12)) {
      return parameter(kind, Value.NULL, true);
    }
    Value value =
        RandomSchema.isList(kind)
            ? values.list(RandomSchema.itemKind(kind), false)
            : values.value(kind);
    return constant(kind, value);
  }

  Operand constant(String kind, Value value) {
    return constant(kind, value, chance(2));
  }

  /** A literal or a parameter that cannot be null. */
  Operand required(String kind, Value value) {
    return constant(kind, value, false);
  }

  private Operand constant(String kind, Value value, boolean nullable) {
    String text = chance(2) ? spelled(value) : null;
    return text != null ? new Operand.Literal(text, value) : parameter(kind, value, nullable);
  }

  static Operand literal(Value value) {
    return new Operand.Literal(spelled(value), value);
  }

  private Operand parameter(String kind, Value value, boolean nullable) {
    String name = "q" + parameters.size();
    parameters.put(name, new Parameter(type(kind) + (nullable ? "?" : ""), value));
    return new Operand.Param(name);
  }

  /** The declared type of a parameter. */
  static String type(String kind) {
    return RandomSchema.isList(kind)
        ? "[" + type(RandomSchema.itemKind(kind)) + "]"
        : RandomSchema.isText(kind) ? "String" : kind;
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
      case Value.ListOf l -> spelledList(l);
      case Value.Vector v -> {
        boolean positive = true;
        for (float element : v.elements()) {
          positive &= element >= 0;
        }
        yield positive ? Arrays.toString(v.elements()) : null;
      }
      case Value.Null ignored -> null;
      case Value.BigUnsigned ignored -> null;
    };
  }

  /** An empty list literal would be one of texts. */
  private static @Nullable String spelledList(Value.ListOf list) {
    List<String> items = new ArrayList<>();
    for (Value item : list.items()) {
      String text = spelled(item);
      if (text == null) {
        return null;
      }
      items.add(text);
    }
    return items.isEmpty() ? null : items.stream().collect(Collectors.joining(", ", "[", "]"));
  }
}
