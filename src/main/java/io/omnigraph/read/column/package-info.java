/**
 * Decoded columns: primitive arrays with a presence bitmap, texts in one byte array, indexed by a
 * dense row ordinal; and {@link io.omnigraph.read.column.Cells}, a batch of values gathered from
 * them for evaluation. Knows Arrow as a source and nothing of storage, queries or caches. Start
 * reading at {@link io.omnigraph.read.column.Column}.
 */
@NullMarked
package io.omnigraph.read.column;

import org.jspecify.annotations.NullMarked;
