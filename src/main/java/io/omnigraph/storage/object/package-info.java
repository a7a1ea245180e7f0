/**
 * Small objects on a local disk or in an S3 bucket: {@link
 * io.omnigraph.storage.object.ObjectStores} opens the right one for a graph. The only package that
 * sees the AWS SDK. A write is atomic and, once acknowledged, durable; an answer that got lost is
 * told apart from a failure.
 */
@NullMarked
package io.omnigraph.storage.object;

import org.jspecify.annotations.NullMarked;
