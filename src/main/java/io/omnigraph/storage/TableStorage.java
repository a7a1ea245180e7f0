package io.omnigraph.storage;

import io.omnigraph.model.BranchName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The tables of one graph root. It offers to stage and to commit what was staged, nothing that does
 * both. Every failure arrives as a {@code GraphException} (storage, not found, conflict, ...),
 * never as an exception of the library below. Thread-safe; closing it closes what it still holds.
 * Implementations live in {@code storage..} only; tests may decorate.
 */
public interface TableStorage extends AutoCloseable {

  /**
   * The allocator that owns every batch this storage returns; callers make children of it with
   * their own limits.
   */
  BufferAllocator allocator();

  /**
   * Creates a table at version 1 with stable row ids and data storage version 2.2.
   *
   * @param rows initial rows; {@link RowSource#empty} for none
   * @param schemaMetadata schema-level metadata, such as the format stamp of the manifest
   * @throws io.omnigraph.model.ConflictException if a table exists there
   */
  SnapshotHandle create(
      TableAddress address, Schema schema, Map<String, String> schemaMetadata, RowSource rows);

  /**
   * Opens a table at one version, without listing anything.
   *
   * @throws io.omnigraph.model.GoneException if the version was cleaned up
   * @throws io.omnigraph.model.NotFoundException if there is no such table
   */
  SnapshotHandle open(TableAddress address, long version);

  /**
   * Opens a table at its newest version (used by probes, recovery and maintenance; reads open
   * pinned versions).
   */
  SnapshotHandle openHead(TableAddress address);

  boolean exists(TableAddress address);

  /** The newest version number of the lineage that the handle belongs to: the freshness probe. */
  long latestVersion(SnapshotHandle handle);

  /**
   * Identity of the lineage that is there now; see {@link SnapshotHandle#incarnation}. One read for
   * a branch, none for main.
   *
   * @throws io.omnigraph.model.NotFoundException if there is no such branch
   */
  String incarnation(TableAddress address);

  // ---- branches of one table

  /**
   * Creates branch {@code branch} of the table from exactly the version of {@code source}, repairs
   * inherited index bases, and opens it. The fork starts at the source's version number (one higher
   * if indices had to be repaired).
   *
   * @throws io.omnigraph.model.ConflictException with code {@code table_branch_exists} if the
   *     branch, or the residue of one, is already there
   */
  SnapshotHandle fork(SnapshotHandle source, BranchName branch);

  /** The names of all branches of a dataset besides main, sorted. One listing, no reads. */
  List<BranchName> branchNames(String path);

  /**
   * The branches of a dataset besides main, and when their references were written. One listing, no
   * reads.
   */
  SortedMap<BranchName, Instant> branchTimes(String path);

  /** All branches of a dataset, unordered. One listing, and one read per branch. */
  List<TableBranch> branches(String path);

  /**
   * Deletes a branch of a dataset and what is left below its folder (never the folders of live
   * branches below it). Idempotent: a branch that is already gone is fine.
   *
   * @throws io.omnigraph.model.ConflictException if another branch still depends on it
   */
  void deleteBranch(String path, BranchName branch);

  /**
   * Like {@link #deleteBranch}, where the caller knows that no branch stems from it: asks no
   * reference but its own.
   */
  void deleteLeafBranch(String path, BranchName branch);

  /** Removes a whole dataset with all branches. Idempotent. */
  void drop(String path);

  // ---- staging: invisible, nothing moves

  /**
   * Writes rows into new data files of the table that {@code base} belongs to. Invisible until
   * committed.
   *
   * @param maxRowsPerFile upper bound of rows per file; 0 for the default of the library
   */
  StagedFiles writeFiles(SnapshotHandle base, RowSource rows, int maxRowsPerFile);

  /**
   * Writes rows for a branch that {@link #fork} is still to make from {@code source}: files may be
   * there first, and the fork leaves them alone. Deletions cannot: they are staged on the fork
   * itself, so the fork comes before {@link #stage}. Files that never get their fork go away with
   * {@link #deleteBranch}.
   */
  StagedFiles writeFilesForFork(
      SnapshotHandle source, BranchName branch, RowSource rows, int maxRowsPerFile);

  /** Builds one transaction on {@code base}: deletion files are written, nothing is committed. */
  StagedWrite stage(SnapshotHandle base, StageRequest request);

  /**
   * Builds a transaction that changes the columns of {@code base} to those of {@code target} and
   * leaves the rows alone (their ids and versions too): columns that are new, and so must be
   * nullable, read as null; columns that are missing vanish with their indices; renamed columns
   * keep their values and indices. A column may not change its type: drop it with one transaction
   * and add it with another. Schema metadata stays.
   *
   * @param renamed old names of renamed columns, by their names in {@code target}
   */
  StagedWrite stageSchema(SnapshotHandle base, Schema target, Map<String, String> renamed);

  /**
   * Builds a transaction after which the table is empty and has other columns, whatever it was
   * before; its indices vanish. For tables that no manifest shows: unlike every other transaction
   * it does not conflict with what others commit meanwhile. Schema metadata goes.
   */
  StagedWrite stageReplacement(SnapshotHandle base, Schema target);

  /** Rebuilds a staged write from its redo record; equal to the one it was made from. */
  StagedWrite stageFromRedo(SnapshotHandle base, RedoRecord redo);

  /** Whether every file that the staged write refers to exists with its recorded length. */
  boolean filesIntact(SnapshotHandle base, StagedWrite staged);

  // ---- committing what was staged

  /**
   * Commits a staged write on its base version. Decides the outcome by the transaction uuid after
   * any error or surprise, so the answer is exact: {@link CommitOutcome.Committed} with the new
   * handle, {@link CommitOutcome.Rejected} if nothing happened, or {@link CommitOutcome.Unknown} if
   * the store would not tell.
   */
  CommitOutcome commit(StagedWrite staged, TransactionTag tag);

  /**
   * Commits the content of {@code version} as a new version on top of {@code head}. Only recovery
   * does this.
   */
  CommitOutcome restore(SnapshotHandle head, long version, TransactionTag tag);

  /**
   * The transactions after {@code afterVersion} up to the newest version, ascending; empty if
   * nothing moved.
   */
  List<TransactionRecord> transactionsSince(SnapshotHandle handle, long afterVersion);

  /**
   * On a local disk, removes newest table manifests that a power cut left empty or torn, as long as
   * they are newer than {@code above}: they block opening the table. Nothing to do elsewhere. Only
   * recovery does this, while nothing else writes to the table.
   *
   * @param above the newest version that must stay; 0 if unknown
   * @return true if something was removed
   */
  boolean deleteTornHead(TableAddress address, long above);

  /**
   * Opens the newest version for reading without changing anything. Where {@link #openHead} fails
   * because a power cut left newest manifests empty or torn, which only a writer may remove, it is
   * the newest complete version below them: what is torn was never acknowledged.
   *
   * @throws io.omnigraph.model.NotFoundException if there is no such table
   */
  SnapshotHandle openNewestComplete(TableAddress address);

  // ---- durability (no-ops on object stores, where an acknowledged put is durable)

  /** Forces the staged data and deletion files, and their folders, to disk. */
  void forceStaged(StagedWrite staged);

  /** Forces the table manifest of the handle's version and its folder to disk. */
  void forceCommitted(SnapshotHandle handle);

  /** Forces everything that a fork created. */
  void forceFork(SnapshotHandle fork);

  // ---- maintenance (each commits on its own; callers hold the lane)

  TableMaintenance maintenance();

  @Override
  void close();
}
