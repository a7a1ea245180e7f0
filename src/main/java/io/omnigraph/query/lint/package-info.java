/**
 * Lint of query files: what compiles, but is probably not meant. {@code LintRule}s look at one
 * query each; {@link io.omnigraph.query.lint.QueryLinter} runs them and builds the {@link
 * io.omnigraph.query.lint.LintReport}.
 */
@NullMarked
package io.omnigraph.query.lint;

import org.jspecify.annotations.NullMarked;
