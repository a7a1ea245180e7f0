package io.omnigraph.manifest;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableStorage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Open tables, shared by everything that reads or writes: least recently used handles are closed
 * once nobody holds a lease on them. The key contains the branch incarnation, so a deleted and
 * recreated branch never serves old entries. Thread-safe.
 */
public final class TableHandles implements AutoCloseable {

  private record Key(TableAddress address, String incarnation, long version) {}

  private static final class Slot {
    final CompletableFuture<SnapshotHandle> handle = new CompletableFuture<>();
    int leases;
    boolean evicted;
  }

  /** Holds a table open. Close it once, from any thread. */
  public final class Lease implements AutoCloseable {
    private final Slot slot;
    private final SnapshotHandle handle;
    private boolean closed;

    private Lease(Slot slot, SnapshotHandle handle) {
      this.slot = slot;
      this.handle = handle;
    }

    /** Valid until this lease is closed; not to be closed by the holder. */
    public SnapshotHandle handle() {
      return handle;
    }

    @Override
    public void close() {
      synchronized (slots) {
        if (closed) {
          return;
        }
        closed = true;
      }
      release(slot);
    }
  }

  private static final String MAIN_INCARNATION = "main";

  private final TableStorage storage;
  private final int capacity;

  /** In access order; also the lock that guards every slot's counters. */
  private final LinkedHashMap<Key, Slot> slots = new LinkedHashMap<>(64, 0.75f, true);

  public TableHandles(TableStorage storage, int capacity) {
    this.storage = storage;
    this.capacity = capacity;
  }

  /** Opens a table of a snapshot at exactly the snapshot's version. */
  public Lease open(Snapshot snapshot, TableKey key) {
    TableEntry entry = snapshot.table(key);
    return open(entry.address(), snapshot.incarnation(), entry.version());
  }

  /**
   * Opens a table version.
   *
   * @param incarnation of the graph branch through which the table is seen
   */
  public Lease open(TableAddress address, String incarnation, long version) {
    Key key = key(address, incarnation, version);
    Slot slot;
    boolean mine = false;
    synchronized (slots) {
      slot = slots.get(key);
      if (slot == null) {
        slot = new Slot();
        slots.put(key, slot);
        mine = true;
      }
      slot.leases++;
    }
    if (mine) {
      try {
        slot.handle.complete(storage.open(address, version));
      } catch (RuntimeException | Error e) {
        synchronized (slots) {
          slots.remove(key, slot);
          slot.leases--;
        }
        slot.handle.completeExceptionally(e);
        throw e;
      }
      evictSurplus();
    }
    return new Lease(slot, awaitOpen(slot));
  }

  /** Takes over a handle that a commit returned, so that the next reader need not open it. */
  public void transfer(SnapshotHandle handle, String incarnation) {
    Key key = key(handle.address(), incarnation, handle.version());
    synchronized (slots) {
      if (!slots.containsKey(key)) {
        Slot slot = new Slot();
        slot.handle.complete(handle);
        slots.put(key, slot);
        handle = null;
      }
    }
    if (handle != null) {
      handle.close();
    }
    evictSurplus();
  }

  /** The oldest version of each lineage that somebody holds a lease on now. */
  public Map<TableAddress, Long> leased() {
    Map<TableAddress, Long> leased = new HashMap<>();
    synchronized (slots) {
      slots.forEach(
          (key, slot) -> {
            if (slot.leases > 0) {
              leased.merge(key.address(), key.version(), Math::min);
            }
          });
    }
    return leased;
  }

  /** Forgets every open table. Leases that are out stay valid. */
  public void clear() {
    List<Slot> idle = new ArrayList<>();
    synchronized (slots) {
      for (Slot slot : slots.values()) {
        slot.evicted = true;
        if (slot.leases == 0) {
          idle.add(slot);
        }
      }
      slots.clear();
    }
    idle.forEach(TableHandles::closeQuietly);
  }

  @Override
  public void close() {
    clear();
  }

  private static Key key(TableAddress address, String incarnation, long version) {
    BranchName branch = address.branch();
    return new Key(address, branch == null ? MAIN_INCARNATION : incarnation, version);
  }

  private SnapshotHandle awaitOpen(Slot slot) {
    try {
      return slot.handle.join();
    } catch (CompletionException e) {
      synchronized (slots) {
        slot.leases--;
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void release(Slot slot) {
    boolean close;
    synchronized (slots) {
      slot.leases--;
      close = slot.evicted && slot.leases == 0;
    }
    if (close) {
      closeQuietly(slot);
    }
  }

  private void evictSurplus() {
    List<Slot> idle = new ArrayList<>();
    synchronized (slots) {
      Iterator<Map.Entry<Key, Slot>> oldestFirst = slots.entrySet().iterator();
      int surplus = slots.size() - capacity;
      while (surplus > 0 && oldestFirst.hasNext()) {
        Slot slot = oldestFirst.next().getValue();
        if (slot.handle.isDone()) {
          oldestFirst.remove();
          slot.evicted = true;
          surplus--;
          if (slot.leases == 0) {
            idle.add(slot);
          }
        }
      }
    }
    idle.forEach(TableHandles::closeQuietly);
  }

  private static void closeQuietly(Slot slot) {
    @Nullable SnapshotHandle handle = slot.handle.getNow(null);
    if (handle != null) {
      handle.close();
    }
  }
}
