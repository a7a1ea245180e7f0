package io.omnigraph.branch;

import io.omnigraph.commit.ReferenceEvent;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableEntry;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.LaneContext;
import io.omnigraph.publish.Lanes;
import io.omnigraph.storage.SnapshotHandle;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates, lists and deletes branches. The manifest's own branch reference is the authority: before
 * it exists there is no branch, once it is gone no snapshot shows one. Thread-safe.
 */
public final class Branches {

  private static final Logger LOG = LoggerFactory.getLogger(Branches.class);

  private final LaneContext context;
  private final Lanes lanes;

  /** Creations and deletions are few; one at a time keeps their checks true. */
  private final ReentrantLock references = new ReentrantLock();

  private final BranchOrigins origins;

  private final AtomicBoolean schemaChanging = new AtomicBoolean();

  public Branches(LaneContext context, Lanes lanes) {
    this.context = context;
    this.lanes = lanes;
    this.origins = new BranchOrigins(context);
  }

  /** Public branches: main first, then sorted. */
  public static List<BranchName> list(ManifestStore manifests) {
    return Stream.concat(
            Stream.of(BranchName.MAIN),
            manifests.branchNames().stream().filter(n -> !n.isInternal()))
        .toList();
  }

  /**
   * Creates a branch at the head of another one. No table is touched.
   *
   * @throws ConflictException if the name is taken or its folder would overlap another branch's
   * @throws NotFoundException if {@code from} does not exist
   */
  public void create(BranchName name, BranchName from) {
    requireNotMain("create", name);
    requirePublic("create", name);
    requirePublic("create a branch from", from);
    requireNoSchemaChange("branch_create");
    references.lock();
    try {
      List<BranchName> existing = context.manifests().branchNames();
      requireIdle("branch_create", existing);
      requireFree(name, existing);
      Snapshot source = lanes.snapshot(from);
      String incarnation = fork(name, source);
      origins.made(name, source);
      emit(
          new ReferenceEvent(
              context.graphName(), name, ReferenceEvent.Kind.CREATED, from, incarnation));
    } finally {
      references.unlock();
    }
  }

  private String fork(BranchName name, Snapshot source) {
    try (SnapshotHandle manifest =
        context.storage().open(ManifestStore.address(source.branch()), source.manifestVersion())) {
      SnapshotHandle created = fork(name, manifest);
      String incarnation = created.incarnation();
      try {
        context.storage().forceFork(created);
      } catch (GraphException e) {
        created.close();
        throw takenBack(name, e);
      }
      lanes.forked(source.branch(), name, created);
      return incarnation;
    }
  }

  private SnapshotHandle fork(BranchName name, SnapshotHandle manifest) {
    context.lease().requireHeld();
    try {
      return tryFork(name, manifest);
    } catch (ConflictException e) {
      if (!e.code().equals("table_branch_exists") || isListed(name)) {
        throw e;
      }
      // A creation that was interrupted before its reference was written left a folder.
      context.storage().deleteBranch(ManifestStore.PATH, name);
      return tryFork(name, manifest);
    } catch (GraphException e) {
      // The answer may have been lost; the name was free, and only this process creates branches.
      if (!isListed(name)) {
        throw e;
      }
      try {
        return context.storage().openHead(ManifestStore.address(name));
      } catch (GraphException unreadable) {
        unreadable.addSuppressed(e);
        throw takenBack(name, unreadable);
      }
    }
  }

  /** A creation that is reported as failed leaves no branch, or says that it may have. */
  private GraphException takenBack(BranchName name, GraphException failure) {
    try {
      context.storage().deleteBranch(ManifestStore.PATH, name);
      lanes.retire(name);
      return failure;
    } catch (GraphException e) {
      e.addSuppressed(failure);
      return new RecoveryRequiredException(
          "branch_outcome_unknown",
          "it is not known whether branch '"
              + name
              + "' was made ("
              + failure.getMessage()
              + "); look at the list of branches before repeating the request",
          Map.of("branch", name.value()),
          e);
    }
  }

