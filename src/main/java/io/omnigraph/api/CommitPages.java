package io.omnigraph.api;

import io.omnigraph.OmniGraph;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The log of a branch page by page, with a filter if wanted. */
final class CommitPages {

  /** Page of the log that is read at a time when a filter is applied. */
  private static final int FILTER_PAGE = 500;

  private final OmniGraph graph;

  CommitPages(OmniGraph graph) {
    this.graph = graph;
  }

  /**
   * @param actor keep only commits this actor made or recovered; null for all
   * @param limit at least 1
   * @param after the commit before the first one wanted; null to begin at the head
   */
  CommitListOutput newestFirst(
      BranchName branch, @Nullable String actor, int limit, @Nullable CommitId after) {
    CommitId position = after;
    var found = new ArrayList<CommitOutput>();
    int page = actor == null ? limit + 1 : FILTER_PAGE;
    while (true) {
      List<GraphCommit> commits = graph.commits(branch, page, position);
      for (GraphCommit commit : commits) {
        if (actor == null || madeBy(commit, actor)) {
          if (found.size() == limit) {
            return new CommitListOutput(found, found.getLast().graphCommitId());
          }
          found.add(CommitOutput.of(commit));
        }
      }
      if (commits.size() < page) {
        return new CommitListOutput(found, null);
      }
      position = commits.getLast().id();
    }
  }

  private static boolean madeBy(GraphCommit commit, String actor) {
    return commit.actor() != null && commit.actor().value().equals(actor)
        || commit.recoveredBy() != null && commit.recoveredBy().value().equals(actor);
  }
}
