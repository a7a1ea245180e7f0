package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveGraph.Ends;
import io.omnigraph.read.naive.NaiveGraph.Row;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Draws graphs full of corner cases: nulls, extremes, parallel edges, loops, loose ends. */
public final class RandomGraphs {

  private static final int PLACES = 4;

  private final SplittableRandom random;
  private final RandomValues values;

  /** Properties that no row lacks, which the engine reads in other ways. */
  private final Set<String> whole = new HashSet<>();

  public RandomGraphs(SplittableRandom random) {
    this(random, false);
  }

  /**
   * @param spelled only values that JSON can spell
   */
  public RandomGraphs(SplittableRandom random, boolean spelled) {
    this.random = random;
    this.values = new RandomValues(random, spelled);
    RandomSchema.KINDS.forEach(
        (type, kinds) ->
            kinds.keySet().stream()
                .filter(p -> RandomSchema.isRequired(type, p) || random.nextBoolean())
                .forEach(property -> whole.add(type + "." + property)));
  }

  /** A graph of a few nodes; some tables may be empty. */
  public NaiveGraph draw() {
    NaiveGraph graph = new NaiveGraph();
    int people = random.nextInt(0, 9);
    people(graph, people);
    for (int i = 0; i < random.nextInt(0, PLACES + 1); i++) {
      put(graph, node("Place", random.nextInt(4) == 0 ? "p" + i : "c" + i));
    }
    int edge = 0;
    for (String type : RandomSchema.EDGES.keySet()) {
      for (int i = 0; i < random.nextInt(0, 2 + 2 * people); i++) {
        put(graph, edge(type, "e" + edge++, people));
      }
    }
    return graph;
  }

  private void people(NaiveGraph graph, int people) {
    for (int i = 0; i < people; i++) {
      put(graph, node("Person", "p" + i));
    }
  }

  private static void put(NaiveGraph graph, Row row) {
    graph.table(row.type()).put(row.id(), row);
  }

  /** A graph whose paths of one and two edges fill several batches. */
  public NaiveGraph drawDense() {
    NaiveGraph graph = draw();
    int people = random.nextInt(20, 45);
    people(graph, people);
    for (String type : RandomSchema.EDGES.keySet()) {
      Map<String, Row> edges = graph.edges.get(type);
      edges.clear();
      boolean parallel = random.nextBoolean();
      Set<String> ends = new HashSet<>();
      int drawn = random.nextInt(100, 900);
      for (int i = 0; i < drawn; i++) {
        Row row = edge(type, type + i, people);
        if (parallel || ends.add(row.src() + " " + row.dst())) {
          put(graph, row);
        }
      }
    }
    return graph;
  }

  /** A graph in which a few nodes have most edges, beside many nodes that have few. */
  public NaiveGraph drawHubs() {
    NaiveGraph graph = draw();
    int people = random.nextInt(150, 400);
    people(graph, people);
    int hubs = random.nextInt(1, 3);
    for (String type : RandomSchema.EDGES.keySet()) {
      graph.edges.get(type).clear();
      int drawn = random.nextInt(people, 4 * people);
      for (int i = 0; i < drawn; i++) {
        Row row = edge(type, type + i, people);
        put(graph, random.nextInt(4) == 0 ? row : atHub(row, hubs));
      }
    }
    return graph;
  }

  private Row atHub(Row row, int hubs) {
    String hub = "p" + random.nextInt(hubs);
    Ends ends = RandomSchema.EDGES.get(row.type());
    boolean out = ends.from().equals("Person") && (!ends.same() || random.nextBoolean());
    return out
        ? new Row(row.type(), row.id(), hub, row.dst(), row.values())
        : new Row(
            row.type(),
            row.id(),
            row.src(),
            ends.to().equals("Person") ? hub : row.dst(),
            row.values());
  }

  /** A graph with more people than a batch has rows, and few edges. */
  public NaiveGraph drawWide() {
    NaiveGraph graph = draw();
    int people = random.nextInt(4_100, 5_000);
    people(graph, people);
    for (String type : RandomSchema.EDGES.keySet()) {
      graph.edges.get(type).clear();
      int drawn = random.nextInt(0, type.equals("Likes") ? 6_000 : 200);
      for (int i = 0; i < drawn; i++) {
        put(graph, edge(type, type + i, people));
      }
    }
    return graph;
  }

  public Row node(String type, String id) {
    Map<String, Value> cells = values(type);
    cells.put(RandomSchema.key(type), new Value.Text(id));
    if (type.equals("Person")) {
      cells.put(RandomSchema.VECTOR, random.nextInt(5) == 0 ? Value.NULL : values.vector());
    }
    return new Row(type, id, "", "", cells);
  }

  /** An edge whose ends mostly exist. */
  public Row edge(String type, String id, int people) {
    Ends ends = RandomSchema.EDGES.get(type);
    return new Row(type, id, end(ends.from(), people), end(ends.to(), people), values(type));
  }

  private String end(String type, int people) {
    return type.equals("Place") ? "c" + random.nextInt(PLACES) : "p" + random.nextInt(people + 1);
  }

  /** A value of a kind, never null. */
  Value value(String kind) {
    return values.value(kind);
  }

  private Map<String, Value> values(String type) {
    Map<String, Value> cells = new TreeMap<>();
    RandomSchema.KINDS
        .get(type)
        .forEach(
            (name, kind) -> {
              boolean isNull = random.nextInt(4) == 0 && !whole.contains(type + "." + name);
              cells.put(name, isNull ? Value.NULL : values.value(kind));
            });
    return cells;
  }
}
