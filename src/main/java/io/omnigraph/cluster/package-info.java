/**
 * The control plane: a configuration directory declares graphs and stored queries, {@code apply}
 * makes them so and records it in a ledger, servers serve what the ledger says. Works on a local
 * directory or an S3 prefix alike. Start reading at {@link io.omnigraph.cluster.Cluster}.
 */
@NullMarked
package io.omnigraph.cluster;

import org.jspecify.annotations.NullMarked;
