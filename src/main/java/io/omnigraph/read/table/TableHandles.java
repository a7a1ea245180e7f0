package io.omnigraph.read.table;

import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableStorage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Open handles on table versions, the most recently used kept open. A handle is lent; it closes
 * once it fell out and nobody holds it. Thread-safe.
 */
public final class TableHandles implements AutoCloseable {

  /**
   * @param life separates lives of a table branch of one name
   */
  private record Key(TableAddress address, String life, long version) {}

  private final TableStorage storage;
  private final int capacity;
  private final LinkedHashMap<Key, Slot> slots = new LinkedHashMap<>(16, 0.75f, true);
  private boolean closed;

  public TableHandles(TableStorage storage, int capacity) {
    this.storage = storage;
    this.capacity = capacity;
  }

  /** Lends the handle of a version, opening it if needed. */
  public Lease lend(TableAddress address, String life, long version) {
    Key key = new Key(address, life, version);
    synchronized (this) {
      Slot slot = slots.get(key);
      if (slot != null) {
        slot.holders++;
        return new Lease(slot);
      }
    }
    SnapshotHandle opened = storage.open(address, version);
    List<SnapshotHandle> surplus = new ArrayList<>();
    Lease lease;
    synchronized (this) {
      Slot slot = slots.get(key);
      if (slot == null && !closed) {
        slot = new Slot(opened);
        slots.put(key, slot);
        shrink(surplus);
      } else if (slot == null) {
        slot = new Slot(opened);
        slot.dropped = true;
      } else {
        surplus.add(opened);
      }
      slot.holders++;
      lease = new Lease(slot);
    }
    surplus.forEach(SnapshotHandle::close);
    return lease;
  }

  private void shrink(List<SnapshotHandle> surplus) {
    var oldest = slots.entrySet().iterator();
    while (slots.size() > capacity && oldest.hasNext()) {
      Map.Entry<Key, Slot> entry = oldest.next();
      Slot slot = entry.getValue();
      slot.dropped = true;
      if (slot.holders == 0) {
        surplus.add(slot.handle);
      }
      oldest.remove();
    }
  }

  private void giveBack(Slot slot) {
    synchronized (this) {
      slot.holders--;
      if (slot.holders > 0 || !slot.dropped) {
        return;
      }
    }
    slot.handle.close();
  }

  @Override
  public void close() {
    List<SnapshotHandle> idle = new ArrayList<>();
    synchronized (this) {
      closed = true;
      for (Slot slot : slots.values()) {
        slot.dropped = true;
        if (slot.holders == 0) {
          idle.add(slot.handle);
        }
      }
      slots.clear();
    }
    idle.forEach(SnapshotHandle::close);
  }

  private static final class Slot {
    private final SnapshotHandle handle;
    private int holders;
    private boolean dropped;

    Slot(SnapshotHandle handle) {
      this.handle = handle;
    }
  }

  /** A lent handle. */
  public final class Lease implements AutoCloseable {
    private final Slot slot;
    private boolean returned;

    private Lease(Slot slot) {
      this.slot = slot;
    }

    public SnapshotHandle handle() {
      return slot.handle;
    }

    @Override
    public void close() {
      if (!returned) {
        returned = true;
        giveBack(slot);
      }
    }
  }
}
