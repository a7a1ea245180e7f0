package io.omnigraph.manifest;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.TableKey;
import io.omnigraph.schema.Catalog;
import java.util.Collections;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one version of a branch's manifest shows: the tables with their versions, the head commit,
 * and the schema that was in force. Immutable and thread-safe; holds no open resource.
 */
public final class Snapshot {

  private final BranchName branch;
  private final String incarnation;
  private final long manifestVersion;
  private final CommitId head;
  private final Catalog catalog;
  private final NavigableMap<TableKey, TableEntry> tables;

  public Snapshot(
      BranchName branch,
      String incarnation,
      long manifestVersion,
      CommitId head,
      Catalog catalog,
      NavigableMap<TableKey, TableEntry> tables) {
    this.branch = branch;
    this.incarnation = incarnation;
    this.manifestVersion = manifestVersion;
    this.head = head;
    this.catalog = catalog;
    this.tables = Collections.unmodifiableNavigableMap(new TreeMap<>(tables));
  }

  public BranchName branch() {
    return branch;
  }

  /** Identity of the branch incarnation; part of every cache key. */
  public String incarnation() {
    return incarnation;
  }

  public long manifestVersion() {
    return manifestVersion;
  }

  /** The head commit of this snapshot. */
  public CommitId head() {
    return head;
  }

  /** The schema of this snapshot, not of the root's files. */
  public Catalog catalog() {
    return catalog;
  }

  /** Visible tables in key order. */
  public NavigableMap<TableKey, TableEntry> tables() {
    return tables;
  }

  public Optional<TableEntry> find(TableKey key) {
    return Optional.ofNullable(tables.get(key));
  }

  /**
   * The entry of a table.
   *
   * @throws NotFoundException if the snapshot has no such table
   */
  public TableEntry table(TableKey key) {
    return find(key)
        .orElseThrow(
            () -> new NotFoundException("table_not_found", "table '" + key + "' not found"));
  }
}
