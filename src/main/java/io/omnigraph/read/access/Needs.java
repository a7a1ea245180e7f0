package io.omnigraph.read.access;

import io.omnigraph.model.TableKey;
import io.omnigraph.schema.PropertyType;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a query reads of the tables: properties by type ({@code id} of edges among them), those that
 * are searched for words, and the directions in which edges are walked. Filled while a plan is
 * studied, and not changed once runs share it.
 */
public final class Needs {

  private final Map<TableKey, SortedMap<String, PropertyType>> properties = new HashMap<>();
  private final Map<TableKey, Set<String>> texts = new HashMap<>();
  private final Set<String> outgoing = new HashSet<>();
  private final Set<String> incoming = new HashSet<>();

  /** The same needs, to which others can be added. */
  public Needs copy() {
    Needs copy = new Needs();
    properties.forEach((table, names) -> copy.properties.put(table, new TreeMap<>(names)));
    copy.outgoing.addAll(outgoing);
    copy.incoming.addAll(incoming);
    return copy;
  }

  public void property(TableKey table, String name, PropertyType type) {
    properties.computeIfAbsent(table, t -> new TreeMap<>()).put(name, type);
  }

  /** A text property that is searched for words. */
  public void words(TableKey table, String property) {
    texts.computeIfAbsent(table, t -> new TreeSet<>()).add(property);
  }

  public void direction(String edgeType, boolean out) {
    (out ? outgoing : incoming).add(edgeType);
  }

  SortedMap<String, PropertyType> properties(TableKey table) {
    return properties.getOrDefault(table, Collections.emptySortedMap());
  }

  Set<String> words(TableKey table) {
    return texts.getOrDefault(table, Set.of());
  }

  boolean walks(String edgeType, boolean out) {
    return (out ? outgoing : incoming).contains(edgeType);
  }
}
