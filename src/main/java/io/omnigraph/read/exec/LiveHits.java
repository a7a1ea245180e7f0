package io.omnigraph.read.exec;

import io.omnigraph.read.access.NodeAccess;
import io.omnigraph.read.access.OrdinalStream;
import io.omnigraph.read.column.Bits;

/** The live nodes of a set. */
final class LiveHits implements OrdinalStream {

  private final Bits hits;
  private final NodeAccess nodes;
  private int from;

  LiveHits(Bits hits, NodeAccess nodes) {
    this.hits = hits;
    this.nodes = nodes;
  }

  @Override
  public int next(int[] into) {
    int count = 0;
    int ordinal = from < 0 ? -1 : hits.next(from);
    while (ordinal >= 0 && count < into.length) {
      into[count++] = ordinal;
      ordinal = hits.next(ordinal + 1);
    }
    from = ordinal;
    if (count == 0) {
      return -1;
    }
    nodes.resolve(into, count);
    int live = 0;
    for (int i = 0; i < count; i++) {
      if (nodes.isLive(into[i])) {
        into[live++] = into[i];
      }
    }
    return live;
  }

  @Override
  public void close() {}
}
