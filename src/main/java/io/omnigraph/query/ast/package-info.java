/**
 * The syntax of a query source as sealed records, each with its place in the text, and the parser
 * that builds them. Nothing here knows a catalog. Start reading at {@link
 * io.omnigraph.query.ast.QueryParser} and {@link io.omnigraph.query.ast.QueryDeclaration}.
 */
@NullMarked
package io.omnigraph.query.ast;

import org.jspecify.annotations.NullMarked;
