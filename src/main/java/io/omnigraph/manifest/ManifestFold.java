package io.omnigraph.manifest;

import io.omnigraph.model.InternalException;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import io.omnigraph.storage.StageRequest;
import io.omnigraph.storage.StagedFiles;
import io.omnigraph.storage.TableStorage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Folds the fragments that publishes have left into three: what is past (commits, and versions of
 * tables that newer ones have replaced), what is in force, and the head row, which names the
 * fragments of the past. Those grow like the log that they are: once there are several of about one
 * size they become one, so that there are few and each row is rewritten a few times only.
 */
final class ManifestFold {

  private static final long[] NO_ADDRESSES = {};

  /** So many fragments of one size become one of the next size. */
  private static final int FAN = 8;

  /** Fragments of this many rows are left alone for good. */
  private static final long LARGE = 64L << 10;

  private final TableStorage storage;

  ManifestFold(TableStorage storage) {
    this.storage = storage;
  }

  StagedFold stage(ManifestState base) {
    List<FragmentInfo> fragments = base.handle().fragments();
    List<ManifestRow> past = new ArrayList<>();
    List<ManifestRow> inForce = new ArrayList<>();
    List<Integer> loose =
        fragments.stream()
            .map(FragmentInfo::id)
            .filter(id -> !base.history().contains(id))
            .toList();
    split(base, rows(base, loose), past, inForce);
    SortedSet<Integer> kept = new TreeSet<>(base.history());
    for (List<Integer> merged = mergeable(past.size(), kept, fragments);
        !merged.isEmpty();
        merged = mergeable(past.size(), kept, fragments)) {
      past.addAll(0, rows(base, merged));
      merged.forEach(kept::remove);
    }
    List<StagedFiles> files = new ArrayList<>();
    SortedSet<Integer> named = new TreeSet<>(kept);
    String history = null;
    if (!past.isEmpty()) {
      StagedFiles written = write(base, past);
      files.add(written);
      history = onlyFile(written);
      named.add(base.lastFragment() + 1);
    }
    if (!inForce.isEmpty()) {
      files.add(write(base, inForce));
    }
    files.add(write(base, List.of(ManifestRow.head(base.head(), named))));
    Set<Integer> removed = new HashSet<>();
    fragments.stream().map(FragmentInfo::id).filter(id -> !kept.contains(id)).forEach(removed::add);
    return new StagedFold(
        base,
        storage.stage(base.handle(), new StageRequest(NO_ADDRESSES, removed, files, false)),
        kept,
        history,
        kept.size() + files.size());
  }

  private static List<ManifestRow> rows(ManifestState base, List<Integer> fragments) {
    return ManifestRows.scan(base.handle(), fragments, null).stream()
        .map(ManifestRows.Located::row)
        .toList();
  }

  private StagedFiles write(ManifestState base, List<ManifestRow> rows) {
    try (RowSource source = ManifestRows.source(storage.allocator(), rows)) {
      return storage.writeFiles(base.handle(), source, rows.size());
    }
  }

  private static String onlyFile(StagedFiles files) {
    List<String> names = files.dataFiles();
    if (names.size() != 1) {
      throw new InternalException(
          "manifest_fold_failed",
          "the history of a manifest was written as " + names.size() + " files instead of one");
    }
    return names.get(0);
  }

  /** Rows of kinds that newer writers may add count as in force, so that they are found. */
  private static void split(
      ManifestState base,
      Collection<ManifestRow> rows,
      List<ManifestRow> past,
      List<ManifestRow> inForce) {
    String head = base.head().objectId();
    Map<String, ManifestRow> registered = new HashMap<>();
    for (ManifestRow row : rows) {
      switch (row.objectType()) {
        case ManifestSchema.COMMIT, ManifestSchema.CARRIED -> past.add(row);
        case ManifestSchema.VERSION, ManifestSchema.TOMBSTONE ->
            (isNewest(base.ledger(), row) ? inForce : past).add(row);
        case ManifestSchema.TABLE -> {
          String path = base.registeredPath(TableKey.parse(row.tableKey()));
          if (!Objects.equals(row.location(), path)
              || registered.putIfAbsent(row.tableKey(), row) != null) {
            past.add(row);
          }
        }
        case ManifestSchema.HEAD -> {
          if (!row.objectId().equals(head)) {
            inForce.add(row);
          }
        }
        default -> inForce.add(row);
      }
    }
    inForce.addAll(registered.values());
  }

  private static boolean isNewest(TableLedger ledger, ManifestRow row) {
    TableKey key = TableKey.parse(row.tableKey());
    Long number = row.tableVersion();
    return number != null
        && number
            == (row.objectType().equals(ManifestSchema.VERSION)
                ? ledger.version(key)
                : ledger.tombstone(key));
  }

  /** Fragments of the past that become one with so many new rows; empty if there are few. */
  private static List<Integer> mergeable(
      long rows, Set<Integer> history, List<FragmentInfo> fragments) {
    if (rows >= LARGE) {
      return List.of();
    }
    List<Integer> alike =
        fragments.stream()
            .filter(f -> history.contains(f.id()) && f.physicalRows() < LARGE)
            .filter(f -> f.physicalRows() < FAN / 2 * Math.max(1, rows))
            .map(FragmentInfo::id)
            .toList();
    return alike.size() >= FAN - 1 ? alike : List.of();
  }

  static ManifestState advance(StagedFold fold, SnapshotHandle committed) {
    ManifestState base = fold.base();
    int last = base.lastFragment() + fold.write().addedFragments();
    int head = confirmed(committed, last, fold.write().lastAddedFile());
    SortedSet<Integer> history = new TreeSet<>(fold.kept());
    @Nullable String file = fold.history();
    if (file != null) {
      history.add(confirmed(committed, base.lastFragment() + 1, file));
    }
    return new ManifestState(
        base.branch(),
        committed,
        base.ledger(),
        base.head(),
        new ManifestState.HeadAddress(head, 0, true),
        Collections.unmodifiableSortedSet(history),
        head,
        fold.fragments());
  }

  /** The id of the fragment with this file: the expected one, or else the one that has it. */
  static int confirmed(SnapshotHandle committed, int expected, String file) {
    if (committed.fragment(expected).filter(f -> f.dataFile().equals(file)).isPresent()) {
      return expected;
    }
    return committed.fragments().stream()
        .filter(f -> f.dataFile().equals(file))
        .mapToInt(FragmentInfo::id)
        .findFirst()
        .orElseThrow(
            () ->
                new InternalException(
                    "manifest_head_missing",
                    "the head row of manifest version "
                        + committed.version()
                        + " cannot be located after its publish"));
  }
}
