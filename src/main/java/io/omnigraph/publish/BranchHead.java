package io.omnigraph.publish;

import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.Snapshot;

/**
 * The published head of a branch as its lane knows it.
 *
 * @param manifest open at the head; closed when the lane moves on
 * @param lookedAtNanos when the store was last seen to agree, by the monotonic clock
 */
record BranchHead(ManifestState manifest, Snapshot snapshot, long lookedAtNanos) {}
