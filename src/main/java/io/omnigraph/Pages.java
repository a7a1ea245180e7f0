package io.omnigraph;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.QueryOptions;
import io.omnigraph.read.access.PageBounds;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Results page by page. Every page runs the query again on the commit of the first page and passes
 * over what comes before its key, so pages neither overlap nor miss rows, whatever is written
 * meanwhile, and nothing is kept between them.
 */
final class Pages {

  /** How long after the first page a result can be continued. */
  private static final Duration LIFETIME = Duration.ofHours(24);

  /** Runs a query on a snapshot as if it were asked at an instant. */
  interface Engine {
    QueryCursor run(Snapshot snapshot, Instant now, QueryOptions how);
  }

  private final Instant asked;

  Pages(Instant asked) {
    this.asked = asked;
  }

  PagedQuery open(
      GraphReads graph,
      String source,
      @Nullable String queryName,
      Map<String, ?> params,
      ReadTarget target,
      PageRequest page,
      QueryOptions how,
      Engine engine) {
    String request =
        RequestDigest.of(
            "page", source, String.valueOf(queryName), RequestDigest.text(params), text(target));
    String after = page.after();
    PageToken token = after == null ? null : PageToken.decode(after);
    if (token != null) {
      check(token, request);
    }
    Snapshot snapshot =
        token == null ? graph.snapshot(target) : pinned(graph, target, token.commit());
    Instant now = token == null ? asked : token.now();
    Instant issued = token == null ? asked : token.issued();
    long delivered = token == null ? 0 : token.delivered();
    QueryCursor rows =
        engine.run(
            snapshot,
            now,
            how.withPage(
                new PageBounds(page.size(), delivered, token == null ? null : token.key())));
    CommitId commit = token == null ? snapshot.head() : token.commit();
    return new PagedQuery(
        rows,
        commit,
        key -> new PageToken(commit, request, now, issued, delivered + page.size(), key).encode());
  }

  private void check(PageToken token, String request) {
    if (!token.request().equals(request)) {
      throw new BadRequestException(
          "cursor_mismatch",
          "the cursor belongs to another query, other parameters or another target; repeat the"
              + " request of the first page with it");
    }
    if (token.issued().plus(LIFETIME).isBefore(asked)) {
      throw expired(token.commit(), null);
    }
  }

  /** The snapshot that the first page read; often it is still the head. */
  private static Snapshot pinned(GraphReads graph, ReadTarget target, CommitId commit) {
    try {
      if (target instanceof ReadTarget.Branch) {
        Snapshot head = graph.snapshot(target);
        if (head.head().equals(commit)) {
          return head;
        }
      }
      return graph.snapshot(new ReadTarget.Commit(commit));
    } catch (NotFoundException | GoneException e) {
      throw expired(commit, e);
    }
  }

  private static GoneException expired(CommitId commit, @Nullable RuntimeException cause) {
    String message =
        "the cursor has expired: the commit that its pages read cannot be continued any more; start"
            + " again without one";
    Map<String, Object> context = Map.of("graph_commit_id", commit.value());
    return cause == null
        ? new GoneException("cursor_expired", message, context)
        : new GoneException("cursor_expired", message, context, cause);
  }

  private static String text(ReadTarget target) {
    return switch (target) {
      case ReadTarget.Branch(var branch) -> "branch " + branch;
      case ReadTarget.Commit(var id) -> "commit " + id;
      case ReadTarget.ManifestVersion(var branch, var version) ->
          "version " + version + " of " + branch;
    };
  }
}
