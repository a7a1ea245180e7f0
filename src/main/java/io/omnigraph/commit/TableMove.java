package io.omnigraph.commit;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import org.jspecify.annotations.Nullable;

/**
 * How one table moved in a commit.
 *
 * @param fromVersion the version before; 0 if the table is new
 * @param toVersion the version after
 * @param tableBranch the table branch of the new version; null = main
 * @param rowCount live rows after
 */
public record TableMove(
    TableKey key,
    long fromVersion,
    long toVersion,
    @Nullable BranchName tableBranch,
    long rowCount) {}
