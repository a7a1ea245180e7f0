/**
 * The query language: from {@code .gq} text to checked, planned queries; parameter binding; lint;
 * formatting. Knows no storage. Start reading at {@link io.omnigraph.query.QueryCompiler}.
 */
@NullMarked
package io.omnigraph.query;

import org.jspecify.annotations.NullMarked;
