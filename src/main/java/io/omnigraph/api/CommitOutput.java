package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.CommitId;
import io.omnigraph.publish.Receipt;
import org.jspecify.annotations.Nullable;

/**
 * One commit. {@code manifestBranch} is null for main, {@code createdAt} counts microseconds since
 * the epoch.
 */
public record CommitOutput(
    String graphCommitId,
    @Nullable String manifestBranch,
    long manifestVersion,
    @Nullable String parentCommitId,
    @Nullable String mergedParentCommitId,
    @Nullable String actorId,
    long createdAt,
    String kind,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String recoveredBy) {

  public static CommitOutput of(GraphCommit commit) {
    return new CommitOutput(
        commit.id().value(),
        commit.branch().isMain() ? null : commit.branch().value(),
        commit.manifestVersion(),
        text(commit.parent()),
        text(commit.mergedParent()),
        text(commit.actor()),
        commit.createdAtMicros(),
        commit.kind().word(),
        text(commit.recoveredBy()));
  }

  /** The commit of a write; null if it changed nothing. */
  static @Nullable CommitOutput of(Receipt<?> done) {
    return done.commit() == null ? null : of(done.commit());
  }

  private static @Nullable String text(@Nullable CommitId id) {
    return id == null ? null : id.value();
  }

  private static @Nullable String text(@Nullable ActorId actor) {
    return actor == null ? null : actor.value();
  }
}
