package io.omnigraph.write;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.omnigraph.commit.CommitCodec;
import io.omnigraph.commit.CommitRecord;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.LineageRow;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.StorageException;
import io.omnigraph.model.TableKey;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.EntityType;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Writes the whole history of a graph: schemas, and for every commit of every branch what it
 * changed. Commits whose version was cleaned up keep their place in the history, without rows; the
 * first readable commit after them holds everything.
 */
public final class BundleExport {

  private static final int IDS_PER_LINE = 1000;

  /** How the past is read. */
  public interface Reading {

    /**
     * @throws GoneException if the version was cleaned up
     */
    Snapshot snapshot(BranchName branch, long manifestVersion);

    TableHandles.Lease open(Snapshot snapshot, TableKey key);
  }

  private final BundleHistory history;
  private final Reading reading;
  private final Map<CommitId, Snapshot> snapshots = new HashMap<>();
  private final Map<BranchName, Snapshot> newest = new HashMap<>();
  private final Map<BranchName, Set<String>> addresses = new HashMap<>();
  private final Set<TableEntry> readable = new HashSet<>();
  private final Set<BranchName> begun = new HashSet<>();
  private final Set<String> schemas = new TreeSet<>();
  private final ObjectMapper mapper = new ObjectMapper();

  public BundleExport(BundleHistory history, Reading reading) {
    this.history = history;
    this.reading = reading;
  }

  /**
   * Writes the bundle.
   *
   * @param schemaSource the accepted schema text of main's head
   * @return the number of commits
   * @throws StorageException if {@code out} refuses bytes
   */
  public long write(String graph, String schemaSource, Instant now, OutputStream out) {
    try {
      BundleWriter bundle = new BundleWriter(out);
      bundle.line(
          bundle
              .object()
              .put("bundle", BundleWriter.KIND)
              .put("format", BundleWriter.FORMAT)
              .put("graph", graph)
              .put("created_at", now.toString())
              .put("schema_source", schemaSource));
      List<CommitRecord> commits = history.ordered();
      for (CommitRecord commit : commits) {
        begin(bundle, commit.commit().branch());
        commit(bundle, commit);
      }
      for (BranchName branch : history.branches()) {
        begin(bundle, branch);
      }
      bundle.finish(commits.size(), history.branches().size());
      return commits.size();
    } catch (IOException e) {
      throw new StorageException(
          "output_unwritable", "cannot write the bundle: " + e.getMessage(), Map.of(), e);
    }
  }

  /** Tells where a branch was made, before its first commit. Its parent comes first. */
  private void begin(BundleWriter bundle, BranchName name) throws IOException {
    if (name.isMain() || !begun.add(name)) {
      return;
    }
    BranchName from = history.branch(name).from();
    if (from != null) {
      begin(bundle, from);
    }
    GraphCommit at =
        history
            .forkPoint(name)
            .orElseThrow(
                () ->
                    new ConflictException(
                        "history_incomplete",
                        "the log of branch '" + name + "' does not tell where it was made",
                        Map.of("branch", name.value())));
    Snapshot shown = snapshots.get(at.id());
    if (shown == null) {
      throw new ConflictException(
          "history_incomplete",
          "the version at which branch '" + name + "' was made cannot be read any more",
          Map.of("branch", name.value(), "graph_commit_id", at.id().value()));
    }
    newest.put(name, shown);
    bundle.begin();
    bundle.line(
        bundle
            .object()
            .put("section", "branch")
            .put("name", name.value())
            .put("from", from == null ? BranchName.MAIN.value() : from.value())
            .put("at", at.id().value()));
    bundle.end();
  }

  private void commit(BundleWriter bundle, CommitRecord record) throws IOException {
    GraphCommit commit = record.commit();
    Optional<Snapshot> after = read(commit);
    // What the import will have on the branch: usually the parent, further back if versions between
    // were cleaned up.
    Snapshot before = newest.get(commit.branch());
    after.ifPresent(
        s -> {
          snapshots.put(commit.id(), s);
          newest.put(commit.branch(), s);
        });
    if (after.isPresent()) {
      schema(bundle, after.get().catalog());
    }
    bundle.begin();
    ObjectNode head = bundle.object().put("section", "commit");
    head.set("commit", encode(record));
    head.put("readable", after.isPresent());
    if (after.isPresent()) {
      head.put("schema", after.get().catalog().hash());
    }
    ArrayNode carried = head.putArray("carried");
    history.carriedBy(commit.id()).forEach(r -> carried.add(encode(r)));
    bundle.line(head);
    if (after.isPresent()) {
      tables(bundle, before, after.get(), commit.branch());
    }
    bundle.end();
  }

