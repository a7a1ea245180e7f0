package io.omnigraph.publish;

import com.fasterxml.jackson.databind.node.NullNode;
import io.omnigraph.commit.CommitKind;
import io.omnigraph.commit.CommitOperation;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.TableKey;
import io.omnigraph.storage.RedoRecord;
import io.omnigraph.storage.TableAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The durable intent of one publish (schema version 3): everything recovery needs to finish it or
 * to undo it. Written before the first table commit, deleted after the publish.
 *
 * @param operationId names the file
 * @param createdAtMicros the time the commit will carry
 * @param baseCommit the head the publish builds on
 * @param schemaHash set if the commit changes the schema
 * @param tables tables that are committed
 * @param pointers tables that appear or move without a commit of ours
 * @param drops tables that vanish
 * @param creations tables that are made in the armed window
 */
record Sidecar(
    String operationId,
    CommitId commitId,
    long createdAtMicros,
    CommitKind kind,
    @Nullable ActorId actor,
    long epoch,
    BranchName branch,
    CommitId baseCommit,
    @Nullable CommitId mergedParent,
    @Nullable String schemaHash,
    List<CommitOperation> operations,
    List<Table> tables,
    List<Pointer> pointers,
    List<Drop> drops,
    List<Creation> creations) {

  Sidecar {
    operations = List.copyOf(operations);
    tables = List.copyOf(tables);
    pointers = List.copyOf(pointers);
    drops = List.copyOf(drops);
    creations = List.copyOf(creations);
  }

  /** A publish of one operation that names no table: what it moves is decided elsewhere. */
  static Sidecar withoutTables(
      String operationId,
      CommitId commitId,
      long createdAtMicros,
      CommitKind kind,
      @Nullable ActorId actor,
      long epoch,
      ManifestState base,
      @Nullable CommitId mergedParent) {
    return new Sidecar(
        operationId,
        commitId,
        createdAtMicros,
        kind,
        actor,
        epoch,
        base.branch(),
        base.head().commit(),
        mergedParent,
        null,
        List.of(new CommitOperation(operationId, NullNode.instance, null, null)),
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** Where a lazily forked table comes from. */
  record ForkSource(@Nullable BranchName tableBranch, long version) {}

  /**
   * One table of the publish.
   *
   * @param baseVersion the version the transaction builds on; for a fork that has not happened yet
   *     the version it comes from
   * @param rowCount live rows after the commit
   * @param uuid of the transaction; null for work of several commits (compaction)
   * @param transaction null while a fork has not happened yet, and for work of several commits
   */
  record Table(
      TableKey key,
      String path,
      @Nullable BranchName tableBranch,
      long baseVersion,
      long rowCount,
      @Nullable ForkSource forkFrom,
      @Nullable String uuid,
      @Nullable RedoRecord transaction) {

    TableAddress address() {
      return new TableAddress(path, tableBranch);
    }
  }

  /** A table version to be published as it is. */
  record Pointer(
      TableKey key, String path, @Nullable BranchName tableBranch, long version, long rowCount) {}

  /** A table to be hidden up to a version. */
  record Drop(TableKey key, long tombstoneVersion) {}

  /**
   * A table that is made in the armed window; once it is, {@code pointers} has it too.
   *
   * @param fresh false if something was at its path before, which then stays
   */
  record Creation(TableKey key, String path, boolean fresh) {}

  /** True once every table that is to be made is there. */
  boolean hasCreatedAll() {
    return creations.stream()
        .allMatch(c -> pointers.stream().anyMatch(p -> p.key().equals(c.key())));
  }

  Sidecar withTables(List<Table> newTables) {
    return new Sidecar(
        operationId,
        commitId,
        createdAtMicros,
        kind,
        actor,
        epoch,
        branch,
        baseCommit,
        mergedParent,
        schemaHash,
        operations,
        newTables,
        pointers,
        drops,
        creations);
  }
}
