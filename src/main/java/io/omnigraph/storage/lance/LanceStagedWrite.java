package io.omnigraph.storage.lance;

import io.omnigraph.storage.RedoRecord;
import io.omnigraph.storage.StagedWrite;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.lance.FragmentMetadata;
import org.lance.operation.Operation;
import org.lance.operation.Update;

/**
 * One transaction that waits to be committed.
 *
 * @param base the version it was staged on
 * @param operation the transaction's operation
 * @param files every file it brings along
 * @param deletedAddresses rows that vanish from fragments of the base; null if not known
 */
record LanceStagedWrite(
    LanceSnapshot base,
    Operation operation,
    List<StagedFile> files,
    long @Nullable [] deletedAddresses)
    implements StagedWrite {

  /**
   * A file that must be there when the transaction lands.
   *
   * @param path relative to the folder of the lineage
   * @param size its length; -1 where the store cannot hold half a file, so existence suffices
   */
  record StagedFile(String path, long size) {}

  LanceStagedWrite {
    files = List.copyOf(files);
  }

  /** What is committed counts, not what is known about it. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof LanceStagedWrite write
        && base.equals(write.base)
        && operation.equals(write.operation)
        && files.equals(write.files);
  }

  @Override
  public int hashCode() {
    return Objects.hash(base, operation, files);
  }

  @Override
  public RedoRecord redo() {
    return RedoJson.write(operation, files);
  }

  @Override
  public String lastAddedFile() {
    List<FragmentMetadata> added = added();
    return added.isEmpty() ? "" : added.get(added.size() - 1).getFiles().get(0).getPath();
  }

  @Override
  public int addedFragments() {
    return added().size();
  }

  List<FragmentMetadata> added() {
    return operation instanceof Update update ? update.newFragments() : List.of();
  }
}
