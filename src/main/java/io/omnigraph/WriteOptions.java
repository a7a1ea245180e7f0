package io.omnigraph;

import io.omnigraph.model.ActorId;
import io.omnigraph.model.CommitId;
import org.jspecify.annotations.Nullable;

/**
 * What accompanies every write.
 *
 * @param actor who writes; null for anonymous
 * @param expectedHead publish only if the newest logical commit of the branch is this one; null for
 *     no condition
 * @param idempotencyKey a key under which a repeated request is done once; null for none
 * @param operationId ULID under which the operation is known to commits and recovery; null for a
 *     fresh one
 */
public record WriteOptions(
    @Nullable ActorId actor,
    @Nullable CommitId expectedHead,
    @Nullable String idempotencyKey,
    @Nullable String operationId) {

  public WriteOptions(
      @Nullable ActorId actor, @Nullable CommitId expectedHead, @Nullable String idempotencyKey) {
    this(actor, expectedHead, idempotencyKey, null);
  }

  public static final WriteOptions ANONYMOUS = new WriteOptions(null, null, null);

  public static WriteOptions by(@Nullable ActorId actor) {
    return new WriteOptions(actor, null, null);
  }
}
