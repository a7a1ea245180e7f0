package io.omnigraph.publish;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.omnigraph.model.BadRequestException;

/**
 * Something that wants to publish on one branch. The lane calls {@link #prepare} outside the lane
 * on the head it saw first and, if the head moved in a way that touches what the operation read or
 * wrote, again inside the lane; so preparing must be repeatable: same ids, same clock reading, no
 * side effect but staged files.
 *
 * @param <R> what the caller gets besides the commit (counts, branch names, ...)
 */
public interface LaneOperation<R> {

  OperationInfo info();

  /**
   * Reads, validates and says what is to change, relative to exactly {@code base}.
   *
   * @throws io.omnigraph.model.GraphException if the operation is invalid on this base; nothing is
   *     published then
   */
  Prepared<R> prepare(WriteBase base);

  /**
   * The result as it is stored with the commit, so that a repeated request (same idempotency key)
   * gets it again, also from a later process.
   */
  default JsonNode encodeResult(R result) {
    return NullNode.instance;
  }

  /**
   * The inverse of {@link #encodeResult}.
   *
   * @throws BadRequestException if this kind of operation takes no idempotency key
   */
  default R decodeResult(JsonNode stored) {
    throw new BadRequestException(
        "idempotency_not_supported",
        "an operation of kind '" + info().kind().word() + "' takes no idempotency key");
  }
}
