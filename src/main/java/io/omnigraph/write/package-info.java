/**
 * What users do to data: mutations, loads, exports, and the one integrity evaluator behind them
 * all. Produces prepared changes; publishing them is {@code io.omnigraph.publish}'s work. Start
 * reading at {@code MutationOperation} and {@code LoadOperation}.
 */
@NullMarked
package io.omnigraph.write;

import org.jspecify.annotations.NullMarked;
