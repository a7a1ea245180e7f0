package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveGraph.Ends;
import io.omnigraph.read.naive.NaiveGraph.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Draws changes of a graph and makes them on the graph as defined. */
public final class RandomChanges {

  private static final List<String> OPERATORS = List.of("=", "!=", "<", "<=", ">", ">=");

  /** Types that lose and gain properties. */
  private static final List<String> EVOLVING = List.of("Person", "Knows", "Visits", "Place");

  private final SplittableRandom random;
  private final RandomGraphs graphs;
  private int edges;

  /**
   * @param graphs draws values that JSON can spell
   */
  public RandomChanges(SplittableRandom random, RandomGraphs graphs) {
    this.random = random;
    this.graphs = graphs;
  }

  /** A mutation with its parameters. */
  public record Mutation(String source, Map<String, @Nullable Object> params) {}

  // ---- schema

  /** Takes a nullable property away, with all its values. */
  public boolean dropProperty(NaiveGraph graph) {
    String type = EVOLVING.get(random.nextInt(EVOLVING.size()));
    Map<String, String> kinds = graph.kinds.get(type);
    List<String> optional =
        kinds.keySet().stream()
            .filter(p -> !RandomSchema.isKey(type, p) && !RandomSchema.isRequired(type, p))
            .filter(p -> !kinds.get(p).equals(RandomSchema.WORDS))
            .toList();
    if (optional.isEmpty()) {
      return false;
    }
    String property = optional.get(random.nextInt(optional.size()));
    kinds.remove(property);
    graph.table(type).replaceAll((id, row) -> without(row, property));
    return true;
  }

  private static Row without(Row row, String property) {
    Map<String, Value> values = new TreeMap<>(row.values());
    values.remove(property);
    return new Row(row.type(), row.id(), row.src(), row.dst(), values);
  }

  /** Adds one of the properties that were taken away, without values. */
  public boolean addProperty(NaiveGraph graph) {
    String type = EVOLVING.get(random.nextInt(EVOLVING.size()));
    Map<String, String> all = RandomSchema.KINDS.get(type);
    List<String> missing =
        all.keySet().stream().filter(p -> !graph.kinds.get(type).containsKey(p)).toList();
    if (missing.isEmpty()) {
      return false;
    }
    String property = missing.get(random.nextInt(missing.size()));
    graph.kinds.get(type).put(property, all.get(property));
    return true;
  }

  // ---- loads

  /** Removes edges whose ends do not exist. */
  public void dropLooseEdges(NaiveGraph graph) {
    graph.edges.forEach(
        (type, rows) -> {
          Ends ends = RandomSchema.EDGES.get(type);
          rows.values()
              .removeIf(
                  e ->
                      !graph.nodes.get(ends.from()).containsKey(e.src())
                          || !graph.nodes.get(ends.to()).containsKey(e.dst()));
        });
  }

  /** Every row. */
  public List<String> records(NaiveGraph graph) {
    List<String> records = new ArrayList<>();
    graph.kinds.keySet().forEach(t -> graph.table(t).values().forEach(r -> records.add(json(r))));
    return records;
  }

  /** Adds and replaces a few rows. */
  public List<String> merge(NaiveGraph graph) {
    Map<String, Row> changed = new LinkedHashMap<>();
    for (int i = random.nextInt(0, 4); i > 0; i--) {
      String type = random.nextInt(4) == 0 ? "Place" : "Person";
      Row row = known(graph, graphs.node(type, newNodeId(type)));
      graph.nodes.get(type).put(row.id(), row);
      changed.put(type + row.id(), row);
    }
    for (int i = random.nextInt(0, 6); i > 0; i--) {
      String type = anyType(graph.edges);
      Map<String, Row> rows = graph.edges.get(type);
      boolean replaces = !rows.isEmpty() && random.nextInt(3) == 0;
      Row row = edge(graph, type, replaces ? anyType(rows) : "x" + edges++);
      if (row != null) {
        rows.put(row.id(), row);
        changed.put(type + row.id(), row);
      }
    }
    return changed.values().stream().map(RandomChanges::json).toList();
  }

