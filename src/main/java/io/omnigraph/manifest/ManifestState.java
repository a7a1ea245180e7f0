package io.omnigraph.manifest;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.SnapshotHandle;
import java.util.NavigableMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * One version of a branch's manifest, opened: what it shows and where its head row stands, which is
 * all a publish needs. Immutable; owns the handle and is closed by its holder.
 */
public final class ManifestState implements AutoCloseable {

  /**
   * Where the head row stands.
   *
   * @param alone true if no other live row shares the fragment, so that the fragment can be removed
   *     without looking at rows
   */
  record HeadAddress(int fragment, int offset, boolean alone) {

    long rowAddress() {
      return ((long) fragment << 32) | Integer.toUnsignedLong(offset);
    }
  }

  private final BranchName branch;
  private final SnapshotHandle handle;
  private final TableLedger ledger;
  private final NavigableMap<TableKey, TableEntry> tables;
  private final HeadRow head;
  private final HeadAddress headAddress;
  private final SortedSet<Integer> history;
  private final int lastFragment;
  private final int fragmentCount;

  ManifestState(
      BranchName branch,
      SnapshotHandle handle,
      TableLedger ledger,
      HeadRow head,
      HeadAddress headAddress,
      SortedSet<Integer> history,
      int lastFragment,
      int fragmentCount) {
    this.branch = branch;
    this.handle = handle;
    this.ledger = ledger;
    this.tables = ledger.visible();
    this.head = head;
    this.headAddress = headAddress;
    this.history = history;
    this.lastFragment = lastFragment;
    this.fragmentCount = fragmentCount;
  }

  public BranchName branch() {
    return branch;
  }

  public long version() {
    return handle.version();
  }

  /** Identity of the branch incarnation. */
  public String incarnation() {
    return handle.incarnation();
  }

  /** Visible tables in key order. */
  public NavigableMap<TableKey, TableEntry> tables() {
    return tables;
  }

  public HeadRow head() {
    return head;
  }

  /** Number of fragments of the manifest. */
  int fragmentCount() {
    return fragmentCount;
  }

  /**
   * Number of fragments that whoever opens the branch reads: all but those of the past. It grows by
   * one with every publish until the manifest is folded.
   */
  public int looseFragments() {
    return fragmentCount - history.size();
  }

  /** Fragments that hold nothing but the past, which no write and no opening needs. */
  SortedSet<Integer> history() {
    return history;
  }

  /** The greatest version or tombstone ever recorded here for a table; 0 if there is none. */
  public long greatestRecorded(TableKey key) {
    return ledger.greatest(key);
  }

  /** The path a table was registered with, visible or not; null if it never was. */
  public @Nullable String registeredPath(TableKey key) {
    return ledger.path(key);
  }

  /** The open manifest. Owned by this state. */
  public SnapshotHandle handle() {
    return handle;
  }

  TableLedger ledger() {
    return ledger;
  }

  HeadAddress headAddress() {
    return headAddress;
  }

  int lastFragment() {
    return lastFragment;
  }

  /**
   * What a fresh fork of this version shows: the same, under another name.
   *
   * @param fork the fork, at this version; owned by the new state
   */
  public ManifestState forkedAs(BranchName name, SnapshotHandle fork) {
    return new ManifestState(
        name, fork, ledger, head, headAddress, history, lastFragment, fragmentCount);
  }

  /** True if another state shows the same, which a fold and a scan of one version must. */
  boolean sameAs(ManifestState other) {
    return branch.equals(other.branch)
        && version() == other.version()
        && ledger.equals(other.ledger)
        && head.equals(other.head)
        && headAddress.equals(other.headAddress)
        && history.equals(other.history)
        && lastFragment == other.lastFragment
        && fragmentCount == other.fragmentCount;
  }

  @Override
  public void close() {
    handle.close();
  }

  @Override
  public String toString() {
    return "ManifestState["
        + branch
        + " v"
        + version()
        + ", "
        + head
        + ", "
        + headAddress
        + ", last fragment "
        + lastFragment
        + " of "
        + fragmentCount
        + ", history "
        + history
        + ", "
        + ledger
        + "]";
  }
}
