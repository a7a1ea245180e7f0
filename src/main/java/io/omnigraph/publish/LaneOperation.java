package io.omnigraph.publish;

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
}
