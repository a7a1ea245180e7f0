package io.omnigraph.read.naive;

import io.omnigraph.read.naive.NaiveGraph.Ends;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The schema of random graphs: properties of every kind on nodes and edges, several edge types
 * between two types, one from each type to itself, and edges both ways between two types.
 */
public final class RandomSchema {

  /** Texts of few words, which full-text searches are drawn for. */
  static final String WORDS = "Words";

  /** An enum. */
  static final String ROLE = "Role";

  static final List<String> NUMBERS = List.of("I32", "I64", "U32", "U64", "F64", "F32");

  /** Properties that are not nullable, beside the keys. */
  private static final Set<String> REQUIRED = Set.of("Person.level", "Knows.level", "Visits.times");

  private static final Map<String, String> KEYS = Map.of("Person", "name", "Place", "code");

  /** Endpoints per edge type, in the order of declaration. */
  static final Map<String, Ends> EDGES = edges();

  /** Property name to kind, per node or edge type; vectors are apart. */
  public static final Map<String, Map<String, String>> KINDS = kinds();

  /** The type and the property that holds vectors. */
  static final String VECTOR = "vec";

  private RandomSchema() {}

  private static Map<String, Ends> edges() {
    Map<String, Ends> edges = new LinkedHashMap<>();
    edges.put("Knows", new Ends("Person", "Person"));
    edges.put("Likes", new Ends("Person", "Person"));
    edges.put("LivesIn", new Ends("Person", "Place"));
    edges.put("Visits", new Ends("Person", "Place"));
    edges.put("Hosts", new Ends("Place", "Person"));
    edges.put("Near", new Ends("Place", "Place"));
    return edges;
  }

  private static Map<String, Map<String, String>> kinds() {
    Map<String, Map<String, String>> kinds = new LinkedHashMap<>();
    kinds.put(
        "Person",
        ordered(
            "name String age I32 big I64 few U32 huge U64 score F64 ratio F32 active Bool born Date"
                + " seen DateTime nick String role Role level I32 tags [String] marks [I32]"
                + " reals [F64] days [Date] flags [Bool] bio Words"));
    kinds.put("Place", ordered("code String size I64 label String"));
    kinds.put(
        "Knows",
        ordered(
            "since Date weight F64 total I64 few U32 huge U64 ratio F32 sure Bool note String"
                + " mood Role at DateTime tags [String] moments [DateTime] level I32"));
    kinds.put("Likes", Map.of());
    kinds.put("LivesIn", ordered("years I32"));
    kinds.put("Visits", ordered("times U64 on Date again Bool why Role ratings [F32]"));
    kinds.put("Hosts", ordered("weight F32 note String"));
    kinds.put("Near", ordered("metres I64"));
    return kinds;
  }

  private static Map<String, String> ordered(String pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    String[] words = pairs.split(" ");
    for (int i = 0; i < words.length; i += 2) {
      map.put(words[i], words[i + 1]);
    }
    return map;
  }

  public static String text() {
    return text(KINDS);
  }

  /** The schema in which types have the properties given. */
  public static String text(Map<String, Map<String, String>> kinds) {
    StringBuilder text = new StringBuilder();
    for (String type : kinds.keySet()) {
      Ends ends = EDGES.get(type);
      text.append(ends == null ? "node " : "edge ").append(type);
      if (ends != null) {
        text.append(": ").append(ends.from()).append(" -> ").append(ends.to());
      }
      text.append(" {\n");
      kinds
          .get(type)
          .forEach(
              (property, kind) ->
                  text.append("  ")
                      .append(property)
                      .append(": ")
                      .append(declared(kind))
                      .append(
                          isKey(type, property) ? " @key" : isRequired(type, property) ? "" : "?")
                      .append('\n'));
      text.append(type.equals("Person") ? "  " + VECTOR + ": Vector(3)?\n" : "").append("}\n");
    }
    return text.toString();
  }

  private static String declared(String kind) {
    return kind.equals(ROLE) ? "enum(admin, guest, staff)" : kind.equals(WORDS) ? "String" : kind;
  }

  static boolean isNode(String type) {
    return !EDGES.containsKey(type);
  }

  static boolean isKey(String type, String property) {
    return property.equals(KEYS.get(type));
  }

  public static String key(String nodeType) {
    return KEYS.get(nodeType);
  }

  static boolean isRequired(String type, String property) {
    return REQUIRED.contains(type + "." + property);
  }

  static boolean isList(String kind) {
    return kind.startsWith("[");
  }

  static String itemKind(String list) {
    return list.substring(1, list.length() - 1);
  }

  static boolean isText(String kind) {
    return kind.equals("String") || kind.equals(ROLE) || kind.equals(WORDS);
  }
}
