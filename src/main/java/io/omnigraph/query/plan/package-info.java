/**
 * What a compiled query is: typed expressions, conditions and the logical plan as sealed records.
 * Produced by the query compiler, executed by {@code io.omnigraph.read} and {@code
 * io.omnigraph.write}. Names in a plan are resolved and types checked; executing one needs no
 * catalog look-up for correctness. Start reading at {@link io.omnigraph.query.plan.CompiledQuery}
 * and {@link io.omnigraph.query.plan.PlanNode}.
 */
@NullMarked
package io.omnigraph.query.plan;

import org.jspecify.annotations.NullMarked;
