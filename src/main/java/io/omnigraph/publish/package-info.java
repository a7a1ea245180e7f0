/**
 * How prepared changes become commits: the writer lease of a graph root, one lane per branch, redo
 * sidecars, lazy forks, fenced table commits, the manifest publish, outcomes and recovery. {@code
 * docs/dev/write-path.md} tells the whole story; start reading at {@code Lanes}.
 */
@NullMarked
package io.omnigraph.publish;

import org.jspecify.annotations.NullMarked;
