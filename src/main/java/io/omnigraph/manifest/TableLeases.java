package io.omnigraph.manifest;

import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tables of one snapshot, opened on demand at exactly its versions and held open until this is
 * closed. Thread-safe.
 */
public final class TableLeases implements AutoCloseable {

  private final TableHandles handles;
  private final Snapshot snapshot;
  private final Map<TableKey, TableHandles.Lease> leases = new ConcurrentHashMap<>();

  public TableLeases(TableHandles handles, Snapshot snapshot) {
    this.handles = handles;
    this.snapshot = snapshot;
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  /** Valid until this is closed; not to be closed by the caller. */
  public SnapshotHandle table(TableKey key) {
    return leases.computeIfAbsent(key, k -> handles.open(snapshot, k)).handle();
  }

  @Override
  public void close() {
    leases.values().forEach(TableHandles.Lease::close);
    leases.clear();
  }
}
