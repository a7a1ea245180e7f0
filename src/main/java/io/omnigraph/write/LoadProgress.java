package io.omnigraph.write;

/** Told how far a load has read; called every few thousand records and once at the end. */
@FunctionalInterface
public interface LoadProgress {

  /**
   * @param records records read so far
   * @param bytes bytes of input consumed so far
   */
  void report(long records, long bytes);

  /** Nobody listens. */
  LoadProgress NONE = (records, bytes) -> {};
}
