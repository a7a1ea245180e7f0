package io.omnigraph.manifest;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.TableAddress;
import org.jspecify.annotations.Nullable;

/**
 * The visible state of one table on one graph branch.
 *
 * @param path graph-relative dataset path
 * @param version the table's version
 * @param tableBranch the table branch that owns the version; null = main
 * @param rowCount live rows
 */
public record TableEntry(
    TableKey key, String path, long version, @Nullable BranchName tableBranch, long rowCount) {

  public TableAddress address() {
    return new TableAddress(path, tableBranch);
  }

  /** True if the table lives on this graph branch already, so a write needs no fork. */
  public boolean ownedBy(BranchName graphBranch) {
    return graphBranch.isMain() ? tableBranch == null : graphBranch.equals(tableBranch);
  }
}
