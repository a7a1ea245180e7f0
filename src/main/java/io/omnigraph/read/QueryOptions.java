package io.omnigraph.read;

import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.access.PageBounds;
import org.jspecify.annotations.Nullable;

/**
 * How to run one query.
 *
 * @param forcedPath the access path for every table; null to let the engine choose
 * @param profile measure time per operator
 * @param limits what the query may use
 * @param page the part of the result that is wanted; null for all of it
 * @param planOnly plan the query for its profile: nothing is read or built, and no rows come
 * @param cancellation gives the query up; null if nobody will
 */
public record QueryOptions(
    @Nullable AccessPath forcedPath,
    boolean profile,
    QueryLimits limits,
    @Nullable PageBounds page,
    boolean planOnly,
    @Nullable Cancellation cancellation) {

  public static final QueryOptions DEFAULT =
      new QueryOptions(null, false, QueryLimits.DEFAULT, null, false, null);

  public QueryOptions withPath(@Nullable AccessPath path) {
    return new QueryOptions(path, profile, limits, page, planOnly, cancellation);
  }

  public QueryOptions withProfile(boolean measured) {
    return new QueryOptions(forcedPath, measured, limits, page, planOnly, cancellation);
  }

  public QueryOptions withLimits(QueryLimits newLimits) {
    return new QueryOptions(forcedPath, profile, newLimits, page, planOnly, cancellation);
  }

  public QueryOptions withPage(@Nullable PageBounds newPage) {
    return new QueryOptions(forcedPath, profile, limits, newPage, planOnly, cancellation);
  }

  public QueryOptions withPlanOnly(boolean only) {
    return new QueryOptions(forcedPath, profile, limits, page, only, cancellation);
  }

  public QueryOptions withCancellation(@Nullable Cancellation given) {
    return new QueryOptions(forcedPath, profile, limits, page, planOnly, given);
  }
}
