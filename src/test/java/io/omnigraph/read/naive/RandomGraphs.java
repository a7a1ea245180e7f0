package io.omnigraph.read.naive;

import io.omnigraph.model.Value;
import io.omnigraph.read.naive.NaiveGraph.Row;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/** Draws small graphs full of corner cases: nulls, extremes, parallel edges, loops, loose ends. */
public final class RandomGraphs {

  public static final String SCHEMA =
      """
      node Person {
        name: String @key
        age: I32?
        big: I64?
        few: U32?
        huge: U64?
        score: F64?
        ratio: F32?
        active: Bool?
        born: Date?
        seen: DateTime?
        nick: String?
        role: enum(admin, guest, staff)?
        tags: [String]?
        marks: [I32]?
        bio: String?
        vec: Vector(3)?
      }
      node Place {
        code: String @key
        size: I64?
        label: String?
      }
      edge Knows: Person -> Person { since: Date? weight: F64? }
      edge Likes: Person -> Person
      edge LivesIn: Person -> Place { years: I32? }
      """;

  /** Property name to kind, per node or edge type. */
  public static final Map<String, Map<String, String>> PROPERTIES =
      Map.of(
          "Person",
          ordered(
              "name",
              "String",
              "age",
              "I32",
              "big",
              "I64",
              "few",
              "U32",
              "huge",
              "U64",
              "score",
              "F64",
              "ratio",
              "F32",
              "active",
              "Bool",
              "born",
              "Date",
              "seen",
              "DateTime",
              "nick",
              "String",
              "role",
              "Role",
              "tags",
              "[String]",
              "marks",
              "[I32]",
              "bio",
              "Words"),
          "Place",
          ordered("code", "String", "size", "I64", "label", "String"),
          "Knows",
          ordered("since", "Date", "weight", "F64"),
          "Likes",
          Map.of(),
          "LivesIn",
          ordered("years", "I32"));

  private static final String[] TEXTS = {
    "",
    "a",
    "ab",
    "abc",
    "b",
    "Ab",
    "ä",
    "\uFB03",
    "\uD83D\uDE00",
    "a'b",
    "x\"y",
    "100%",
    "a_b",
    "line\nbreak",
    "zeta"
  };
  private static final String[] WORDS = {"hill", "hall", "halt", "mill", "river", "rover", "42"};
  private static final double[] REALS = {
    0.0,
    -0.0,
    0.5,
    1.0,
    1.5,
    2.5,
    -2.5,
    9007199254740993.0,
    1e300,
    -1e300,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    0.1
  };
  private static final long[] LONGS = {
    0, 1, 2, 3, -1, -2, 9007199254740992L, 9007199254740993L, Long.MAX_VALUE, Long.MIN_VALUE
  };

  private final SplittableRandom random;

  /** Properties that no row lacks, which the engine reads in other ways. */
  private final Set<String> whole = new HashSet<>();

  public RandomGraphs(SplittableRandom random) {
    this.random = random;
    new TreeSet<>(PROPERTIES.keySet())
        .forEach(
            type ->
                PROPERTIES.get(type).keySet().stream()
                    .filter(property -> random.nextBoolean())
                    .forEach(property -> whole.add(type + "." + property)));
  }

  private static Map<String, String> ordered(String... pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }

  /** A graph of a few nodes. */
  public NaiveGraph draw() {
    NaiveGraph graph =
        new NaiveGraph()
            .nodeType("Person")
            .nodeType("Place")
            .edgeType("Knows", "Person", "Person")
            .edgeType("Likes", "Person", "Person")
            .edgeType("LivesIn", "Person", "Place");
    int people = random.nextInt(0, 9);
    for (int i = 0; i < people; i++) {
      Row person = node("Person", "p" + i);
      graph.nodes.get("Person").put(person.id(), person);
    }
    for (int i = 0; i < random.nextInt(0, 4); i++) {
      Row place = node("Place", random.nextInt(4) == 0 ? "p" + i : "c" + i);
      graph.nodes.get("Place").put(place.id(), place);
    }
    int edge = 0;
    for (String type : graph.edgeTypes.keySet()) {
      for (int i = 0; i < random.nextInt(0, 2 + 2 * people); i++) {
        Row row = edge(type, "e" + edge++, people);
        graph.edges.get(type).put(row.id(), row);
      }
    }
    return graph;
  }

