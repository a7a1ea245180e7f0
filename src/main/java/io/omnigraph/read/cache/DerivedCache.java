package io.omnigraph.read.cache;

import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Values derived from storage, by key, under one byte budget. A value is built by one thread while
 * others that want it wait. Eviction is GreedyDual-Size: an entry's credit is the cost of building
 * it per byte, renewed on use, and the entry with the least credit goes first. Lent entries ({@link
 * Lease}) stay. Thread-safe.
 */
public final class DerivedCache {

  /** Names a value; {@code family} groups values that can be derived from one another. */
  public interface Key {
    Object family();
  }

  /** A cached value, which names the memory it holds. */
  public interface Sized {
    /**
     * Names each part with its bytes. A part shared by several values is counted once, as long as
     * one of them is held.
     */
    void parts(PartVisitor visitor);

    /** All parts together. */
    default long bytes() {
      long[] sum = new long[1];
      parts((part, bytes) -> sum[0] += bytes);
      return sum[0];
    }
  }

  /** Told of the parts of a value. */
  @FunctionalInterface
  public interface PartVisitor {
    void part(Object part, long bytes);
  }

  private final long budget;
  private final LongSupplier nanoClock;
  private final ConcurrentHashMap<Key, Entry> entries = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Key, Building> building = new ConcurrentHashMap<>();
  private final Object roomLock = new Object();
  private final IdentityHashMap<Object, Part> parts = new IdentityHashMap<>();
  private long held;
  private long reserved;
  private double inflation;
  private final LongAdder hits = new LongAdder();
  private final LongAdder builds = new LongAdder();
  private final LongAdder advances = new LongAdder();
  private final LongAdder evictions = new LongAdder();
  private final LongAdder refusals = new LongAdder();

  /**
   * @param budget most bytes to hold; 0 caches nothing
   * @param nanoClock measures what a build costs
   */
  public DerivedCache(long budget, LongSupplier nanoClock) {
    this.budget = budget;
    this.nanoClock = nanoClock;
  }

  public long budget() {
    return budget;
  }

  /** Lends a value that is there; empty if it is not. */
  public Optional<Lease> find(Key key) {
    Entry entry = entries.get(key);
    if (entry == null || !entry.pin()) {
      return Optional.empty();
    }
    hits.increment();
    touch(entry);
    return Optional.of(new Lease(entry, true));
  }

  /** A value in the making; the future gives null if it was not made. */
  private record Building(CompletableFuture<@Nullable Entry> result, boolean quick) {}

  /** {@link #get(Key, long, Function, Patience)} in the calling thread, however long it takes. */
  public Optional<Lease> get(Key key, long estimate, Function<Key, ? extends Sized> builder) {
    return get(key, estimate, builder, false, null);
  }

  /**
   * Lends a value, building it if it is missing and there is room.
   *
   * @param estimate bytes the value will need, roughly
   * @param builder makes it, once for all who wait
   * @param patience how to wait for it; null to build it in the calling thread, or to wait for
   *     another that does
   * @return empty if the budget has no room for it
   */
  public Optional<Lease> get(
      Key key, long estimate, Function<Key, ? extends Sized> builder, @Nullable Patience patience) {
    return get(key, estimate, builder, false, patience);
  }

  /**
   * As {@link #get}, for a builder that takes a moment or gives up with null. Waits for others that
   * are as quick, never for a {@link #get}.
   *
   * @return empty if it was not built
   */
  public Optional<Lease> derive(
      Key key, long estimate, Function<Key, ? extends @Nullable Sized> builder) {
    return get(key, estimate, builder, true, null);
  }

  /** Whether a value is there; says nothing about a moment later. */
  public boolean has(Key key) {
    return entries.containsKey(key);
  }

