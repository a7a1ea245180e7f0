package io.omnigraph.read.expr;

/** Finds the rows of a chunk for which a condition is true (not false, not unknown). */
@FunctionalInterface
public interface RowTest {

  /**
   * Writes the row numbers that pass, ascending.
   *
   * @param into room for every row of the chunk
   * @return how many
   */
  int select(Chunk chunk, int[] into);

  /** How many rows pass. */
  default int count(Chunk chunk) {
    return select(chunk, new int[chunk.rows()]);
  }
}
