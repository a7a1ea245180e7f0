package io.omnigraph.storage;

import java.util.List;
import java.util.Set;

/**
 * One transaction to stage: rows that vanish and files that appear.
 *
 * @param deletedAddresses row addresses ({@code _rowaddr} at the base version) to delete; sorted,
 *     distinct
 * @param removedFragments whole fragments to drop without looking at their rows (the manifest's
 *     head row; replace-all)
 * @param added files from {@link TableStorage#writeFiles} of the same table, in order
 * @param fenced adds the fence, so that the transaction conflicts with every other fenced writer;
 *     data tables always, the manifest never (it removes the head row's fragment instead)
 */
public record StageRequest(
    long[] deletedAddresses,
    Set<Integer> removedFragments,
    List<StagedFiles> added,
    boolean fenced) {

  public StageRequest {
    removedFragments = Set.copyOf(removedFragments);
    added = List.copyOf(added);
  }
}
