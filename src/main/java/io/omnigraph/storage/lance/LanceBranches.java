package io.omnigraph.storage.lance;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.storage.ObjectStore.ObjectInfo;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.TableBranch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.lance.Branch;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Ref;
import org.lance.Transaction;
import org.lance.index.Index;
import org.lance.operation.CreateIndex;

/**
 * Branches of one dataset. The library registers a branch after its first manifest was written, so
 * an interrupted creation leaves a folder without a reference; such residue is told apart here and
 * removed by {@link #delete}.
 */
final class LanceBranches {

  private final LanceContext context;
  private final LanceDurability durability;

  LanceBranches(LanceContext context, LanceDurability durability) {
    this.context = context;
    this.durability = durability;
  }

  LanceSnapshot fork(LanceSnapshot source, BranchName branch) {
    TableAddress target = new TableAddress(source.address().path(), branch);
    requireFree(target, branch);
    BranchName from = source.address().branch();
    Ref origin =
        from == null ? Ref.ofMain(source.version()) : Ref.ofBranch(from.value(), source.version());
    source.call(
        "fork",
        () -> {
          // The returned handle has no allocator and is of no use.
          if (context.root.isLocal()) {
            source.dataset().createBranch(branch.value(), origin).close();
          } else {
            source
                .dataset()
                .createBranch(branch.value(), origin, context.lanceOptions(true))
                .close();
          }
          return branch;
        });
    LanceSnapshot fork = context.open(target, source.version());
    try {
      LanceSnapshot usable = repairIndexBases(source, fork);
      usable.forkedFrom(source);
      return usable;
    } catch (RuntimeException e) {
      fork.close();
      throw e;
    }
  }

  private void requireFree(TableAddress target, BranchName branch) {
    boolean registered = context.objects.stat(context.refKey(target.path(), branch)).isPresent();
    if (registered || context.hasVersions(target)) {
      throw new ConflictException(
          "table_branch_exists",
          registered
              ? "table " + target.path() + " already has a branch " + branch
              : "table " + target.path() + " holds the residue of a branch " + branch,
          Map.of("location", target.toString(), "registered", registered));
    }
  }

  /**
   * A branch of a branch looks for inherited index files in its parent's folder, even where the
   * parent itself had inherited them: point such indices to where the parent finds them.
   */
  private LanceSnapshot repairIndexBases(LanceSnapshot source, LanceSnapshot fork) {
    Map<UUID, Index> inherited = new HashMap<>();
    source
        .call("list indices of", source.dataset()::getIndexes)
        .forEach(index -> inherited.put(index.uuid(), index));
    List<Index> wrong = new ArrayList<>();
    List<Index> right = new ArrayList<>();
    for (Index index : fork.call("list indices of", fork.dataset()::getIndexes)) {
      Index original = inherited.get(index.uuid());
      if (original != null
          && original.baseId().isPresent()
          && !original.baseId().equals(index.baseId())) {
        wrong.add(index);
        right.add(rebased(index, original.baseId().get()));
      }
    }
    if (wrong.isEmpty()) {
      return fork;
    }
    return fork.call(
        "repair the indices of",
        () -> {
          CreateIndex swap =
              CreateIndex.builder().withNewIndices(right).withRemovedIndices(wrong).build();
          try (Transaction transaction =
              new Transaction.Builder()
                  .readVersion(fork.version())
                  .uuid(UUID.randomUUID().toString())
                  .operation(swap)
                  .transactionProperties(Map.of("omni.op", "fork"))
                  .build()) {
            Dataset next =
                new CommitBuilder(fork.committingDataset())
                    .skipAutoCleanup(true)
                    .execute(transaction);
            LanceSnapshot repaired = LanceSnapshot.ofCommitted(fork, next, null);
            fork.close();
            return repaired;
          }
        });
  }

