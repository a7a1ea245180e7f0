package io.omnigraph.evolve;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.SchemaStore;
import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.RecoveryRequiredException;
import io.omnigraph.model.TableKey;
import io.omnigraph.publish.FaultPoint;
import io.omnigraph.publish.LaneContext;
import io.omnigraph.publish.Lanes;
import io.omnigraph.publish.Receipt;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.DropMode;
import io.omnigraph.schema.MigrationPlan;
import io.omnigraph.schema.MigrationPlanner;
import io.omnigraph.schema.MigrationStep;
import io.omnigraph.schema.SchemaCompiler;
import io.omnigraph.schema.TypeKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a graph from the schema in force to another one. One change at a time; branches are
 * neither created nor deleted meanwhile, and writes go on before and after it. Thread-safe.
 */
public final class SchemaEvolution {

  /** Runs something while no branch is created or deleted and no other schema is applied. */
  @FunctionalInterface
  public interface Exclusive {
    <T> T run(Supplier<T> work);
  }

  private static final Logger LOG = LoggerFactory.getLogger(SchemaEvolution.class);
  private static final String LOCK = "__schema_apply_lock__";

  private final LaneContext context;
  private final Lanes lanes;
  private final SchemaStore schemas;
  private final Exclusive exclusive;

  public SchemaEvolution(
      LaneContext context, Lanes lanes, SchemaStore schemas, Exclusive exclusive) {
    this.context = context;
    this.lanes = lanes;
    this.schemas = schemas;
    this.exclusive = exclusive;
  }

  /**
   * What applying a schema to the head of main would do. Changes nothing; also for graphs opened
   * read-only.
   *
   * @throws io.omnigraph.model.CompileException if the text does not compile
   * @throws ConflictException if somebody edited the schema file at the root
   */
  public static SchemaPreview preview(
      Snapshot main, SchemaStore schemas, String source, boolean allowDataLoss) {
    Catalog desired = SchemaCompiler.compile(source);
    schemas.requireSourceOf(main.catalog());
    MigrationPlan plan = MigrationPlanner.plan(main.catalog(), desired, allowDataLoss);
    Map<TableKey, Long> rowCounts = new HashMap<>();
    main.tables().forEach((key, entry) -> rowCounts.put(key, entry.rowCount()));
    return new SchemaPreview(plan, desired, plan.dataWork(rowCounts));
  }

  /**
   * {@link #preview} with the checks of {@link #apply} on branches and on support.
   *
   * @param branches all branches of the graph
   */
  public static SchemaPreview requireApplicable(SchemaPreview preview, List<BranchName> branches) {
    requireOnlyMain(preview.plan(), branches);
    requireSupported(preview.plan());
    return preview;
  }

  /**
   * Settles what an interrupted change left: files at the root that are behind or ahead of main's
   * head, and the lock that other writers of this format leave when they die. Called at opening,
   * after recovery.
   */
  public void settle() {
    schemas.reconcile(lanes.snapshot(BranchName.MAIN).catalog());
    for (BranchName branch : context.manifests().branchNames()) {
      if (branch.value().equals(LOCK)) {
        LOG.warn("removing the lock of a schema change that nobody is making any more");
        context.storage().deleteBranch(io.omnigraph.manifest.ManifestStore.PATH, branch);
      }
    }
  }

  /**
   * Makes a schema the one in force on main.
   *
   * @throws io.omnigraph.model.CompileException if the text does not compile
   * @throws BadRequestException if a step of the plan is not supported; nothing changed
   * @throws ConflictException if another change is under way, if the plan is not purely additive
   *     and the graph has branches, or if the schema file at the root was edited
   */
  public SchemaApplied apply(SchemaRequest request) {
    Catalog desired = SchemaCompiler.compile(request.source());
    return exclusive.run(() -> applyAlone(request, desired));
  }

  private SchemaApplied applyAlone(SchemaRequest request, Catalog desired) {
    lanes.heal(BranchName.MAIN);
    Snapshot before = lanes.snapshot(BranchName.MAIN);
    schemas.reconcile(before.catalog());
    schemas.requireSourceOf(before.catalog());
    MigrationPlan plan = MigrationPlanner.plan(before.catalog(), desired, request.allowDataLoss());
    requireOnlyMain(plan, context.manifests().branchNames());
    requireSupported(plan);
    if (plan.isEmpty()) {
      keepWords(request.source(), before.catalog(), desired);
      return new SchemaApplied(plan, before.manifestVersion(), null);
    }
    request.acceptable().accept(desired);
    Receipt<MigrationPlan> receipt = publish(request, before, desired);
    GraphCommit commit = receipt.commit();
    if (commit == null) {
      return new SchemaApplied(receipt.result(), before.manifestVersion(), null);
    }
    promote(desired);
    new Purge(context, lanes).run(before, lossy(receipt.result()));
    return new SchemaApplied(receipt.result(), commit.manifestVersion(), commit);
  }

