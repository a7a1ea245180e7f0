package io.omnigraph.publish;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.StagedFiles;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A prepared operation with everything it holds: its rows, the tables it opened, and the data files
 * already written for it. Used by one thread at a time.
 */
final class PreparedWork<R> implements AutoCloseable {

  private final LaneBase base;
  private final Prepared<R> prepared;
  private Map<TableKey, StagedFiles> files;
  private @Nullable Footprint footprint;

  PreparedWork(LaneBase base, Prepared<R> prepared, Map<TableKey, StagedFiles> files) {
    this.base = base;
    this.prepared = prepared;
    this.files = files;
  }

  Snapshot snapshot() {
    return base.snapshot();
  }

  Prepared<R> prepared() {
    return prepared;
  }

  /** Files written ahead for a table; null if there are none (any more). */
  @Nullable StagedFiles files(TableKey key) {
    return files.get(key);
  }

  /** Forgets the files: an attempt that was rolled back may have put them into a version. */
  void forgetFiles() {
    files = Map.of();
  }

  Footprint footprint() {
    Footprint known = footprint;
    if (known == null) {
      known = Footprint.of(prepared, base.allocator());
      footprint = known;
    }
    return known;
  }

  boolean changesNothing() {
    return prepared.tables().isEmpty() && prepared.structure().isEmpty();
  }

  @Override
  public void close() {
    try (base) {
      prepared.close();
    }
  }
}