  private Optional<Lease> get(
      Key key,
      long estimate,
      Function<Key, ? extends @Nullable Sized> builder,
      boolean quick,
      @Nullable Patience patience) {
    while (true) {
      Optional<Lease> there = find(key);
      if (there.isPresent()) {
        return there;
      }
      Building mine = new Building(new CompletableFuture<>(), quick);
      Building other = building.putIfAbsent(key, mine);
      if (other == null) {
        return patience == null
            ? build(key, estimate, builder, mine)
            : buildElsewhere(key, estimate, builder, mine, patience);
      }
      if (quick && !other.quick()) {
        return Optional.empty();
      }
      Entry built = Patience.await(other.result(), patience);
      if (built == null && (quick || !other.quick())) {
        return Optional.empty();
      }
      if (built != null && built.pin()) {
        return Optional.of(new Lease(built, true));
      }
    }
  }

  private Optional<Lease> buildElsewhere(
      Key key,
      long estimate,
      Function<Key, ? extends @Nullable Sized> builder,
      Building mine,
      Patience patience) {
    CompletableFuture<Optional<Lease>> lent = new CompletableFuture<>();
    patience
        .builders()
        .execute(
            () -> {
              try {
                lent.complete(build(key, estimate, builder, mine));
              } catch (RuntimeException | Error e) {
                lent.completeExceptionally(e);
              }
            });
    boolean taken = false;
    try {
      Optional<Lease> lease = Patience.await(lent, patience);
      taken = true;
      return lease;
    } finally {
      if (!taken) {
        lent.thenAccept(lease -> lease.ifPresent(Lease::close));
      }
    }
  }

  private Optional<Lease> build(
      Key key, long estimate, Function<Key, ? extends @Nullable Sized> builder, Building mine) {
    Entry entry = null;
    try {
      if (!reserve(estimate)) {
        refusals.increment();
        return Optional.empty();
      }
      try {
        long start = nanoClock.getAsLong();
        Sized value = builder.apply(key);
        if (value == null) {
          return Optional.empty();
        }
        long cost = Math.max(1, nanoClock.getAsLong() - start);
        // What was derived in a moment would take a load from storage once it is gone.
        entry = new Entry(key, value, mine.quick() ? Math.max(cost, 10 * value.bytes()) : cost);
        entry.pin();
        (mine.quick() ? advances : builds).increment();
      } finally {
        release(estimate);
      }
      admit(entry);
      return Optional.of(new Lease(entry, false));
    } catch (RuntimeException | Error e) {
      mine.result().completeExceptionally(e);
      throw e;
    } finally {
      building.remove(key, mine);
      mine.result().complete(entry);
    }
  }

  /** Puts a value that was derived elsewhere; a value already there stays. */
  public void put(Key key, Sized value, long costNanos) {
    Entry entry = new Entry(key, value, costNanos);
    admit(entry);
    advances.increment();
  }

  private void admit(Entry entry) {
    synchronized (roomLock) {
      if (entries.putIfAbsent(entry.key, entry) == null) {
        entry.value.parts(this::hold);
        entry.credit = inflation + entry.cost();
        makeRoom(0);
      }
    }
  }

  private void hold(Object part, long bytes) {
    Part known = parts.computeIfAbsent(part, p -> new Part());
    known.holders++;
    held += bytes - known.bytes;
    known.bytes = bytes;
  }

  private void letGo(Object part, long bytes) {
    Part known = Objects.requireNonNull(parts.get(part), "a held part is known");
    if (--known.holders == 0) {
      held -= known.bytes;
      parts.remove(part);
    }
  }

  private boolean reserve(long bytes) {
    synchronized (roomLock) {
      if (!makeRoom(bytes)) {
        return false;
      }
      reserved += bytes;
      return true;
    }
  }

  private void release(long bytes) {
    synchronized (roomLock) {
      reserved -= bytes;
    }
  }

