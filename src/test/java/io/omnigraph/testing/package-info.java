/**
 * What tests of every package share: an S3 endpoint with atomic conditional writes, request counts
 * and faults; decorators that count and break storage calls; a guard against leaked Arrow memory.
 */
@NullMarked
package io.omnigraph.testing;

import org.jspecify.annotations.NullMarked;