  private SnapshotHandle tryFork(BranchName name, SnapshotHandle manifest) {
    return context
        .faults()
        .around(FaultPoint.BRANCH_CREATE, () -> context.storage().fork(manifest, name));
  }

  private boolean isListed(BranchName name) {
    return context.manifests().branchNames().contains(name);
  }

  /**
   * Runs a change of the schema: no branch is created or deleted meanwhile, and whoever tries is
   * refused.
   *
   * @throws ConflictException if another change is under way
   */
  public <T> T whileSchemaChanges(Supplier<T> work) {
    if (!schemaChanging.compareAndSet(false, true)) {
      throw new ConflictException(
          "schema_apply_in_progress", "schema apply is already in progress");
    }
    references.lock();
    try {
      return work.get();
    } finally {
      references.unlock();
      schemaChanging.set(false);
    }
  }

  /** Runs something while no branch is created or deleted. */
  public <T> T steady(Supplier<T> work) {
    references.lock();
    try {
      return work.get();
    } finally {
      references.unlock();
    }
  }

  /**
   * Deletes a branch with everything only it can see.
   *
   * @throws NotFoundException if it does not exist
   * @throws ConflictException if another branch was made from it or shows a table of it
   */
  public void delete(BranchName name) {
    delete(name, null);
  }

  /**
   * Takes back a creation: deletes a branch if nothing was committed to it since.
   *
   * @param head what the branch showed when it was made
   */
  public void deleteUnused(BranchName name, CommitId head) {
    delete(name, head);
  }

  private void delete(BranchName name, @Nullable CommitId onlyAt) {
    requireNotMain("delete", name);
    requirePublic("delete", name);
    requireNoSchemaChange("branch_delete");
    references.lock();
    try {
      Map<BranchName, Instant> existing = context.manifests().references();
      requireIdle("branch_delete", existing.keySet());
      if (!existing.containsKey(name)) {
        throw ManifestStore.branchNotFound(name, new IllegalStateException("not listed"));
      }
      lanes.heal(name);
      requireNoDependants(name, existing);
      List<TableEntry> owned = lanes.alone(name, () -> flip(name, onlyAt));
      if (owned == null) {
        return;
      }
      origins.gone(name);
      owned.forEach(entry -> cleanUp(entry, name));
      emit(new ReferenceEvent(context.graphName(), name, ReferenceEvent.Kind.DELETED, null, null));
    } finally {
      references.unlock();
    }
  }

  /**
   * The moment after which no snapshot shows the branch. Runs alone in its lane.
   *
   * @return the tables the branch owned; null if its head is not the one asked for
   */
  private @Nullable List<TableEntry> flip(BranchName name, @Nullable CommitId onlyAt) {
    context.lease().requireHeld();
    Snapshot shown = lanes.snapshot(name);
    if (onlyAt != null && !onlyAt.equals(shown.head())) {
      return null;
    }
    List<TableEntry> owned = shown.tables().values().stream().filter(e -> e.ownedBy(name)).toList();
    try {
      context
          .faults()
          .around(
              FaultPoint.BRANCH_DELETE,
              () -> context.storage().deleteLeafBranch(ManifestStore.PATH, name));
    } catch (GraphException e) {
      if (isListed(name)) {
        throw e;
      }
      LOG.warn("deleting branch {} reported an error, but the branch is gone", name, e);
    }
    lanes.retire(name);
    return owned;
  }

  /** What stays behind is invisible; the clean-up of the maintenance finds it. */
  private void cleanUp(TableEntry entry, BranchName name) {
    try {
      context
          .faults()
          .around(FaultPoint.BRANCH_TABLE_CLEANUP, () -> deleteTableBranch(entry, name));
    } catch (RuntimeException e) {
      LOG.warn(
          "branch {} is deleted, but its branch of table {} stays for now: {}",
          name,
          entry.key(),
          e.getMessage());
      LOG.debug("why the branch {} of table {} stays", name, entry.key(), e);
    }
  }