  /** Evicts until {@code bytes} more fit; caller holds the lock. */
  private boolean makeRoom(long bytes) {
    if (held + reserved + bytes <= budget) {
      return true;
    }
    if (lentBytes() + reserved + bytes > budget) {
      return false;
    }
    List<Entry> idle =
        entries.values().stream()
            .filter(e -> e.pins() == 0)
            .sorted(Comparator.comparingDouble(e -> e.credit))
            .toList();
    for (Entry entry : idle) {
      if (held + reserved + bytes <= budget) {
        break;
      }
      if (entry.retire()) {
        remove(entry);
        inflation = Math.max(inflation, entry.credit);
        evictions.increment();
      }
    }
    return held + reserved + bytes <= budget;
  }

  private long lentBytes() {
    IdentityHashMap<Object, Long> lent = new IdentityHashMap<>();
    for (Entry entry : entries.values()) {
      if (entry.pins() > 0) {
        entry.value.parts(lent::put);
      }
    }
    return lent.values().stream().mapToLong(Long::longValue).sum();
  }

  private void remove(Entry entry) {
    if (entries.remove(entry.key, entry)) {
      entry.value.parts(this::letGo);
    }
  }

  private void touch(Entry entry) {
    // Only what differs is written: all threads share these lines.
    double credit = inflation + entry.cost();
    if (entry.credit != credit) {
      entry.credit = credit;
    }
    if (!entry.used) {
      entry.used = true;
    }
  }

  /** Keys of a family that are there now. */
  public List<Key> keys(Object family) {
    return entries.keySet().stream().filter(k -> k.family().equals(family)).toList();
  }

  /**
   * Drops idle entries that the predicate names and that nobody asked for since the last such call
   * that named them.
   */
  public void dropUnused(Predicate<Key> which) {
    synchronized (roomLock) {
      for (Entry entry : List.copyOf(entries.values())) {
        if (which.test(entry.key)) {
          if (entry.used) {
            entry.used = false;
          } else if (entry.retire()) {
            remove(entry);
          }
        }
      }
    }
  }

  /** Drops idle entries that the predicate names. */
  public void drop(Predicate<Key> which) {
    synchronized (roomLock) {
      for (Entry entry : List.copyOf(entries.values())) {
        if (which.test(entry.key) && entry.retire()) {
          remove(entry);
        }
      }
    }
  }

  public CacheStatistics statistics() {
    synchronized (roomLock) {
      return new CacheStatistics(
          budget,
          held,
          entries.size(),
          hits.sum(),
          builds.sum(),
          advances.sum(),
          evictions.sum(),
          refusals.sum());
    }
  }

  /** A lent value; give it back by closing, once. */
  public static final class Lease implements AutoCloseable {
    private final Entry entry;
    private final boolean hit;
    private boolean closed;

    private Lease(Entry entry, boolean hit) {
      this.entry = entry;
      this.hit = hit;
    }

    public Sized value() {
      return entry.value;
    }

    /** True if the value was there already. */
    public boolean isHit() {
      return hit;
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        entry.unpin();
      }
    }
  }

  private static final class Part {
    private int holders;
    private long bytes;
  }

  private static final class Entry {
    private static final int RETIRED = Integer.MIN_VALUE / 2;

    private final Key key;
    private final Sized value;
    private final long bytes;
    private final long costNanos;
    private volatile double credit;
    private volatile boolean used;
    private final java.util.concurrent.atomic.AtomicInteger pins =
        new java.util.concurrent.atomic.AtomicInteger();

    Entry(Key key, Sized value, long costNanos) {
      this.key = key;
      this.value = value;
      this.bytes = value.bytes();
      this.costNanos = costNanos;
    }

    double cost() {
      return (double) costNanos / Math.max(1, bytes);
    }

    boolean pin() {
      return pins.incrementAndGet() > 0;
    }

    void unpin() {
      pins.decrementAndGet();
    }

    int pins() {
      return pins.get();
    }

    boolean retire() {
      return pins.compareAndSet(0, RETIRED);
    }
  }
}