  /** Replaces all edges of a type. */
  public List<String> overwrite(NaiveGraph graph) {
    String type = anyType(graph.edges);
    List<Row> drawn = new ArrayList<>();
    for (int i = random.nextInt(1, 6); i > 0; i--) {
      Row row = edge(graph, type, "x" + edges++);
      if (row != null) {
        drawn.add(row);
      }
    }
    if (!drawn.isEmpty()) {
      graph.edges.get(type).clear();
      drawn.forEach(row -> graph.edges.get(type).put(row.id(), row));
    }
    return drawn.stream().map(RandomChanges::json).toList();
  }

  private String newNodeId(String type) {
    return (type.equals("Person") ? "p" : "c") + random.nextInt(12);
  }

  private String anyType(Map<String, ?> rows) {
    return List.copyOf(rows.keySet()).get(random.nextInt(rows.size()));
  }

  /** An edge between nodes that exist; null if there are none. */
  private @Nullable Row edge(NaiveGraph graph, String type, String id) {
    Ends ends = RandomSchema.EDGES.get(type);
    Map<String, Row> from = graph.nodes.get(ends.from());
    Map<String, Row> to = graph.nodes.get(ends.to());
    if (from.isEmpty() || to.isEmpty()) {
      return null;
    }
    Row drawn = known(graph, graphs.edge(type, id, 0));
    return new Row(type, id, anyType(from), anyType(to), drawn.values());
  }

  /** The row without what the schema of the graph does not have. */
  private static Row known(NaiveGraph graph, Row row) {
    Map<String, Value> values = new TreeMap<>(row.values());
    values
        .keySet()
        .removeIf(
            p -> !p.equals(RandomSchema.VECTOR) && !graph.kinds.get(row.type()).containsKey(p));
    return new Row(row.type(), row.id(), row.src(), row.dst(), values);
  }

  private static String json(Row row) {
    Map<String, @Nullable Object> data = new LinkedHashMap<>();
    row.values().forEach((name, value) -> data.put(name, JsonText.object(value)));
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    if (RandomSchema.isNode(row.type())) {
      line.put("type", row.type());
    } else {
      data.put("id", row.id());
      line.put("edge", row.type());
      line.put("from", row.src());
      line.put("to", row.dst());
    }
    line.put("data", data);
    return JsonText.of(line);
  }

  // ---- mutations

  /** A whole node, new or in place of one. */
  public Mutation insert(NaiveGraph graph) {
    String type = random.nextInt(4) == 0 ? "Place" : "Person";
    Row row = givenByParameters(known(graph, graphs.node(type, newNodeId(type))));
    graph.nodes.get(type).put(row.id(), row);
    Map<String, Value> assigned = new TreeMap<>(row.values());
    assigned.values().removeIf(v -> v.isNull() && random.nextBoolean());
    return mutation(type, "insert " + type + " { " + assignments(assigned) + " }", graph, assigned);
  }

  /** Lists that are parameters have no null items. */
  private static Row givenByParameters(Row row) {
    Map<String, Value> values = new TreeMap<>(row.values());
    values.replaceAll(
        (name, value) ->
            value instanceof Value.ListOf list
                ? new Value.ListOf(list.items().stream().filter(i -> !i.isNull()).toList())
                : value);
    return new Row(row.type(), row.id(), row.src(), row.dst(), values);
  }

  /** Sets a few properties of the nodes that fulfil a condition. */
  public Mutation update(NaiveGraph graph) {
    boolean place = graph.kinds.get("Place").size() > 1 && random.nextInt(4) == 0;
    String type = place ? "Place" : "Person";
    Row drawn = givenByParameters(known(graph, graphs.node(type, "x")));
    Map<String, Value> assigned = new TreeMap<>(drawn.values());
    assigned.remove(RandomSchema.key(type));
    while (assigned.size() > 3) {
      assigned.remove(anyType(assigned));
    }
    Condition where = condition(graph, type);
    graph
        .nodes
        .get(type)
        .replaceAll(
            (id, row) -> {
              Map<String, Value> values = new TreeMap<>(row.values());
              values.putAll(assigned);
              return where.holds().test(row) ? new Row(row.type(), row.id(), "", "", values) : row;
            });
    Map<String, Value> used = new TreeMap<>(assigned);
    Mutation mutation =
        mutation(
            type,
            "update " + type + " set { " + assignments(assigned) + " } where " + where.text(),
            graph,
            used);
    return where.addTo(mutation);
  }

