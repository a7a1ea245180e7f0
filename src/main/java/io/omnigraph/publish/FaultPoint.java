package io.omnigraph.publish;

/**
 * Every named step of the write path at which a test may fail, lose the answer of, or pause the
 * engine. {@code docs/dev/crash-windows.md} says what each window leaves behind and who proves it.
 */
public enum FaultPoint {
  /** Taking the writer lease. */
  LEASE_ACQUIRE,
  /** One renewal of the writer lease. */
  LEASE_RENEW,
  /** Giving the writer lease back. */
  LEASE_RELEASE,
  /** An operation reads, validates and builds its change. */
  PREPARE,
  /** Writing the data files of one table. */
  STAGE_FILES,
  /** Building the transaction of one table, deletion files included. */
  STAGE_TRANSACTION,
  /** Forcing staged files to disk. */
  FORCE_STAGED,
  /** Writing the sidecar: from here on the operation runs to its end. */
  SIDECAR_WRITE,
  /** Making one table that a new schema asks for. */
  CREATE_TABLE,
  /** Creating the branch of one table that the graph branch writes for the first time. */
  FORK_TABLE,
  /** Completing the sidecar with the redo records of forked tables. */
  SIDECAR_COMPLETE,
  /** Committing one table. */
  TABLE_COMMIT,
  /** Forcing a table's new manifest to disk. */
  FORCE_TABLE,
  /** Writing the files of the manifest publish. */
  PUBLISH_STAGE,
  /** The publish itself: what was invisible becomes visible. */
  PUBLISH_COMMIT,
  /** Forcing the manifest to disk, the last step before the acknowledgement. */
  FORCE_MANIFEST,
  /** Telling the callers. */
  ACKNOWLEDGE,
  /** Telling the commit listener. */
  EMIT_EVENT,
  /** Removing the sidecar after the publish. */
  SIDECAR_DELETE,
  /** Listing the sidecars. */
  RECOVERY_LIST,
  /** Committing a missing table transaction again from its redo record. */
  RECOVERY_REDO,
  /** Restoring one table to its published version. */
  RECOVERY_RESTORE,
  /** Publishing what recovery decided. */
  RECOVERY_PUBLISH,
  /** Writing the audit row. */
  RECOVERY_AUDIT,
  /** Removing a settled sidecar. */
  RECOVERY_DELETE,
  /** Creating a graph branch. */
  BRANCH_CREATE,
  /** Deleting a graph branch: after it no snapshot shows the branch. */
  BRANCH_DELETE,
  /** Removing one table branch that a deleted graph branch owned. */
  BRANCH_TABLE_CLEANUP,
  /** Folding the indices and small fragments of one table. */
  COMPACT_TABLE,
  /** Folding the small fragments of the manifest. */
  COMPACT_MANIFEST,
  /** Storing a schema, and its source, that the next publish names. */
  SCHEMA_STORE,
  /** Writing the schema files at the root after the publish that changed the schema. */
  SCHEMA_PROMOTE,
  /** Making the old versions of one table unreadable after data was dropped for good. */
  PURGE_TABLE,
  /** Claiming a root for a new graph. */
  INIT_CLAIM,
  /** Writing the compiled schema of a new graph. */
  INIT_CONTRACT,
  /** Creating one empty table of a new graph. */
  INIT_TABLE,
  /** Creating the manifest of a new graph, which makes it one. */
  INIT_MANIFEST,
  /** Removing what a failed init left. */
  INIT_CLEANUP
}
