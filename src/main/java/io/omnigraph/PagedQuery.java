package io.omnigraph;

import io.omnigraph.model.CommitId;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.access.PageKey;
import java.util.Optional;
import java.util.function.Function;

/** One page of a result: its rows, and where the next page begins. Closed by the caller. */
public final class PagedQuery implements AutoCloseable {

  private final QueryCursor rows;
  private final CommitId commit;
  private final Function<PageKey, String> cursors;

  PagedQuery(QueryCursor rows, CommitId commit, Function<PageKey, String> cursors) {
    this.rows = rows;
    this.commit = commit;
    this.cursors = cursors;
  }

  /** The rows of the page. */
  public QueryCursor rows() {
    return rows;
  }

  /** The commit that every page of the result reads. */
  public CommitId commit() {
    return commit;
  }

  /** The cursor of the next page, once all rows were pulled; empty if this is the last page. */
  public Optional<String> nextCursor() {
    return Optional.ofNullable(rows.endOfPage()).map(cursors);
  }

  @Override
  public void close() {
    rows.close();
  }
}
