package io.omnigraph.commit;

import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One commit of a graph, as its lineage row tells it.
 *
 * @param branch the branch it landed on
 * @param manifestVersion the manifest version it produced
 * @param parent the first parent; null for the first commit of a graph
 * @param mergedParent the second parent of a merge
 * @param actor who did it; null if anonymous
 * @param createdAtMicros microseconds since the epoch
 * @param tables moved tables in key order; empty on rows of older writers
 * @param schemaHash the schema in force from here on, if the commit changed it (and on the first
 *     commit)
 * @param recoveredBy set if recovery finished the publish
 * @param carriedBy the merge that copied this row to another branch; null for an ordinary row
 */
public record GraphCommit(
    CommitId id,
    BranchName branch,
    long manifestVersion,
    @Nullable CommitId parent,
    @Nullable CommitId mergedParent,
    @Nullable ActorId actor,
    long createdAtMicros,
    CommitKind kind,
    List<TableMove> tables,
    @Nullable String schemaHash,
    @Nullable ActorId recoveredBy,
    @Nullable CommitId carriedBy) {
  public GraphCommit {
    tables = List.copyOf(tables);
  }
}
