package io.omnigraph.publish;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.manifest.TableLeases;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/** The base of one preparation: leases on the tables it opened, and an allocator of its own. */
final class LaneBase implements WriteBase, AutoCloseable {

  private final TableLeases tables;
  private final FileIds fileIds;
  private final BufferAllocator allocator;

  LaneBase(Snapshot snapshot, TableHandles handles, FileIds fileIds, BufferAllocator parent) {
    this.tables = new TableLeases(handles, snapshot);
    this.fileIds = fileIds;
    this.allocator = parent.newChildAllocator("operation", 0, Long.MAX_VALUE);
  }

  @Override
  public Snapshot snapshot() {
    return tables.snapshot();
  }

  @Override
  public SnapshotHandle table(TableKey key) {
    return tables.table(key);
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
    tables.close();
    allocator.close();
  }
}
