package io.omnigraph.schema;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The hashed numbers of types and properties in the canonical schema. */
final class TypeIds {

  private static final int FNV_OFFSET_BASIS = 0x811c9dc5;
  private static final int FNV_PRIME = 0x01000193;

  private TypeIds() {}

  /** Number of a type: 32 bits, unsigned, never 0. {@code kind} is interface, node or edge. */
  static long typeId(String kind, String name) {
    return fnv1a(kind + ":" + name);
  }

  /** Number of a property within its type: 32 bits, unsigned, never 0. */
  static long propertyId(String kind, String type, String property) {
    return fnv1a(kind + ":" + type + ":" + property);
  }

  /**
   * One message for every two types of the schema, or two properties of one type, whose numbers are
   * equal.
   */
  static List<String> collisions(
      List<InterfaceType> interfaces, List<NodeType> nodes, List<EdgeType> edges) {
    List<String> messages = new ArrayList<>();
    Map<Long, String> types = new HashMap<>();
    interfaces.forEach(t -> add("interface", t.name(), t.properties(), types, messages));
    nodes.forEach(t -> add("node", t.name(), t.properties(), types, messages));
    edges.forEach(t -> add("edge", t.name(), t.properties(), types, messages));
    return messages;
  }

  private static void add(
      String kind,
      String type,
      List<Property> properties,
      Map<Long, String> types,
      List<String> messages) {
    String typeText = kind + ":" + type;
    claim("type", types, typeId(kind, type), typeText, messages);
    Map<Long, String> ids = new HashMap<>();
    for (Property property : properties) {
      String text = typeText + ":" + property.name();
      claim("property", ids, propertyId(kind, type, property.name()), text, messages);
    }
  }

  private static void claim(
      String what, Map<Long, String> taken, long id, String text, List<String> messages) {
    String other = taken.putIfAbsent(id, text);
    if (other != null && !other.equals(text)) {
      messages.add(what + " id collision: '" + other + "' and '" + text + "' both hash to " + id);
    }
  }

  private static long fnv1a(String text) {
    int hash = FNV_OFFSET_BASIS;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash == 0 ? 1 : Integer.toUnsignedLong(hash);
  }
}
