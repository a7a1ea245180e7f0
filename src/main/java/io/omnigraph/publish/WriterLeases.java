package io.omnigraph.publish;

import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.IdSource;
import io.omnigraph.model.StorageException;
import io.omnigraph.storage.ObjectStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes writer leases. On a bucket the lease is {@code __lease.json}, written conditionally; on a
 * local disk it is an operating-system lock on {@code __lease.lock}, which dies with its process,
 * and the same file tells others who holds it.
 */
public final class WriterLeases {

  /**
   * @param term how long a lease lasts without renewal
   * @param renewEvery how often it is renewed
   * @param clockSkew how much later than written a foreign lease is taken as expired
   */
  public record Timing(Duration term, Duration renewEvery, Duration clockSkew) {
    public static final Timing STANDARD =
        new Timing(Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(5));

    private static final Duration CREATING_TERM = Duration.ofSeconds(9);
    private static final Duration CREATING_RENEWAL = Duration.ofSeconds(3);

    /**
     * While a graph is created, which takes a moment: a creator that dies blocks nobody for long. A
     * creator that is only slow can do no harm when it comes back, because what it creates must not
     * be there yet.
     */
    public Timing creating() {
      return new Timing(
          term.compareTo(CREATING_TERM) < 0 ? term : CREATING_TERM,
          renewEvery.compareTo(CREATING_RENEWAL) < 0 ? renewEvery : CREATING_RENEWAL,
          clockSkew);
    }
  }

  private static final String LOCK_FILE = "__lease.lock";
  private static final Duration POLL = Duration.ofMillis(250);

  private final GraphUri root;
  private final ObjectStore objects;
  private final IdSource ids;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Timing timing;
  private final FaultInjector faults;

  public WriterLeases(
      GraphUri root,
      ObjectStore objects,
      IdSource ids,
      InstantSource clock,
      LongSupplier nanoTime,
      Timing timing,
      FaultInjector faults) {
    this.root = root;
    this.objects = objects;
    this.ids = ids;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.timing = timing;
    this.faults = faults;
  }

