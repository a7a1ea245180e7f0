package io.omnigraph.read.exec;

import io.omnigraph.read.access.OrdinalStream;

/** A stream of at most one ordinal. */
final class SingleNode implements OrdinalStream {

  private int ordinal;

  /**
   * @param ordinal the ordinal; -1 for none
   */
  SingleNode(int ordinal) {
    this.ordinal = ordinal;
  }

  @Override
  public int next(int[] into) {
    if (ordinal < 0) {
      return -1;
    }
    into[0] = ordinal;
    ordinal = -1;
    return 1;
  }

  @Override
  public int most() {
    return 1;
  }

  @Override
  public void close() {}
}
