/**
 * From syntax to plan: name resolution, type rules (the T-codes) and logical planning. Checking and
 * planning share one pass over the syntax, because both need the same resolved names: {@code
 * PatternChecker} resolves the clauses of one list into a {@code Pattern}, {@code PatternPlanner}
 * turns that into plan nodes. Every problem found is collected; a value that could not be resolved
 * is {@code Typed.Unknown} and causes no further complaints. Start reading at {@link
 * io.omnigraph.query.check.QueryChecker}.
 */
@NullMarked
package io.omnigraph.query.check;

import org.jspecify.annotations.NullMarked;