  /** Comments and layout of an equal schema are taken over; that is no change of the graph. */
  private void keepWords(String source, Catalog accepted, Catalog desired) {
    if (desired.equals(accepted) && !schemas.source(accepted).equals(source)) {
      schemas.stage(source);
      schemas.reconcile(accepted);
    }
  }

  private Receipt<MigrationPlan> publish(SchemaRequest request, Snapshot before, Catalog desired) {
    context
        .faults()
        .around(
            FaultPoint.SCHEMA_STORE,
            () -> {
              if (headNamesNoSchema()) {
                schemas.keepUnnamed(before.catalog());
              }
              schemas.put(desired);
              schemas.stage(request.source());
            });
    try {
      return lanes.submit(new SchemaOperation(context.ids().nextUlid(), desired, request));
    } catch (RecoveryRequiredException e) {
      // It may still come to be; then the staged source is needed.
      throw e;
    } catch (RuntimeException e) {
      try {
        schemas.unstage();
      } catch (RuntimeException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private boolean headNamesNoSchema() {
    try (ManifestState head = context.manifests().openHead(BranchName.MAIN)) {
      return head.head().schemaHash() == null;
    }
  }

  /** The commit stands; files that stay behind are brought up at the next opening or change. */
  private void promote(Catalog desired) {
    try {
      context.faults().around(FaultPoint.SCHEMA_PROMOTE, () -> schemas.reconcile(desired));
    } catch (RuntimeException e) {
      LOG.warn("the schema files at the root are behind for now; the schema is in force", e);
    }
  }

  /** Tables, by their old keys, that hold what a plan drops for good. */
  private static Set<TableKey> lossy(MigrationPlan plan) {
    Map<TableKey, TableKey> oldKeys = new HashMap<>();
    Set<TableKey> lossy = new TreeSet<>();
    for (MigrationStep step : plan.steps()) {
      if (step instanceof MigrationStep.RenameType rename) {
        oldKeys.put(key(rename.typeKind(), rename.to()), key(rename.typeKind(), rename.from()));
      }
    }
    for (MigrationStep step : plan.steps()) {
      if (step instanceof MigrationStep.DropType drop && drop.mode() == DropMode.HARD) {
        lossy.add(key(drop.typeKind(), drop.name()));
      } else if (step instanceof MigrationStep.DropProperty drop
          && drop.mode() == DropMode.HARD
          && drop.typeKind() != TypeKind.INTERFACE) {
        TableKey key = key(drop.typeKind(), drop.typeName());
        lossy.add(oldKeys.getOrDefault(key, key));
      }
    }
    return lossy;
  }

  static TableKey key(TypeKind kind, String name) {
    return switch (kind) {
      case NODE -> TableKey.node(name);
      case EDGE -> TableKey.edge(name);
      case INTERFACE -> throw new IllegalArgumentException("an interface has no table: " + name);
    };
  }

  private static void requireOnlyMain(MigrationPlan plan, List<BranchName> branches) {
    if (branches.stream().anyMatch(b -> b.value().equals(LOCK))) {
      throw inProgress();
    }
    List<String> others =
        branches.stream()
            .filter(b -> !b.isMain() && !b.isInternal())
            .map(BranchName::value)
            .sorted()
            .toList();
    if (!others.isEmpty() && !plan.isAdditive()) {
      throw new ConflictException(
          "schema_apply_needs_only_main",
          "schema apply requires a graph with only main; found non-main branches: "
              + String.join(", ", others),
          Map.of("branches", others));
    }
  }

  static void requireSupported(MigrationPlan plan) {
    plan.firstUnsupported()
        .ifPresent(
            change -> {
              Map<String, Object> facts = new HashMap<>();
              facts.put("entity", change.entity());
              if (change.code() != null) {
                facts.put("migration_code", change.code().text());
              }
              throw new BadRequestException("schema_change_unsupported", change.describe(), facts);
            });
  }

  private static ConflictException inProgress() {
    return new ConflictException("schema_apply_in_progress", "schema apply is already in progress");
  }
}
