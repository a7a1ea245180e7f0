package io.omnigraph.storage;

import io.omnigraph.model.BranchName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A branch of one dataset.
 *
 * @param parent the branch it was made from; null for main
 * @param parentVersion the version it was made from
 * @param incarnation unique per creation
 */
public record TableBranch(
    BranchName name,
    @Nullable BranchName parent,
    long parentVersion,
    String incarnation,
    Instant createdAt) {}
