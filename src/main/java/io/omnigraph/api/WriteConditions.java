package io.omnigraph.api;

import io.omnigraph.WriteOptions;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.CommitId;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a caller attaches to a write besides its content.
 *
 * @param ifGraphCommit publish only if this commit is the head of the branch; null for no condition
 * @param idempotencyKey a repeated request with this key is done once; null for none
 */
public record WriteConditions(@Nullable String ifGraphCommit, @Nullable String idempotencyKey) {

  public static final WriteConditions NONE = new WriteConditions(null, null);

  /** The header that carries {@code ifGraphCommit}. */
  public static final String IF_GRAPH_COMMIT = "Omnigraph-If-Graph-Commit";

  /** The header that carries {@code idempotencyKey}. */
  public static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private static final Pattern COMMIT = Pattern.compile("[0-9A-HJKMNP-TV-Z]{26}");
  private static final Pattern KEY = Pattern.compile("[\\x21-\\x7e]{1,255}");

  /**
   * @throws BadRequestException if the commit is not one plain id, or the key is not 1 to 255
   *     visible ASCII characters
   */
  public WriteConditions {
    if (ifGraphCommit != null && !COMMIT.matcher(ifGraphCommit).matches()) {
      throw new BadRequestException(
          "invalid_condition",
          "invalid condition '"
              + ifGraphCommit
              + "': expected one commit id, without quotes, lists or wildcards");
    }
    if (idempotencyKey != null && !KEY.matcher(idempotencyKey).matches()) {
      throw new BadRequestException(
          "invalid_idempotency_key",
          "invalid idempotency key: expected 1 to 255 visible ASCII characters without spaces");
    }
  }

  /** The same in the terms of the graph. */
  public WriteOptions options(@Nullable ActorId actor, @Nullable String operationId) {
    return new WriteOptions(
        actor,
        ifGraphCommit == null ? null : new CommitId(ifGraphCommit),
        idempotencyKey,
        operationId);
  }
}
