package io.omnigraph.storage;

/**
 * What a commit of this process changed, as far as the fragments do not tell: which rows it deleted
 * from fragments that remained.
 *
 * @param base the lineage that the commit built on; that of the parent for the first commit on a
 *     fork
 * @param incarnation of that lineage
 * @param baseVersion the version it built on
 * @param deletedAddresses row addresses at that version; sorted, distinct
 */
public record VersionChange(
    TableAddress base, String incarnation, long baseVersion, long[] deletedAddresses) {}
