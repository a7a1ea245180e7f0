package io.omnigraph.read.search;

import it.unimi.dsi.fastutil.ints.Int2DoubleOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;

/** Distinct nodes in rank order with their scores (or distances). */
public final class Ranked {

  private final IntArrayList nodes = new IntArrayList();
  private final Int2DoubleOpenHashMap scores = new Int2DoubleOpenHashMap();

  void add(int node, double score) {
    if (!scores.containsKey(node)) {
      nodes.add(node);
      scores.put(node, score);
    }
  }

  public int size() {
    return nodes.size();
  }

  /** The node at a rank, from 0. */
  public int node(int rank) {
    return nodes.getInt(rank);
  }

  public boolean has(int node) {
    return scores.containsKey(node);
  }

  public double score(int node) {
    return scores.get(node);
  }
}
