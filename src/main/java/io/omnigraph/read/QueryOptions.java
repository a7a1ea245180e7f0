package io.omnigraph.read;

import io.omnigraph.read.access.AccessPath;
import org.jspecify.annotations.Nullable;

/**
 * How to run one query.
 *
 * @param forcedPath the access path for every table; null to let the engine choose
 * @param profile measure time per operator
 * @param limits what the query may use
 */
public record QueryOptions(@Nullable AccessPath forcedPath, boolean profile, QueryLimits limits) {

  public static final QueryOptions DEFAULT = new QueryOptions(null, false, QueryLimits.DEFAULT);

  public QueryOptions withPath(@Nullable AccessPath path) {
    return new QueryOptions(path, profile, limits);
  }

  public QueryOptions withProfile(boolean measured) {
    return new QueryOptions(forcedPath, measured, limits);
  }

  public QueryOptions withLimits(QueryLimits newLimits) {
    return new QueryOptions(forcedPath, profile, newLimits);
  }
}
