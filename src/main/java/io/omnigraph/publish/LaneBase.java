package io.omnigraph.publish;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.memory.BufferAllocator;

/** The base of one preparation: leases on the tables it opened, and an allocator of its own. */
final class LaneBase implements WriteBase, AutoCloseable {

  private final Snapshot snapshot;
  private final TableHandles handles;
  private final FileIds fileIds;
  private final BufferAllocator allocator;
  private final Map<TableKey, TableHandles.Lease> leases = new ConcurrentHashMap<>();

  LaneBase(Snapshot snapshot, TableHandles handles, FileIds fileIds, BufferAllocator parent) {
    this.fileIds = fileIds;
    this.snapshot = snapshot;
    this.handles = handles;
    this.allocator = parent.newChildAllocator("operation", 0, Long.MAX_VALUE);
  }

  @Override
  public Snapshot snapshot() {
    return snapshot;
  }

  @Override
  public SnapshotHandle table(TableKey key) {
    return leases.computeIfAbsent(key, k -> handles.open(snapshot, k)).handle();
  }

  @Override
  public Optional<List<Integer>> fragmentsOf(TableKey key, Collection<String> ids) {
    return fileIds.fragmentsOf(table(key), ids);
  }

  @Override
  public BufferAllocator allocator() {
    return allocator;
  }

  @Override
  public void close() {
    leases.values().forEach(TableHandles.Lease::close);
    leases.clear();
    allocator.close();
  }
}
