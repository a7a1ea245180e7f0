package io.omnigraph.storage;

import io.omnigraph.model.BranchName;
import org.jspecify.annotations.Nullable;

/**
 * Where one lineage of a table lives below the graph root.
 *
 * @param path graph-relative path of the dataset, such as {@code nodes/5f3c...} or {@code
 *     __manifest}
 * @param branch the table branch; null for main
 */
public record TableAddress(String path, @Nullable BranchName branch) {

  public static TableAddress main(String path) {
    return new TableAddress(path, null);
  }

  @Override
  public String toString() {
    return branch == null ? path : path + "@" + branch;
  }
}