  private Optional<Snapshot> read(GraphCommit commit) {
    for (BranchName branch : history.showing(commit)) {
      try {
        Snapshot snapshot = reading.snapshot(branch, commit.manifestVersion());
        requireTables(snapshot);
        return Optional.of(snapshot);
      } catch (GoneException e) {
        // A branch that was made from it may have kept it.
      }
    }
    return Optional.empty();
  }

  /** A manifest may outlive the versions of tables that it shows, if data was dropped for good. */
  private void requireTables(Snapshot snapshot) {
    for (TableEntry entry : snapshot.tables().values()) {
      if (!readable.contains(entry)) {
        reading.open(snapshot, entry.key()).close();
        readable.add(entry);
      }
    }
  }

  private ObjectNode encode(CommitRecord record) {
    LineageRow row = CommitCodec.encode(record);
    ObjectNode node = mapper.createObjectNode();
    node.put("id", row.id().value());
    node.put("branch", row.branch().value());
    node.put("manifest_version", row.manifestVersion());
    node.set("metadata", row.metadata());
    return node;
  }

  private void schema(BundleWriter bundle, Catalog catalog) throws IOException {
    if (schemas.add(catalog.hash())) {
      bundle.begin();
      ObjectNode node = bundle.object().put("section", "schema").put("hash", catalog.hash());
      node.set("schema", mapper.readTree(catalog.canonicalJson()));
      bundle.line(node);
      bundle.end();
    }
  }

  // ---- rows

  /** What one table does in a commit; closed after its rows were written. */
  private record Change(TableKey key, EntityType type, TableHandles.Lease lease, TableDiff diff) {}

  private void tables(
      BundleWriter bundle, @Nullable Snapshot before, Snapshot after, BranchName branch)
      throws IOException {
    Set<TableKey> keys = new TreeSet<>(after.tables().keySet());
    if (before != null) {
      keys.addAll(before.tables().keySet());
    }
    Map<TableKey, Change> changes = new java.util.TreeMap<>();
    try {
      for (TableKey key : keys) {
        if (after.find(key).isEmpty()) {
          bundle.line(bundle.object().put("table", key.toString()).put("change", "drop"));
        } else {
          table(bundle, before, after, branch, key, changes);
        }
      }
      for (Change change : changes.values()) {
        new TableExport(change.type(), change.lease().handle())
            .writeRows(bundle.rows(), change.diff().added());
        bundle.countRows(change.diff().added().length);
      }
    } finally {
      changes.values().forEach(change -> change.lease().close());
    }
  }

  private void table(
      BundleWriter bundle,
      @Nullable Snapshot before,
      Snapshot after,
      BranchName branch,
      TableKey key,
      Map<TableKey, Change> changes)
      throws IOException {
    EntityType type = after.catalog().type(key).orElseThrow();
    TableEntry now = after.table(key);
    boolean newLineage =
        addresses.computeIfAbsent(branch, k -> new HashSet<>()).add(now.address().toString());
    TableEntry then = before == null ? null : before.find(key).orElse(null);
    EntityType typeThen =
        before == null || then == null ? null : before.catalog().type(key).orElseThrow();
    if (now.equals(then) && type.equals(typeThen)) {
      return;
    }
    TableHandles.Lease lease = reading.open(after, key);
    Change change = null;
    try {
      boolean same = type.equals(typeThen);
      TableDiff diff;
      if (same && before != null && then != null) {
        diff = diff(before, then, lease, now, type, newLineage, branch);
      } else {
        diff = new TableDiff(List.of(), TableExport.allRows(lease.handle()));
      }
      if (same && diff.isEmpty()) {
        return;
      }
      describe(bundle, key, same ? "delta" : "image", diff);
      change = new Change(key, type, lease, diff);
      changes.put(key, change);
    } finally {
      if (change == null) {
        lease.close();
      }
    }
  }

  private TableDiff diff(
      Snapshot before,
      TableEntry then,
      TableHandles.Lease lease,
      TableEntry now,
      EntityType type,
      boolean newLineage,
      BranchName branch) {
    try (TableHandles.Lease earlier = reading.open(before, then.key())) {
      boolean continued = now.address().equals(then.address());
      boolean forked =
          newLineage && !branch.isMain() && now.ownedBy(branch) && now.path().equals(then.path());
      return continued || forked
          ? TableDiff.alongLineage(earlier.handle(), lease.handle())
          : TableDiff.byContent(
              new TableExport(type, earlier.handle()), new TableExport(type, lease.handle()));
    }
  }

  private static void describe(BundleWriter bundle, TableKey key, String change, TableDiff diff)
      throws IOException {
    int from = 0;
    do {
      ObjectNode line = bundle.object().put("table", key.toString()).put("change", change);
      ArrayNode ids = line.putArray("deleted");
      int to = Math.min(diff.deleted().size(), from + IDS_PER_LINE);
      diff.deleted().subList(from, to).forEach(ids::add);
      bundle.line(line);
      from = to;
    } while (from < diff.deleted().size());
  }
}
