package io.omnigraph.publish;

import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BranchName;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import io.omnigraph.storage.StageRequest;
import io.omnigraph.storage.StagedFiles;
import io.omnigraph.storage.StagedWrite;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableStorage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** What one group commit does to one table, filled step by step. Used by one thread at a time. */
final class TableWork {

  final TableEntry entry;
  final String uuid;
  final boolean forks;
  private final List<TableDelta> deltas = new ArrayList<>();
  private final List<@Nullable StagedFiles> files = new ArrayList<>();

  /** Set if the table gets other columns; nothing else happens to it then. */
  StructureChange.@Nullable Columns columns;

  /**
   * Open at the version the transaction builds on: leased if owned, the fork's handle otherwise.
   */
  @Nullable SnapshotHandle base;

  /** Set as soon as the fork exists; closed with this work. */
  @Nullable SnapshotHandle fork;

  @Nullable StagedWrite write;

  /** The committed version; handed over after the publish, closed with this work otherwise. */
  @Nullable SnapshotHandle committed;

  TableWork(TableEntry entry, BranchName branch, String uuid) {
    this.entry = entry;
    this.uuid = uuid;
    this.forks = !entry.ownedBy(branch);
  }

  void add(TableDelta delta, @Nullable StagedFiles written) {
    deltas.add(delta);
    files.add(written);
  }

  List<TableDelta> deltas() {
    return deltas;
  }

  @Nullable StagedFiles written(int index) {
    return files.get(index);
  }

  void setWritten(int index, @Nullable StagedFiles written) {
    files.set(index, written);
  }

  long rowCountAfter() {
    long count = entry.rowCount();
    for (TableDelta delta : deltas) {
      count = delta.replaceAll() ? 0 : count - delta.deletedAddresses().length;
      count += delta.added().rowCount();
    }
    return count;
  }

  /** Notes what small new files hold, so that the next operation need not read them. */
  void rememberIds(SnapshotHandle landed, FileIds fileIds) {
    for (int i = 0; i < deltas.size(); i++) {
      StagedFiles written = files.get(i);
      if (written != null
          && written.dataFiles().size() == 1
          && deltas.get(i).writtenIds().size() <= Footprint.MAX_IDS) {
        fileIds.add(landed, written.dataFiles().get(0), deltas.get(i).writtenIds());
      }
    }
  }

  /** The address that the commit lands on. */
  TableAddress target(BranchName branch) {
    return new TableAddress(entry.path(), branch.isMain() ? null : branch);
  }

  StagedWrite stage(TableStorage storage, SnapshotHandle on) {
    StructureChange.Columns change = columns;
    return change == null
        ? storage.stage(on, request(on))
        : storage.stageSchema(on, change.columns(), change.renamed());
  }

  private StageRequest request(SnapshotHandle on) {
    boolean replaceAll = deltas.stream().anyMatch(TableDelta::replaceAll);
    long[] deleted =
        replaceAll
            ? new long[0]
            : deltas.stream()
                .flatMapToLong(d -> LongStream.of(d.deletedAddresses()))
                .sorted()
                .distinct()
                .toArray();
    Set<Integer> removed =
        replaceAll
            ? on.fragments().stream().map(FragmentInfo::id).collect(Collectors.toSet())
            : Set.of();
    List<StagedFiles> added = new ArrayList<>();
    for (StagedFiles one : files) {
      if (one != null) {
        added.add(one);
      }
    }
    return new StageRequest(deleted, removed, added, true);
  }

  TableEntry entryAfter(BranchName branch) {
    SnapshotHandle landed = java.util.Objects.requireNonNull(committed);
    return new TableEntry(
        entry.key(),
        entry.path(),
        landed.version(),
        branch.isMain() ? null : branch,
        rowCountAfter());
  }

  /** Closes what was not handed over. */
  void close() {
    if (committed != null) {
      committed.close();
      committed = null;
    }
    if (fork != null) {
      fork.close();
      fork = null;
    }
  }
}
