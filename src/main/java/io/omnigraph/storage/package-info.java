/**
 * The seam to disks and buckets: tables ({@link io.omnigraph.storage.TableStorage}) and small
 * objects ({@link io.omnigraph.storage.ObjectStore}). Everything above speaks to these two; only
 * the implementations in {@code storage.lance} and {@code storage.object} know the libraries below.
 * A write is always staged first (invisible) and committed second, as one fenced transaction with a
 * pre-minted uuid; see {@code docs/dev/write-path.md}.
 */
@NullMarked
package io.omnigraph.storage;

import org.jspecify.annotations.NullMarked;