  /** A graph whose paths of one and two edges fill several batches. */
  public NaiveGraph drawDense() {
    NaiveGraph graph = draw();
    int people = random.nextInt(20, 45);
    for (int i = 0; i < people; i++) {
      Row person = node("Person", "p" + i);
      graph.nodes.get("Person").put(person.id(), person);
    }
    for (String type : graph.edgeTypes.keySet()) {
      Map<String, Row> edges = graph.edges.get(type);
      edges.clear();
      boolean parallel = random.nextBoolean();
      Set<String> ends = new HashSet<>();
      int drawn = random.nextInt(100, 900);
      for (int i = 0; i < drawn; i++) {
        Row row = edge(type, type + i, people);
        if (parallel || ends.add(row.src() + " " + row.dst())) {
          edges.put(row.id(), row);
        }
      }
    }
    return graph;
  }

  public Row node(String type, String id) {
    Map<String, Value> values = values(type);
    values.put(type.equals("Person") ? "name" : "code", new Value.Text(id));
    if (type.equals("Person")) {
      values.put("vec", random.nextInt(5) == 0 ? Value.NULL : vector());
    }
    return new Row(type, id, "", "", values);
  }

  /** A vector of small integers, so that distances are exact and many of them are equal. */
  public Value.Vector vector() {
    float[] elements = new float[3];
    for (int i = 0; i < elements.length; i++) {
      elements[i] = random.nextInt(-1, 3);
    }
    return new Value.Vector(elements);
  }

  /** An edge whose ends mostly exist. */
  public Row edge(String type, String id, int people) {
    String src = "p" + random.nextInt(people + 1);
    String dst =
        type.equals("LivesIn") ? "c" + random.nextInt(4) : "p" + random.nextInt(people + 1);
    return new Row(type, id, src, dst, values(type));
  }

  private Map<String, Value> values(String type) {
    Map<String, Value> values = new TreeMap<>();
    PROPERTIES
        .get(type)
        .forEach(
            (name, kind) -> {
              boolean isNull = random.nextInt(4) == 0 && !whole.contains(type + "." + name);
              values.put(name, isNull ? Value.NULL : value(kind));
            });
    return values;
  }

  /** A value of a kind, never null. */
  public Value value(String kind) {
    return switch (kind) {
      case "String" -> new Value.Text(TEXTS[random.nextInt(TEXTS.length)]);
      case "Role" -> new Value.Text(List.of("admin", "guest", "staff").get(random.nextInt(3)));
      case "I32" -> new Value.Int(pick32());
      case "U32" -> new Value.Int(random.nextInt(3) == 0 ? 0xFFFFFFFFL : random.nextInt(4));
      case "I64" -> new Value.Int(LONGS[random.nextInt(LONGS.length)]);
      case "U64" -> {
        long bits = LONGS[random.nextInt(LONGS.length)];
        yield bits < 0 ? new Value.BigUnsigned(bits) : new Value.Int(bits);
      }
      case "F64" -> new Value.Real(REALS[random.nextInt(REALS.length)]);
      case "F32" -> new Value.Real((float) REALS[random.nextInt(REALS.length)]);
      case "Bool" -> new Value.Bool(random.nextBoolean());
      case "Date" -> new Value.Date(19_000 + random.nextInt(4));
      case "DateTime" -> new Value.DateTime(1_700_000_000_000L + random.nextInt(3) * 500L);
      case "Words" -> new Value.Text(words(random.nextInt(0, 4)));
      case "[String]" -> list("String");
      case "[I32]" -> list("I32");
      default -> throw new IllegalArgumentException(kind);
    };
  }

  /** Words that are one or two letters apart, with a space between them. */
  public String words(int count) {
    List<String> words = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      words.add(WORDS[random.nextInt(WORDS.length)]);
    }
    return String.join(" ", words);
  }

  private long pick32() {
    return switch (random.nextInt(8)) {
      case 0 -> Integer.MAX_VALUE;
      case 1 -> Integer.MIN_VALUE;
      default -> random.nextInt(-2, 4);
    };
  }

  private Value list(String kind) {
    List<Value> items = new ArrayList<>();
    for (int i = 0; i < random.nextInt(0, 4); i++) {
      items.add(random.nextInt(5) == 0 ? Value.NULL : value(kind));
    }
    return new Value.ListOf(items);
  }
}
