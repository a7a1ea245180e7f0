package io.omnigraph.commit;

import io.omnigraph.model.BranchName;
import org.jspecify.annotations.Nullable;

/** A branch was created or deleted. */
public record ReferenceEvent(
    String graph,
    BranchName branch,
    Kind kind,
    @Nullable BranchName from,
    @Nullable String incarnation) {
  public enum Kind {
    CREATED,
    DELETED
  }
}