  /** Writers that prepared for the branch before it went may still have put files into it. */
  private void deleteTableBranch(TableEntry entry, BranchName name) {
    try {
      context.storage().deleteBranch(entry.path(), name);
    } catch (GraphException e) {
      LOG.debug("removing the branch {} of table {} once more", name, entry.key(), e);
      context.storage().deleteBranch(entry.path(), name);
    }
  }

  /**
   * No branch may stem from it, or show a table of it otherwise. The second cannot come about here
   * but in graphs of other writers, where a branch adopts a table that it merges; so main is asked,
   * and those that had such tables when they were made.
   */
  private void requireNoDependants(BranchName name, Map<BranchName, Instant> existing) {
    origins.learn(existing, lanes::snapshot);
    for (BranchName branch : existing.keySet()) {
      if (!branch.equals(name) && origins.descendsFrom(branch, name)) {
        throw dependsOn(name, branch);
      }
    }
    Stream.concat(Stream.of(BranchName.MAIN), origins.mayShow(name).stream())
        .filter(
            other ->
                lanes.snapshot(other).tables().values().stream()
                    .anyMatch(e -> name.equals(e.tableBranch())))
        .findFirst()
        .ifPresent(
            other -> {
              throw dependsOn(name, other);
            });
  }

  private static ConflictException dependsOn(BranchName name, BranchName dependant) {
    return new ConflictException(
        "branch_has_dependants",
        "cannot delete branch '"
            + name
            + "' because branch '"
            + dependant
            + "' still depends on it",
        Map.of("branch", name.value(), "dependant", dependant.value()));
  }

  private static void requireFree(BranchName name, List<BranchName> existing) {
    for (BranchName branch : existing) {
      if (branch.equals(name)) {
        throw new ConflictException(
            "branch_exists", "branch exists: '" + name + "'", Map.of("branch", name.value()));
      }
      if (branch.overlaps(name)) {
        throw overlaps(name, branch);
      }
    }
    if (name.overlaps(BranchName.MAIN)) {
      throw overlaps(name, BranchName.MAIN);
    }
  }

  private static ConflictException overlaps(BranchName name, BranchName existing) {
    return new ConflictException(
        "branch_name_overlaps",
        "branch '"
            + name
            + "' cannot be created beside branch '"
            + existing
            + "': one name is a path prefix of the other",
        Map.of("branch", name.value(), "existing", existing.value()));
  }

  private void requireNoSchemaChange(String operation) {
    if (schemaChanging.get()) {
      throw unavailable(operation);
    }
  }

  private static void requireIdle(String operation, Collection<BranchName> existing) {
    if (existing.stream().anyMatch(BranchName::isInternal)) {
      throw unavailable(operation);
    }
  }

  private static ConflictException unavailable(String operation) {
    return new ConflictException(
        "schema_apply_in_progress",
        "`" + operation + "` is unavailable while schema apply is in progress",
        Map.of("operation", operation));
  }

  private static void requireNotMain(String verb, BranchName name) {
    if (name.isMain()) {
      throw new BadRequestException(
          "branch_is_main", "cannot " + verb + " branch 'main'", Map.of("branch", name.value()));
    }
  }

  private static void requirePublic(String verb, BranchName name) {
    if (name.isInternal()) {
      throw new BadRequestException(
          "internal_branch",
          "cannot " + verb + " branch '" + name + "': the name is internal",
          Map.of("branch", name.value()));
    }
  }

  private void emit(ReferenceEvent event) {
    try {
      context.listener().onReference(event);
    } catch (RuntimeException e) {
      LOG.warn("a listener failed on {}; the change stands", event, e);
    }
  }
}
