package io.omnigraph.manifest;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.InternalException;
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads an open manifest. What it costs does not depend on the history: the head row stands in the
 * last fragment by itself and names the fragments of the past, which are left alone. Manifests of
 * older writers, where it does not, are read as a whole. Thread-safe.
 */
final class ManifestReader {

  static final String TABLE_STATE =
      FilterSql.in(
          ManifestSchema.OBJECT_TYPE,
          List.of(
              ManifestSchema.TABLE,
              ManifestSchema.VERSION,
              ManifestSchema.TOMBSTONE,
              ManifestSchema.HEAD));
  private static final String LINEAGE =
      FilterSql.in(
          ManifestSchema.OBJECT_TYPE, List.of(ManifestSchema.COMMIT, ManifestSchema.CARRIED));
  private static final SortedSet<Integer> NONE = Collections.unmodifiableSortedSet(new TreeSet<>());

  private final ObjectMapper json = new ObjectMapper();

  /**
   * Reads the state that an open manifest shows; takes over the handle, also on failure.
   *
   * @param before what the branch showed before; null if unknown. Stays open
   */
  ManifestState read(BranchName branch, SnapshotHandle handle, @Nullable ManifestState before) {
    try {
      FormatStamp.check(handle);
      List<FragmentInfo> fragments = handle.fragments();
      Optional<ManifestState> next =
          before == null ? Optional.empty() : follow(branch, handle, fragments, before);
      return next.isPresent() ? next.get() : readAll(branch, handle, fragments);
    } catch (RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  private ManifestState readAll(
      BranchName branch, SnapshotHandle handle, List<FragmentInfo> fragments) {
    List<ManifestRows.Located> located = new ArrayList<>();
    SortedSet<Integer> history = NONE;
    int last = lastOf(fragments);
    if (fragments.stream().anyMatch(f -> f.id() == last && live(f) == 1)) {
      located.addAll(ManifestRows.scan(handle, List.of(last), null));
      history = existing(historyOf(located), fragments);
    }
    SortedSet<Integer> past = history;
    boolean headRead = !located.isEmpty();
    List<Integer> rest =
        fragments.stream()
            .map(FragmentInfo::id)
            .filter(id -> !past.contains(id) && !(headRead && id == last))
            .toList();
    located.addAll(ManifestRows.scan(handle, rest, TABLE_STATE));
    ManifestRows.Located headRow = resolveHead(branch, handle, located);
    return new ManifestState(
        branch,
        handle,
        TableLedger.EMPTY.with(located.stream().map(ManifestRows.Located::row).toList()),
        HeadRow.decode(headRow.row(), json),
        headAddress(headRow.address(), fragments),
        history,
        last,
        fragments.size());
  }

  /**
   * If all that happened since are publishes, only what they added is read. Fragment numbers are
   * never used again, so it is enough to count those that are left.
   */
  private Optional<ManifestState> follow(
      BranchName branch,
      SnapshotHandle handle,
      List<FragmentInfo> fragments,
      ManifestState before) {
    int oldHead = before.headAddress().fragment();
    long left =
        fragments.stream()
            .filter(f -> f.id() <= before.lastFragment() && f.id() != oldHead)
            .count();
    int last = lastOf(fragments);
    boolean publishes =
        before.branch().equals(branch)
            && before.incarnation().equals(handle.incarnation())
            && before.headAddress().alone()
            && left == before.fragmentCount() - 1
            && last > before.lastFragment()
            && fragments.stream().noneMatch(f -> f.id() == oldHead)
            && fragments.stream().anyMatch(f -> f.id() == last && live(f) == 1);
    if (!publishes) {
      return Optional.empty();
    }
    List<ManifestRows.Located> added =
        ManifestRows.scan(
            handle,
            fragments.stream()
                .map(FragmentInfo::id)
                .filter(id -> id > before.lastFragment())
                .toList(),
            TABLE_STATE);
    ManifestRows.Located head =
        added.stream().filter(r -> r.address() >>> 32 == last).findFirst().orElse(null);
    if (head == null
        || !head.row().objectType().equals(ManifestSchema.HEAD)
        || !HeadRow.decode(head.row(), json).branch().equals(branch)
        || !existing(HeadRow.history(head.row(), json), fragments).equals(before.history())) {
      return Optional.empty();
    }
    return Optional.of(
        new ManifestState(
            branch,
            handle,
            before.ledger().with(added.stream().map(ManifestRows.Located::row).toList()),
            HeadRow.decode(head.row(), json),
            headAddress(head.address(), fragments),
            before.history(),
            last,
            fragments.size()));
  }

  private static int lastOf(List<FragmentInfo> fragments) {
    return fragments.stream().mapToInt(FragmentInfo::id).max().orElse(-1);
  }

  private static long live(FragmentInfo fragment) {
    return fragment.physicalRows() - fragment.deletedRows();
  }

  private SortedSet<Integer> historyOf(List<ManifestRows.Located> rows) {
    return rows.stream()
        .map(ManifestRows.Located::row)
        .filter(row -> row.objectType().equals(ManifestSchema.HEAD))
        .findFirst()
        .map(row -> HeadRow.history(row, json))
        .orElse(NONE);
  }

  /** Another writer may have merged fragments that the head row names. */
  private static SortedSet<Integer> existing(
      SortedSet<Integer> named, List<FragmentInfo> fragments) {
    SortedSet<Integer> found = new TreeSet<>();
    fragments.stream().map(FragmentInfo::id).filter(named::contains).forEach(found::add);
    return Collections.unmodifiableSortedSet(found);
  }

  /**
   * The head row of a branch is its own; a fresh fork shows its parent's. Where a lineage of older
   * writers holds several inherited rows, the one whose commit is the newest wins.
   */
  private ManifestRows.Located resolveHead(
      BranchName branch, SnapshotHandle handle, List<ManifestRows.Located> rows) {
    List<ManifestRows.Located> heads =
        rows.stream().filter(r -> r.row().objectType().equals(ManifestSchema.HEAD)).toList();
    Optional<ManifestRows.Located> own =
        heads.stream()
            .filter(r -> HeadRow.decode(r.row(), json).branch().equals(branch))
            .findFirst();
    if (own.isPresent()) {
      return own.get();
    }
    if (heads.size() == 1) {
      return heads.get(0);
    }
    List<LineageRow> lineage = lineage(handle, 0);
    for (int i = lineage.size() - 1; i >= 0; i--) {
      LineageRow commit = lineage.get(i);
      for (ManifestRows.Located head : heads) {
        if (!commit.carried() && HeadRow.decode(head.row(), json).commit().equals(commit.id())) {
          return head;
        }
      }
    }
    throw new InternalException(
        "manifest_head_missing",
        "the manifest of branch '" + branch + "' has no head row",
        Map.of("branch", branch.value(), "manifest_version", handle.version()));
  }

  private static ManifestState.HeadAddress headAddress(long address, List<FragmentInfo> fragments) {
    int fragment = (int) (address >>> 32);
    boolean alone = fragments.stream().anyMatch(f -> f.id() == fragment && live(f) == 1);
    return new ManifestState.HeadAddress(fragment, (int) address, alone);
  }

  // ---- lineage

  /** Commits with a manifest version above {@code after}, in log order. */
  List<LineageRow> lineage(SnapshotHandle manifest, long after) {
    return decode(
        ManifestRows.scan(
            manifest,
            after <= 0
                ? LINEAGE
                : LINEAGE
                    + " AND "
                    + FilterSql.identifier(ManifestSchema.TABLE_VERSION)
                    + " > "
                    + after));
  }

  /** One commit, if this version of the manifest knows it. */
  Optional<LineageRow> find(SnapshotHandle manifest, CommitId id) {
    String one = FilterSql.equalTo(ManifestSchema.OBJECT_ID, id.value());
    return decode(ManifestRows.scan(manifest, LINEAGE + " AND " + one)).stream().findFirst();
  }

  private List<LineageRow> decode(List<ManifestRows.Located> rows) {
    return rows.stream()
        .map(r -> LineageRow.decode(r.row(), json))
        .sorted(LineageRow.LOG_ORDER)
        .toList();
  }
}
