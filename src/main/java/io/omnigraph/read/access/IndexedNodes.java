package io.omnigraph.read.access;

import io.omnigraph.read.column.Bits;
import io.omnigraph.read.table.ValueIndex;

/** The live ones among the nodes that an index named. */
final class IndexedNodes implements OrdinalStream {

  private final ValueIndex.Candidates candidates;
  private final Bits live;
  private final String property;

  IndexedNodes(ValueIndex.Candidates candidates, Bits live, String property) {
    this.candidates = candidates;
    this.live = live;
    this.property = property;
  }

  @Override
  public int next(int[] into) {
    int count = 0;
    while (count < into.length) {
      int node = candidates.next();
      if (node < 0) {
        return count == 0 ? -1 : count;
      }
      into[count] = node;
      count += live.get(node) ? 1 : 0;
    }
    return count;
  }

  @Override
  public int most() {
    return candidates.most();
  }

  @Override
  public String words() {
    return "found by " + property;
  }

  @Override
  public void close() {}
}
