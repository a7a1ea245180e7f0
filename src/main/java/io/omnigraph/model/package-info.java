/**
 * The vocabulary every room shares: keys, names, ids, read targets, typed values and the one error
 * hierarchy, plus the doors through which the kernel calls upward ({@link
 * io.omnigraph.model.AccessGuard}, {@link io.omnigraph.model.TextEmbedder}). Depends on the JDK
 * alone; everything here is immutable and safe to share between threads.
 */
@NullMarked
package io.omnigraph.model;

import org.jspecify.annotations.NullMarked;
