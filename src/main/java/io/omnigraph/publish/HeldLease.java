package io.omnigraph.publish;

import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.storage.ObjectStore;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease that is held, and the thread that renews it. On a bucket the owner stops writing well
 * before its lease could be taken by another, by its own monotonic clock; on a local disk the
 * operating system's lock decides and the file only informs.
 *
 * <p>A monotonic clock stands still while its machine sleeps. So the time of day is looked at, too:
 * if the term is over by that one, the lease is renewed before anything is written, which fails if
 * somebody else has taken it meanwhile.
 */
final class HeldLease implements WriterLease {

  private static final Logger LOG = LoggerFactory.getLogger(HeldLease.class);

  record Parts(
      GraphUri root,
      ObjectStore objects,
      InstantSource clock,
      LongSupplier nanoTime,
      WriterLeases.Timing timing,
      FaultInjector faults) {}

  private final Parts parts;
  private final @Nullable LockFile lock;
  private final Thread renewer;

  /** Guards the file's content and tag. */
  private final Object fileLock = new Object();

  /** How long the lease lasts, and how long it is to last from the next renewal on. */
  private volatile WriterLeases.Timing timing;

  private volatile WriterLeases.Timing wanted;
  private volatile LeaseFile file;
  private ObjectStore.Etag tag;
  private volatile long confirmedNanos;
  private volatile boolean lost;
  private volatile boolean closed;

  /**
   * @param askedNanos when the lease was asked for, by the monotonic clock
   * @param lock of a local root; closed with the lease
   */
  HeldLease(
      Parts parts, LeaseFile file, ObjectStore.Etag tag, long askedNanos, @Nullable LockFile lock) {
    this.parts = parts;
    this.timing = parts.timing();
    this.wanted = parts.timing();
    this.file = file;
    this.tag = tag;
    this.lock = lock;
    this.confirmedNanos = askedNanos;
    this.renewer = new Thread(this::renewForever, "og-lease");
    this.renewer.setDaemon(true);
    this.renewer.start();
  }

  @Override
  public long epoch() {
    return file.epoch();
  }

  @Override
  public void requireHeld() {
    boolean held = !closed && !lost && (lock != null ? lock.isHeld() : isCurrent());
    if (!held) {
      throw new ConflictException(
          "writer_lease_lost",
          closed
              ? "the graph at " + parts.root() + " was closed"
              : "this process no longer holds the writer lease of "
                  + parts.root()
                  + " (it could not be renewed in time, or another owner took over); open the graph"
                  + " again to write",
          Map.of("epoch", file.epoch()));
    }
  }

  private boolean isCurrent() {
    // A third of the term is left for a commit that is already on its way.
    Duration safe = timing.term().multipliedBy(2).dividedBy(3);
    if (parts.nanoTime().getAsLong() - confirmedNanos >= safe.toNanos()) {
      return false;
    }
    if (parts.clock().instant().isBefore(file.expires())) {
      return true;
    }
    renew();
    return !closed && !lost && parts.clock().instant().isBefore(file.expires());
  }

  @Override
  public void keep(WriterLeases.Timing longer) {
    wanted = longer;
    if (lock == null) {
      renew();
    } else {
      timing = longer;
    }
    // It sleeps for as long as the other timing said.
    renewer.interrupt();
  }

  private void renewForever() {
    while (!closed && !lost) {
      try {
        Thread.sleep(timing.renewEvery().toMillis());
      } catch (InterruptedException e) {
        // Either it is closed, or it is to be renewed at other intervals.
        continue;
      }
      if (!closed) {
        renew();
      }
    }
  }

  private void renew() {
    try {
      parts.faults().around(FaultPoint.LEASE_RENEW, this::renewOnce);
    } catch (GraphException e) {
      LOG.warn("the writer lease of {} could not be renewed; trying again", parts.root(), e);
    }
  }

  private void renewOnce() {
    synchronized (fileLock) {
      if (closed) {
        return;
      }
      // Counted from before the request: the lease may not outlive what the file says.
      long asked = parts.nanoTime().getAsLong();
      WriterLeases.Timing lasting = wanted;
      LeaseFile next = file.renewed(parts.clock().instant(), lasting.term());
      Optional<ObjectStore.Etag> renewed = write(next);
      if (renewed.isPresent()) {
        file = next;
        timing = lasting;
        tag = renewed.get();
        confirmedNanos = asked;
      } else {
        lost = true;
        LOG.error("another process took the writer lease of {}; writing stops", parts.root());
      }
    }
  }

  /** Empty if somebody else has it. */
  private Optional<ObjectStore.Etag> write(LeaseFile next) {
    if (lock == null) {
      return swap(next);
    }
    return lock.isHeld()
        ? Optional.of(parts.objects().put(LeaseFile.KEY, next.encode()))
        : Optional.empty();
  }

  /** An earlier renewal whose answer was lost left another tag, but still our name, in the file. */
  private Optional<ObjectStore.Etag> swap(LeaseFile next) {
    Optional<ObjectStore.Etag> swapped =
        WriterLeases.conditionalPut(parts.objects(), Optional.of(tag), next);
    if (swapped.isPresent()) {
      return swapped;
    }
    return parts
        .objects()
        .get(LeaseFile.KEY)
        .filter(o -> LeaseFile.decode(o.bytes()).owner().equals(next.owner()))
        .flatMap(o -> WriterLeases.conditionalPut(parts.objects(), Optional.of(o.etag()), next));
  }

  @Override
  public void close() {
    try {
      synchronized (fileLock) {
        if (closed) {
          return;
        }
        closed = true;
        renewer.interrupt();
        if (!lost && (lock == null || lock.isHeld())) {
          release();
        }
      }
    } finally {
      unlock();
    }
  }

  private void unlock() {
    if (lock != null) {
      try {
        lock.close();
      } catch (IOException e) {
        LOG.warn("the lock file of {} could not be closed", parts.root(), e);
      }
    }
  }

  private void release() {
    try {
      parts
          .faults()
          .around(
              FaultPoint.LEASE_RELEASE,
              () -> {
                byte[] released = file.released(parts.clock().instant()).encode();
                if (lock != null) {
                  parts.objects().put(LeaseFile.KEY, released);
                } else {
                  parts.objects().putIfMatch(LeaseFile.KEY, released, tag);
                }
              });
    } catch (GraphException e) {
      LOG.warn(
          "the writer lease of {} could not be given back; it expires by itself", parts.root(), e);
    }
  }
}
