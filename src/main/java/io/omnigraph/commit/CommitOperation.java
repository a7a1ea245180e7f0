package io.omnigraph.commit;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.model.ActorId;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a commit. A commit may carry several: writes that waited for the same turn share
 * it.
 *
 * @param operationId ULID of the operation
 * @param counts the operation's own result, as it is given to a caller that repeats the request
 * @param idempotencyKey null for none
 * @param requestDigest digest of the request that came with the key
 */
public record CommitOperation(
    String operationId,
    JsonNode counts,
    @Nullable String idempotencyKey,
    @Nullable String requestDigest) {

  /** The scope of a key: the same key of another actor is another key. */
  public static String scopedKey(@Nullable ActorId actor, String key) {
    return (actor == null ? "" : actor.value()) + "\n" + key;
  }
}
