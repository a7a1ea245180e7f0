/**
 * Tables on Lance: the only package that sees {@code org.lance}. Start at {@link
 * io.omnigraph.storage.lance.LanceTables}, which opens the tables of one graph root. Promises: no
 * exception of the library leaves ({@code LanceErrors} translates all of them), every write of rows
 * is one fenced {@code Update} with a pre-minted uuid, and an outcome is decided by that uuid.
 * Behaviour of the library that is relied on, and defects worked around, are pinned by {@code
 * LanceCommitSurfaceTest} and {@code LanceReadSurfaceTest}.
 */
@NullMarked
package io.omnigraph.storage.lance;

import org.jspecify.annotations.NullMarked;
