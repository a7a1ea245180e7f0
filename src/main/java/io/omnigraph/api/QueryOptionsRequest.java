package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.omnigraph.PageRequest;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.read.QueryLimits;
import io.omnigraph.read.QueryOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a read query is to be run: the {@code options} of a request.
 *
 * @param explain answer how the query would be executed instead of running it
 * @param profile answer, behind the rows, how it was executed
 * @param pageSize most rows of one page; absent for the whole result
 * @param after the {@code next_cursor} of the page before
 * @param timeoutMs most milliseconds; the server's own limit holds too, as for the others
 * @param maxRows most rows; more are an error
 * @param maxMemoryBytes most bytes of intermediate state
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QueryOptionsRequest(
    @Nullable Boolean explain,
    @Nullable Boolean profile,
    @Nullable Integer pageSize,
    @Nullable String after,
    @Nullable Long timeoutMs,
    @Nullable Long maxRows,
    @Nullable Long maxMemoryBytes) {

  public static final QueryOptionsRequest NONE =
      new QueryOptionsRequest(null, null, null, null, null, null, null);

  static QueryOptionsRequest parse(JsonFields fields) {
    Long size = fields.whole("page_size", 1, PageRequest.MAX_SIZE);
    var options =
        new QueryOptionsRequest(
            fields.flag("explain"),
            fields.flag("profile"),
            size == null ? null : Math.toIntExact(size),
            fields.text("after"),
            fields.whole("timeout_ms", 1, Long.MAX_VALUE / 1_000_000),
            fields.whole("max_rows", 0, Long.MAX_VALUE),
            fields.whole("max_memory_bytes", 0, Long.MAX_VALUE));
    // An option that is ignored would give another result than was asked for.
    fields.refuseUnknown();
    return options;
  }

  public boolean explains() {
    return Boolean.TRUE.equals(explain);
  }

  public boolean profiles() {
    return Boolean.TRUE.equals(profile);
  }

  /**
   * The page that is wanted; null for the whole result.
   *
   * @throws BadRequestException if there is a cursor but no size
   */
  public @Nullable PageRequest page() {
    if (pageSize != null) {
      return new PageRequest(pageSize, after);
    }
    if (after != null) {
      throw new BadRequestException("invalid_page_size", "`after` needs a `page_size`");
    }
    return null;
  }

  /** The same in the terms of the engine, within limits that hold for every query. */
  QueryOptions within(QueryLimits most) {
    Duration time = timeoutMs == null ? most.time() : Duration.ofMillis(timeoutMs);
    return QueryOptions.DEFAULT
        .withProfile(profiles())
        .withLimits(
            new QueryLimits(
                least(maxMemoryBytes, most.memoryBytes()),
                most.resultBytes(),
                least(maxRows, most.rows()),
                time.compareTo(most.time()) < 0 ? time : most.time()));
  }

  private static long least(@Nullable Long asked, long most) {
    return asked == null ? most : Math.min(asked, most);
  }
}
