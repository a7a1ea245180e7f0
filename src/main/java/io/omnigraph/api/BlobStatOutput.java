package io.omnigraph.api;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a blob without reading it.
 *
 * @param size bytes; null if it is stored elsewhere
 * @param etag null if it is stored elsewhere
 * @param uri where it is, if it is stored elsewhere
 * @param graphCommitId the commit whose state was read
 */
public record BlobStatOutput(
    String tableKey,
    String id,
    String property,
    @Nullable Long size,
    @Nullable String etag,
    @Nullable String uri,
    String graphCommitId) {}
