/**
 * The layout of query source. {@code SourceLayout} decides which tokens belong together, {@code
 * Doc} and {@code LayoutPrinter} break lines, {@code Comments} keeps every comment at its token.
 * Start reading at {@link io.omnigraph.query.format.QueryFormatter}.
 */
@NullMarked
package io.omnigraph.query.format;

import org.jspecify.annotations.NullMarked;
