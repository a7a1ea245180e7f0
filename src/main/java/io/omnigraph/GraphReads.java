package io.omnigraph;

import io.omnigraph.branch.Branches;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.query.ParameterBinder;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.PlanCache;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.QueryOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds what a target shows, and runs read queries on it. Thread-safe. */
final class GraphReads {

  private final GraphEngine engine;
  private final PlanCache plans;
  private final Duration maxAge;

  /**
   * @param maxAge how old a head may be where this process does not own the graph
   */
  GraphReads(GraphEngine engine, PlanCache plans, Duration maxAge) {
    this.engine = engine;
    this.plans = plans;
    this.maxAge = maxAge;
  }

  Snapshot snapshot(ReadTarget target) {
    return switch (target) {
      case ReadTarget.Branch(var branch) -> engine.heads().snapshot(branch, maxAge);
      case ReadTarget.ManifestVersion(var branch, var version) -> engine.past().at(branch, version);
      case ReadTarget.Commit(var id) -> engine.past().of(requireCommit(id));
    };
  }

  private GraphCommit requireCommit(CommitId id) {
    return commit(id)
        .orElseThrow(
            () ->
                new NotFoundException(
                    "commit_not_found",
                    "commit '" + id + "' not found",
                    Map.of("graph_commit_id", id.value())));
  }

  List<BranchName> branches() {
    return Branches.list(engine.manifests());
  }

  /** Looks a commit up on main first, then on every other branch. */
  Optional<GraphCommit> commit(CommitId id) {
    Optional<GraphCommit> onMain = engine.heads().graph(BranchName.MAIN).find(id);
    if (onMain.isPresent()) {
      return onMain;
    }
    for (BranchName branch : branches()) {
      Optional<GraphCommit> found = engine.heads().graph(branch).find(id);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  QueryCursor query(
      String source,
      @Nullable String queryName,
      Map<String, ?> params,
      ReadTarget target,
      QueryOptions how) {
    return run(source, queryName, params, snapshot(target), now(), how);
  }

  PagedQuery page(
      String source,
      @Nullable String queryName,
      Map<String, ?> params,
      ReadTarget target,
      PageRequest page,
      QueryOptions how) {
    return new Pages(now())
        .open(
            this,
            source,
            queryName,
            params,
            target,
            page,
            how,
            (snapshot, now, paged) -> run(source, queryName, params, snapshot, now, paged));
  }

  private QueryCursor run(
      String source,
      @Nullable String queryName,
      Map<String, ?> params,
      Snapshot snapshot,
      Instant now,
      QueryOptions how) {
    CompiledQuery compiled = plans.compile(source, queryName, snapshot.catalog());
    if (!(compiled instanceof CompiledQuery.Read read)) {
      throw new BadRequestException(
          "not_a_read_query",
          "mutation query cannot be typechecked with read-query API: query '"
              + compiled.name()
              + "' changes the graph; run it as a mutation",
          Map.of("query", compiled.name()));
    }
    Parameters bound = ParameterBinder.bind(read, params, now);
    return engine.queries().execute(read, bound, snapshot, how);
  }

  private Instant now() {
    return engine.settings().clock().instant();
  }
}
