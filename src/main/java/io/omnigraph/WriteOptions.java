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
 */
public record WriteOptions(
    @Nullable ActorId actor, @Nullable CommitId expectedHead, @Nullable String idempotencyKey) {

  public static final WriteOptions ANONYMOUS = new WriteOptions(null, null, null);

  public static WriteOptions by(@Nullable ActorId actor) {
    return new WriteOptions(actor, null, null);
  }
}