  /** Deletes the nodes that fulfil a condition with their edges, or edges. */
  public Mutation delete(NaiveGraph graph) {
    String type = random.nextBoolean() ? anyType(graph.edges) : anyType(graph.nodes);
    Condition where = condition(graph, type);
    graph.table(type).values().removeIf(where.holds());
    dropLooseEdges(graph);
    return where.addTo(
        new Mutation("query m(%s) { delete " + type + " where " + where.text() + " }", Map.of()));
  }

  private record Condition(String text, String type, Value value, Predicate<Row> holds) {
    Mutation addTo(Mutation mutation) {
      Map<String, @Nullable Object> params = new HashMap<>(mutation.params());
      params.put("w", JsonText.object(value));
      String declared = "$w: " + type;
      return new Mutation(
          mutation.source().contains("%s")
              ? mutation.source().replace("%s", declared)
              : mutation.source().replace("query m(", "query m(" + declared + ", "),
          params);
    }
  }

  private Condition condition(NaiveGraph graph, String type) {
    boolean node = RandomSchema.isNode(type);
    Map<String, Row> rows = graph.table(type);
    boolean byEnd = !node && random.nextInt(3) > 0;
    Map<String, String> scalars = new TreeMap<>(graph.kinds.get(type));
    scalars.values().removeIf(RandomSchema::isList);
    if (!byEnd && !scalars.isEmpty()) {
      String property = node && random.nextInt(2) == 0 ? RandomSchema.key(type) : anyType(scalars);
      String kind = scalars.get(property);
      // Most conditions hold for few rows, so that something is left.
      String operator = random.nextInt(4) > 0 ? "=" : OPERATORS.get(random.nextInt(6));
      boolean known = !rows.isEmpty() && random.nextInt(3) > 0;
      Value value = known ? rows.get(anyType(rows)).get(property) : graphs.value(kind);
      return new Condition(
          property + " " + operator + " $w",
          QueryDraft.type(kind) + "?",
          value,
          row -> holds(row.get(property), operator, value));
    }
    boolean source = random.nextBoolean();
    Ends ends = RandomSchema.EDGES.get(type);
    Value end = new Value.Text(newNodeId(source ? ends.from() : ends.to()));
    return new Condition(
        (source ? "from" : "to") + " = $w",
        "String?",
        end,
        row -> holds(new Value.Text(source ? row.src() : row.dst()), "=", end));
  }

  private static boolean holds(Value cell, String operator, Value value) {
    var order = NaiveValues.compare(cell, value);
    return order.isPresent() && NaiveMatches.fulfils(operator, order.getAsInt());
  }

  private static String assignments(Map<String, Value> values) {
    StringBuilder text = new StringBuilder();
    values.keySet().forEach(p -> text.append(p).append(": $a_").append(p).append(' '));
    return text.toString();
  }

  private static Mutation mutation(
      String type, String statement, NaiveGraph graph, Map<String, Value> assigned) {
    List<String> declared = new ArrayList<>();
    Map<String, @Nullable Object> params = new HashMap<>();
    assigned.forEach(
        (property, value) -> {
          String kind =
              property.equals(RandomSchema.VECTOR)
                  ? "Vector(3)"
                  : QueryDraft.type(graph.kinds.get(type).get(property));
          declared.add("$a_" + property + ": " + kind + (value.isNull() ? "?" : ""));
          params.put("a_" + property, JsonText.object(value));
        });
    return new Mutation(
        "query m(" + String.join(", ", declared) + ") { " + statement + " }", params);
  }
}
