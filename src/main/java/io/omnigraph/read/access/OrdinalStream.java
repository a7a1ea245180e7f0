package io.omnigraph.read.access;

/** Pulls ordinals in batches. */
public interface OrdinalStream extends AutoCloseable {

  /**
   * Fills the start of an array.
   *
   * @return how many were filled; -1 at the end (0 means: none in this step, ask again)
   */
  int next(int[] into);

  /** At most so many will come, as far as that is known. */
  default int most() {
    return Integer.MAX_VALUE;
  }

  /** How the ordinals were found, if that is worth a word. */
  default String words() {
    return "";
  }

  @Override
  void close();
}
