package io.omnigraph.publish;

/**
 * The right to write to one graph root: held by at most one engine at a time. Thread-safe.
 *
 * <p>The epoch grows with every owner. Every publish carries it, and no owner publishes over a
 * higher one, so an owner that was paused and replaced can do no harm.
 */
public interface WriterLease extends AutoCloseable {

  long epoch();

  /**
   * Returns normally while the lease is certainly held.
   *
   * @throws io.omnigraph.model.ConflictException with code {@code writer_lease_lost} otherwise
   */
  void requireHeld();

  /** Makes the lease last longer from its next renewal on, which is tried at once. */
  void keep(WriterLeases.Timing longer);

  /** Gives the lease back. Idempotent. */
  @Override
  void close();
}
