package io.omnigraph.api;

import org.jspecify.annotations.Nullable;

/**
 * What is known of a read behind its last row.
 *
 * @param nextCursor where the next page begins; null without pages and on the last one
 * @param profile how the query was executed; null unless asked for
 */
public record ReadEnding(@Nullable String nextCursor, @Nullable PlanOutput profile) {

  public static final ReadEnding PLAIN = new ReadEnding(null, null);
}
