package io.omnigraph.read.access;

/** Pulls ordinals in batches. */
public interface OrdinalStream extends AutoCloseable {

  /**
   * Fills the start of an array.
   *
   * @return how many were filled; -1 at the end (0 means: none in this step, ask again)
   */
  int next(int[] into);

  @Override
  void close();
}
