package io.omnigraph.publish;

import io.omnigraph.storage.RowSource;
import java.util.Set;

/**
 * The change of one table relative to the base version.
 *
 * @param added rows to add (whole rows in physical column order), with fresh row ids; the delta
 *     owns them
 * @param deletedAddresses {@code _rowaddr} values at the base version of rows to remove (also the
 *     old images of updated rows); sorted, distinct
 * @param replaceAll true removes every row of the base version; {@code deletedAddresses} is empty
 *     then
 * @param writtenIds ids of all rows added or removed, by which the lane tells whether operations
 *     touch each other
 */
public record TableDelta(
    RowSource added, long[] deletedAddresses, boolean replaceAll, Set<String> writtenIds)
    implements AutoCloseable {

  @Override
  public void close() {
    added.close();
  }
}
