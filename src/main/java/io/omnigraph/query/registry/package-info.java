/**
 * Stored queries: the rules for their names, the check against a live schema and the catalog that
 * clients see. Start reading at {@link io.omnigraph.query.registry.StoredQueryRegistry}.
 */
@NullMarked
package io.omnigraph.query.registry;

import org.jspecify.annotations.NullMarked;
