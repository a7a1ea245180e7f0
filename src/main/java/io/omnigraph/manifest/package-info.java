/**
 * Which version of which table is visible on a branch, and since which commit: the rows of {@code
 * __manifest}, the snapshots read from them, the recipe that publishes new ones, the format stamp
 * and the schema store. Start reading at {@link io.omnigraph.manifest.Snapshot}.
 */
@NullMarked
package io.omnigraph.manifest;

import org.jspecify.annotations.NullMarked;
