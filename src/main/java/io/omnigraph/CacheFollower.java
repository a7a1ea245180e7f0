package io.omnigraph;

import io.omnigraph.commit.CommitEvent;
import io.omnigraph.commit.CommitListener;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.commit.ReferenceEvent;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphException;
import io.omnigraph.read.QueryEngine;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the read engine's caches follow the commits of this process, then passes the announcement
 * on. The committer only hands the work over.
 */
final class CacheFollower implements CommitListener {

  private static final Logger LOG = LoggerFactory.getLogger(CacheFollower.class);

  private final QueryEngine queries;
  private final Function<BranchName, Snapshot> heads;
  private final BiFunction<BranchName, Long, Snapshot> history;
  private final CommitListener next;
  private final Map<BranchName, Snapshot> followed = new ConcurrentHashMap<>();

  /**
   * @param heads what a branch shows now, from memory
   * @param history what a branch showed at a manifest version, from storage
   * @param next told of everything as well
   */
  CacheFollower(
      QueryEngine queries,
      Function<BranchName, Snapshot> heads,
      BiFunction<BranchName, Long, Snapshot> history,
      CommitListener next) {
    this.queries = queries;
    this.heads = heads;
    this.history = history;
    this.next = next;
  }

  @Override
  public void onCommit(CommitEvent event) {
    try {
      GraphCommit commit = event.commit();
      Snapshot after = heads.apply(commit.branch());
      Snapshot before = followed.put(commit.branch(), after);
      if (before == null) {
        queries.later(() -> followFirst(commit, after));
      } else {
        queries.advanceLater(before, after);
      }
    } catch (GraphException e) {
      LOG.debug("the caches do not follow {}", event.commit().id(), e);
    }
    next.onCommit(event);
  }

  /** The first commit on a branch that this process sees: what was before has to be looked up. */
  private void followFirst(GraphCommit commit, Snapshot after) {
    @Nullable Snapshot before;
    try {
      before = history.apply(commit.branch(), commit.manifestVersion() - 1);
    } catch (GraphException e) {
      LOG.debug("no caches to follow {} from", commit.id(), e);
      return;
    }
    queries.advance(before, after);
  }

  @Override
  public void onReference(ReferenceEvent event) {
    follow(event);
    next.onReference(event);
  }

  /** A new branch starts with what its source shows, which is in memory. */
  private void follow(ReferenceEvent event) {
    switch (event.kind()) {
      case DELETED -> followed.remove(event.branch());
      case CREATED -> {
        try {
          followed.put(event.branch(), heads.apply(event.branch()));
        } catch (GraphException e) {
          followed.remove(event.branch());
          LOG.debug("the caches do not follow branch {} yet", event.branch(), e);
        }
      }
    }
  }
}