  private static Index rebased(Index index, int baseId) {
    Index.Builder builder =
        Index.builder()
            .uuid(index.uuid())
            .fields(index.fields())
            .name(index.name())
            .datasetVersion(index.datasetVersion())
            .indexVersion(index.indexVersion())
            .indexType(index.indexType())
            .baseId(baseId);
    index.fragments().ifPresent(builder::fragments);
    index.indexDetails().ifPresent(builder::indexDetails);
    index.createdAt().ifPresent(builder::createdAt);
    return builder.build();
  }

  /** The branches and when their references were written. */
  SortedMap<BranchName, Instant> times(String path) {
    String folder = context.refFolder(path);
    SortedMap<BranchName, Instant> times = new TreeMap<>();
    for (ObjectInfo ref : context.objects.list(folder)) {
      decoded(ref.key().substring(folder.length()))
          .filter(name -> !name.isMain())
          .ifPresent(name -> times.put(name, ref.lastModified()));
    }
    return times;
  }

  List<TableBranch> list(String path) {
    TableAddress main = TableAddress.main(path);
    try (LanceSnapshot head = context.openHead(main)) {
      List<TableBranch> branches = new ArrayList<>();
      for (Branch branch : head.call("list branches of", head.dataset().branches()::list)) {
        branches.add(
            new TableBranch(
                BranchName.of(branch.getName()),
                branch.getParentBranch().map(BranchName::of).orElse(null),
                branch.getParentVersion(),
                branch.getBranchIdentifier().stream()
                    .map(step -> step.getVersion() + ":" + step.getUuid() + "/")
                    .collect(Collectors.joining()),
                Instant.ofEpochSecond(branch.getCreateAt())));
      }
      return List.copyOf(branches);
    }
  }

  /**
   * The library would remove reference and folder in one go; after a power cut the reference could
   * come back without its folder. So it goes first, for good.
   *
   * @param check make sure that no branch stems from it, which reads every reference of the table
   */
  void delete(String path, BranchName branch, boolean check) {
    TableAddress target = new TableAddress(path, branch);
    if (context.objects.stat(context.refKey(path, branch)).isPresent()) {
      if (check) {
        requireUnreferenced(target, branch);
      }
      context.objects.delete(context.refKey(path, branch));
      durability.forceReferences(path);
    }
    context.runtime.forget(context.uri(target));
    deleteResidue(target, branch);
  }

  private void requireUnreferenced(TableAddress target, BranchName branch) {
    for (TableBranch other : list(target.path())) {
      if (branch.equals(other.parent())) {
        throw new ConflictException(
            "table_branch_referenced",
            "branch " + target + " cannot be deleted: branch " + other.name() + " stems from it",
            Map.of("location", target.toString(), "referenced_by", other.name().value()));
      }
    }
  }

  /** Removes what lies in the branch's folder, except in those of live branches below it. */
  private void deleteResidue(TableAddress target, BranchName branch) {
    String folder = context.key(target) + "/";
    Set<String> live = liveFoldersBelow(target.path(), branch);
    if (live.isEmpty()) {
      context.objects.deletePrefix(folder);
      return;
    }
    for (ObjectInfo object : context.objects.list(folder)) {
      if (live.stream().noneMatch(object.key()::startsWith)) {
        context.objects.delete(object.key());
      }
    }
  }

  private Set<String> liveFoldersBelow(String path, BranchName branch) {
    String refFolder = context.refFolder(path);
    Set<String> folders = new TreeSet<>();
    for (ObjectInfo ref : context.objects.list(refFolder)) {
      decoded(ref.key().substring(refFolder.length()))
          .filter(name -> name.value().startsWith(branch.value() + "/"))
          .ifPresent(name -> folders.add(context.key(new TableAddress(path, name)) + "/"));
    }
    return folders;
  }

  private static Optional<BranchName> decoded(String fileName) {
    if (!fileName.endsWith(".json")) {
      return Optional.empty();
    }
    String encoded = fileName.substring(0, fileName.length() - ".json".length());
    return Optional.of(
        BranchName.of(
            java.net.URLDecoder.decode(
                encoded.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8)));
  }
}
