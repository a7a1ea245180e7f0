/**
 * Changes of the schema: {@link io.omnigraph.evolve.SchemaEvolution} plans, previews and applies
 * them. A change is one commit of main's lane like any other: new tables are made and columns
 * changed while its sidecar is armed, and the commit names the new schema. What reads an older
 * commit keeps its older schema. Start with {@code SchemaOperation}, which turns a plan into what
 * the lane does.
 */
@NullMarked
package io.omnigraph.evolve;

import org.jspecify.annotations.NullMarked;
