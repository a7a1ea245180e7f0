package io.omnigraph.maintenance;

import io.omnigraph.model.TableKey;

/**
 * An index that the schema asks for and that is not built, on purpose.
 *
 * @param reason {@code below_threshold}, {@code no_vectors}
 */
public record PendingIndex(TableKey table, String column, String reason) {}