  /**
   * Takes the lease.
   *
   * @param epochAbove the new epoch is greater than this one (that of the published head)
   * @param wait wait until another owner gives it up
   * @throws ConflictException with code {@code writer_lease_held} if another owner holds it
   */
  public WriterLease acquire(long epochAbove, boolean wait) {
    while (true) {
      WriterLease lease =
          faults.around(
              FaultPoint.LEASE_ACQUIRE,
              () -> objects.isLocal() ? tryLocal(epochAbove, wait) : tryBucket(epochAbove, wait));
      if (lease != HELD) {
        return lease;
      }
      try {
        Thread.sleep(POLL.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ConflictException(
            "writer_lease_held", "interrupted while waiting for the writer lease of " + root);
      }
    }
  }

  /** Stands for "somebody else holds it, keep waiting". */
  private static final WriterLease HELD =
      new WriterLease() {
        @Override
        public long epoch() {
          throw new IllegalStateException("not held");
        }

        @Override
        public void requireHeld() {
          throw new IllegalStateException("not held");
        }

        @Override
        public void keep(Timing longer) {
          throw new IllegalStateException("not held");
        }

        @Override
        public void close() {}
      };

  private WriterLease tryLocal(long epochAbove, boolean wait) {
    Path file = root.path().resolve(LOCK_FILE);
    @Nullable LockFile lock = null;
    boolean kept = false;
    try {
      if (!Files.isDirectory(root.path())) {
        // The store makes the folder: it knows whether the name must be forced to the disk.
        objects.putIfAbsent(LeaseFile.KEY, LeaseFile.NOBODY.encode());
      }
      lock = LockFile.tryLock(file).orElse(null);
      if (lock == null) {
        if (wait) {
          return HELD;
        }
        throw held(read().orElse(null));
      }
      long asked = nanoTime.getAsLong();
      LeaseFile mine = fresh(epochAbove, read());
      ObjectStore.Etag tag = objects.put(LeaseFile.KEY, mine.encode());
      kept = true;
      return new HeldLease(parts(), mine, tag, asked, lock);
    } catch (IOException e) {
      throw new StorageException(
          "writer_lease_failed",
          "cannot lock " + file + ": " + e.getMessage(),
          Map.of("file", file.toString()),
          e);
    } finally {
      if (!kept) {
        closeQuietly(lock);
      }
    }
  }

  private WriterLease tryBucket(long epochAbove, boolean wait) {
    Optional<ObjectStore.StoredObject> stored = objects.get(LeaseFile.KEY);
    Optional<LeaseFile> current = stored.map(o -> LeaseFile.decode(o.bytes()));
    if (current.isPresent()
        && current.get().held()
        && clock.instant().isBefore(current.get().expires().plus(timing.clockSkew()))) {
      if (wait) {
        return HELD;
      }
      throw held(current.get());
    }
    // Counted from before the request: the lease may not outlive what the file says.
    long asked = nanoTime.getAsLong();
    LeaseFile mine = fresh(epochAbove, current);
    Optional<ObjectStore.Etag> tag =
        conditionalPut(objects, stored.map(ObjectStore.StoredObject::etag), mine);
    if (tag.isEmpty()) {
      if (wait) {
        return HELD;
      }
      throw held(read().orElse(null));
    }
    return new HeldLease(parts(), mine, tag.get(), asked, null);
  }

  /** Writes conditionally; an answer that was lost is looked up, since the write may have won. */
  static Optional<ObjectStore.Etag> conditionalPut(
      ObjectStore objects, Optional<ObjectStore.Etag> expected, LeaseFile mine) {
    try {
      Optional<ObjectStore.Etag> tag =
          expected.isPresent()
              ? objects.putIfMatch(LeaseFile.KEY, mine.encode(), expected.get())
              : objects.putIfAbsent(LeaseFile.KEY, mine.encode());
      return tag.isPresent() ? tag : tagIfMine(objects, mine);
    } catch (GraphException e) {
      Optional<ObjectStore.Etag> tag = tagIfMine(objects, mine);
      if (tag.isEmpty()) {
        throw e;
      }
      return tag;
    }
  }

  private static Optional<ObjectStore.Etag> tagIfMine(ObjectStore objects, LeaseFile mine) {
    return objects
        .get(LeaseFile.KEY)
        .filter(o -> LeaseFile.decode(o.bytes()).equals(mine))
        .map(ObjectStore.StoredObject::etag);
  }

  private Optional<LeaseFile> read() {
    return objects.get(LeaseFile.KEY).map(o -> LeaseFile.decode(o.bytes()));
  }

  private LeaseFile fresh(long epochAbove, Optional<LeaseFile> previous) {
    Instant now = clock.instant();
    long epoch = Math.max(epochAbove, previous.map(LeaseFile::epoch).orElse(0L)) + 1;
    return new LeaseFile(
        ids.nextUlid(),
        hostName(),
        ProcessHandle.current().pid(),
        epoch,
        LeaseFile.micros(now),
        LeaseFile.micros(now),
        LeaseFile.micros(now.plus(timing.term())));
  }

  private HeldLease.Parts parts() {
    return new HeldLease.Parts(root, objects, clock, nanoTime, timing, faults);
  }

  private ConflictException held(@Nullable LeaseFile by) {
    String who =
        by != null && by.held()
            ? "process "
                + by.pid()
                + " on host "
                + (by.host().isEmpty() ? "unknown" : by.host())
                + " since "
                + by.acquired()
                + (root.isLocal()
                    ? ""
                    : ", whose lease ends at "
                        + by.expires().plus(timing.clockSkew())
                        + " unless it is renewed")
            : "another process";
    return new ConflictException(
        "writer_lease_held",
        "the graph at "
            + root
            + " is being written by "
            + who
            + "; use --server URL to write through it, open it read-only, or wait with --wait",
        by != null && by.held()
            ? Map.of(
                "owner", by.owner(),
                "host", by.host(),
                "pid", by.pid(),
                "since", by.acquired().toString(),
                "expires", by.expires().toString())
            : Map.of());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  private static void closeQuietly(@Nullable LockFile lock) {
    if (lock != null) {
      try {
        lock.close();
      } catch (IOException e) {
        // The lock goes with the channel; nothing was written through it.
      }
    }
  }
}
