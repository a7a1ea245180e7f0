package io.omnigraph.write;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Rows loaded by type name. */
public record LoadCounts(SortedMap<String, Long> nodes, SortedMap<String, Long> edges) {
  public LoadCounts {
    nodes = new TreeMap<>(nodes);
    edges = new TreeMap<>(edges);
  }

  public static LoadCounts of(Map<String, Long> nodes, Map<String, Long> edges) {
    return new LoadCounts(new TreeMap<>(nodes), new TreeMap<>(edges));
  }
}
