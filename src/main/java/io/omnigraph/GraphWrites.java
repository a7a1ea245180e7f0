package io.omnigraph;

import io.omnigraph.evolve.SchemaApplied;
import io.omnigraph.evolve.SchemaRequest;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.Access;
import io.omnigraph.model.AccessGuard;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.CommitId;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.publish.Receipt;
import io.omnigraph.query.ParameterBinder;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.PlanCache;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import io.omnigraph.storage.object.ReachableBlobs;
import io.omnigraph.write.ExternalBlobs;
import io.omnigraph.write.LoadCounts;
import io.omnigraph.write.LoadOperation;
import io.omnigraph.write.LoadOptions;
import io.omnigraph.write.MutationCounts;
import io.omnigraph.write.MutationOperation;
import io.omnigraph.write.TabularInput;
import io.omnigraph.write.WriteRequest;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The changes that callers ask for. Each is put to the policy first, then handed to the lane of its
 * branch. Thread-safe.
 */
final class GraphWrites implements AutoCloseable {

  private final GraphEngine engine;
  private final PlanCache plans;
  private final AccessGuard guard;
  private final ReachableBlobs blobSources;
  private final ExternalBlobs externalBlobs;

  GraphWrites(GraphEngine engine, PlanCache plans, OpenOptions options) {
    this.engine = engine;
    this.plans = plans;
    this.guard = options.guard();
    this.blobSources = new ReachableBlobs(EngineSettings.storageOptions(options));
    this.externalBlobs =
        ExternalBlobs.fromEnvironment(EngineSettings.environment(options)).lookedAtBy(blobSources);
  }

  Receipt<MutationCounts> mutate(
      String source,
      @Nullable String queryName,
      Map<String, ?> params,
      BranchName branch,
      WriteOptions write) {
    guard.check(new Access(Access.Action.CHANGE, write.actor(), branch, null));
    Snapshot snapshot = engine.lanes().settledSnapshot(branch);
    CompiledQuery compiled = plans.compile(source, queryName, snapshot.catalog());
    if (!(compiled instanceof CompiledQuery.Mutation mutation)) {
      throw new BadRequestException(
          "not_a_mutation",
          "mutation execution called on a read query; use query instead",
          Map.of("query", compiled.name()));
    }
    Parameters bound = ParameterBinder.bind(mutation, params, engine.settings().clock().instant());
    String digest =
        write.idempotencyKey() == null
            ? null
            : RequestDigest.of("mutation", source, mutation.name(), RequestDigest.text(params));
    return engine
        .lanes()
        .submit(
            new MutationOperation(
                mutation,
                snapshot.catalog(),
                bound,
                request(branch, write, digest),
                engine.settings().ids(),
                externalBlobs));
  }

  Receipt<LoadCounts> load(
      InputStream records,
      LoadOptions how,
      BranchName branch,
      @Nullable BranchName from,
      WriteOptions write) {
    guard.check(new Access(Access.Action.CHANGE, write.actor(), branch, null));
    return onto(
        branch,
        from,
        write,
        () -> {
          try (RequestDigest.Spooled input =
                  RequestDigest.spool(
                      records, "load", how.mode().word(), write.idempotencyKey() != null);
              LoadOperation operation =
                  new LoadOperation(
                      input.stream(),
                      admitting(how),
                      request(branch, write, input.digest()),
                      engine.settings().storage().allocator(),
                      engine.settings().ids())) {
            return engine.lanes().submit(operation);
          }
        });
  }

  Receipt<LoadCounts> load(
      TabularInput file,
      LoadOptions how,
      BranchName branch,
      @Nullable BranchName from,
      WriteOptions write) {
    guard.check(new Access(Access.Action.CHANGE, write.actor(), branch, null));
    if (write.idempotencyKey() != null) {
      throw new BadRequestException(
          "idempotency_not_supported",
          "a load of a tabular file takes no idempotency key; load it as a stream of records");
    }
    return onto(
        branch,
        from,
        write,
        () -> {
          try (LoadOperation operation =
              new LoadOperation(
                  file,
                  admitting(how),
                  request(branch, write, null),
                  engine.settings().storage().allocator(),
                  engine.settings().ids())) {
            return engine.lanes().submit(operation);
          }
        });
  }

  /** Runs a load onto a branch, which is made first if need be; then it goes if the load fails. */
  private Receipt<LoadCounts> onto(
      BranchName branch,
      @Nullable BranchName from,
      WriteOptions write,
      Supplier<Receipt<LoadCounts>> load) {
    @Nullable CommitId fork = requireBranch(branch, from, write);
    try {
      return load.get();
    } catch (RuntimeException e) {
      undoFork(branch, fork, e);
      throw e;
    }
  }

  private LoadOptions admitting(LoadOptions how) {
    return how.externalBlobs().prefixes().isEmpty()
        ? how.withExternalBlobs(externalBlobs)
        : how.withExternalBlobs(how.externalBlobs().lookedAtBy(blobSources));
  }

  /** Returns the head of the branch if it had to be made, else null. */
  private @Nullable CommitId requireBranch(
      BranchName branch, @Nullable BranchName from, WriteOptions write) {
    try {
      engine.heads().snapshot(branch);
      return null;
    } catch (NotFoundException e) {
      if (from == null) {
        throw new NotFoundException(
            "branch_not_found",
            "branch '" + branch + "' not found; pass `from` to create it",
            Map.of("branch", branch.value()),
            e);
      }
      createBranch(branch, from, write);
      return engine.heads().snapshot(branch).head();
    }
  }

  /** A load that made its branch and then failed leaves none, unless somebody else used it. */
  private void undoFork(BranchName branch, @Nullable CommitId fork, RuntimeException failure) {
    if (fork == null) {
      return;
    }
    try {
      engine.branches().deleteUnused(branch, fork);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static WriteRequest request(
      BranchName branch, WriteOptions write, @Nullable String digest) {
    return new WriteRequest(
        branch,
        write.actor(),
        write.expectedHead(),
        write.idempotencyKey(),
        digest,
        write.operationId());
  }

  // ---- branches and the schema

  void createBranch(BranchName branch, BranchName from, WriteOptions write) {
    guard.check(new Access(Access.Action.BRANCH_CREATE, write.actor(), from, branch));
    engine.branches().create(branch, from);
  }

  void deleteBranch(BranchName branch, WriteOptions write) {
    guard.check(new Access(Access.Action.BRANCH_DELETE, write.actor(), null, branch));
    engine.branches().delete(branch);
  }

  SchemaApplied applySchema(
      String source, boolean allowDataLoss, Consumer<Catalog> acceptable, WriteOptions write) {
    guard.check(new Access(Access.Action.SCHEMA_APPLY, write.actor(), null, BranchName.MAIN));
    if (write.idempotencyKey() != null) {
      throw new BadRequestException(
          "idempotency_not_supported",
          "applying a schema takes no idempotency key: applying it twice changes nothing");
    }
    return engine
        .evolution()
        .apply(
            new SchemaRequest(
                source, allowDataLoss, acceptable, write.actor(), write.expectedHead()));
  }

  @Override
  public void close() {
    blobSources.close();
  }
}
