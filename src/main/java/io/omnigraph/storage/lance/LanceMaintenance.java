package io.omnigraph.storage.lance;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.SnapshotHandle.IndexInfo;
import io.omnigraph.storage.TableMaintenance;
import io.omnigraph.storage.TableSchemas;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.lance.CommitBuilder;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.Transaction;
import org.lance.cleanup.CleanupPolicy;
import org.lance.cleanup.RemovalStats;
import org.lance.compaction.CompactionOptions;
import org.lance.index.DistanceType;
import org.lance.index.IndexOptions;
import org.lance.index.IndexParams;
import org.lance.index.IndexType;
import org.lance.index.OptimizeOptions;
import org.lance.index.scalar.BTreeIndexParams;
import org.lance.index.scalar.InvertedIndexParams;
import org.lance.index.vector.VectorIndexParams;
import org.lance.operation.Update;

/** Index builds, compaction and version cleanup. Works on handles of its own. */
final class LanceMaintenance implements TableMaintenance {

  /**
   * Fragments of this many rows are not merged with small ones: rewriting a large table because of
   * a few new rows would cost the disk, the indices and everybody's caches.
   */
  private static final long LARGE_FRAGMENT = 128L << 10;

  /** Every segment is asked by every search. */
  private static final int MOST_SEGMENTS = 16;

  private final LanceContext context;
  private final LanceDurability durability;

  LanceMaintenance(LanceContext context, LanceDurability durability) {
    this.context = context;
    this.durability = durability;
  }

  @Override
  public SnapshotHandle createIndex(SnapshotHandle head, IndexSpec spec) {
    LanceSnapshot snapshot = (LanceSnapshot) head;
    if (snapshot.schema().getFields().stream()
        .noneMatch(field -> field.getName().equals(spec.column()))) {
      throw new BadRequestException(
          "no_such_column", "table " + head.address() + " has no column '" + spec.column() + "'");
    }
    if (spec.kind() == IndexSpec.Kind.FULL_TEXT) {
      NativeLibrary.requireThreadsForFullText();
    }
    if (snapshot.indices().stream().anyMatch(index -> index.serves(spec))) {
      return context.open(snapshot.address(), snapshot.version());
    }
    return changing(
        snapshot,
        "build an index on " + spec.column() + " of",
        dataset ->
            dataset.createIndex(
                IndexOptions.builder(List.of(spec.column()), type(spec), params(dataset, spec))
                    .withIndexName(freeName(dataset, spec))
                    .replace(false)
                    .build()));
  }

  @Override
  public SnapshotHandle optimizeIndices(SnapshotHandle head) {
    return changing(
        (LanceSnapshot) head,
        "optimize the indices of",
        dataset -> {
          for (OptimizeOptions options : optimizations(dataset, head.indices())) {
            dataset.optimizeIndices(options);
          }
        });
  }

  /**
   * One step per way in which stale indices are brought up to date. Merging full-text segments ends
   * the whole process inside the library once rows of a merged segment were deleted, and merging
   * into a vector index fails then, so new fragments get a segment of their own there, and when
   * there are many the index is built anew.
   */
  private static List<OptimizeOptions> optimizations(Dataset dataset, List<IndexInfo> indices) {
    List<String> merged = new ArrayList<>();
    List<String> extended = new ArrayList<>();
    List<String> rebuilt = new ArrayList<>();
    for (IndexInfo index : indices) {
      if (index.unindexedFragments() > 0) {
        boolean ordered = index.kind().equals(IndexType.BTREE.name());
        boolean many = LanceIndices.segments(dataset, index.name()) >= MOST_SEGMENTS;
        (ordered ? merged : many ? rebuilt : extended).add(index.name());
      }
    }
    List<OptimizeOptions> steps = new ArrayList<>();
    if (!merged.isEmpty()) {
      steps.add(OptimizeOptions.builder().indexNames(merged).build());
    }
    if (!extended.isEmpty()) {
      steps.add(OptimizeOptions.builder().indexNames(extended).numIndicesToMerge(0).build());
    }
    if (!rebuilt.isEmpty()) {
      steps.add(OptimizeOptions.builder().indexNames(rebuilt).retrain(true).build());
    }
    return steps;
  }

  @Override
  public SnapshotHandle compact(SnapshotHandle head) {
    LanceSnapshot snapshot = (LanceSnapshot) head;
    if (TableSchemas.hasBlob(snapshot.schema())) {
      return context.open(snapshot.address(), snapshot.version());
    }
    return changing(
        snapshot,
        "compact",
        dataset -> {
          dataset.compact(
              CompactionOptions.builder().withTargetRowsPerFragment(LARGE_FRAGMENT).build());
          shortenVersionRuns(snapshot, dataset);
        });
  }

  private static void shortenVersionRuns(LanceSnapshot before, Dataset compacted) {
    compacted.checkoutLatest();
    List<FragmentMetadata> shortened =
        VersionRuns.shortened(compacted.getFragments().stream().map(Fragment::metadata).toList());
    if (shortened.isEmpty()) {
      return;
    }
    Update update =
        LanceStaging.update(shortened, List.of(LanceStaging.FENCE), List.of(), before.fieldIds());
    try (Transaction transaction =
        new Transaction.Builder()
            .readVersion(compacted.version())
            .uuid(UUID.randomUUID().toString())
            .operation(update)
            .transactionProperties(Map.of("omni.op", "compact"))
            .build()) {
      new CommitBuilder(compacted).skipAutoCleanup(true).execute(transaction).close();
    }
  }

  @Override
  public Removed cleanup(SnapshotHandle head, long keepFromVersion, Instant olderThan) {
    LanceSnapshot snapshot = (LanceSnapshot) head;
    return snapshot.call(
        "clean up",
        () -> {
          try (Dataset dataset = context.openDataset(snapshot.address(), null, true)) {
            RemovalStats removed =
                dataset.cleanupWithPolicy(
                    CleanupPolicy.builder()
                        .withBeforeVersion(keepFromVersion)
                        .withBeforeTimestampMillis(olderThan.toEpochMilli())
                        .withDeleteUnverified(false)
                        .withErrorIfTaggedOldVersions(false)
                        .withCleanReferencedBranches(false)
                        .build());
            return new Removed(removed.getBytesRemoved(), removed.getOldVersions());
          }
        });
  }

  /** By their names; the library would read every one of them. */
  @Override
  public long versionsBefore(SnapshotHandle head, long version) {
    String folder = context.key(head.address()) + "/_versions/";
    return context.objects.list(folder).stream()
        .map(object -> LanceSnapshot.versionOf(object.key().substring(folder.length())))
        .filter(found -> found > 0 && found < version)
        .count();
  }

  private interface Change {
    void on(Dataset dataset);
  }

  /** The library moves the handle that it works on, so each change gets a handle of its own. */
  private SnapshotHandle changing(LanceSnapshot head, String doing, Change change) {
    Set<Path> before = durability.filesBefore(head.address());
    return head.call(
        doing,
        () -> {
          try (Dataset dataset = context.openDataset(head.address(), head.version(), false)) {
            change.on(dataset);
          }
          durability.forceNewer(head.address(), before);
          return context.openHead(head.address());
        });
  }

  /** A column may have two indices: one for its words, one for equality. */
  private static String freeName(Dataset dataset, IndexSpec spec) {
    String plain = spec.column() + "_idx";
    return dataset.listIndexes().contains(plain)
        ? spec.column() + '_' + spec.kind().name().toLowerCase(Locale.ROOT) + "_idx"
        : plain;
  }

  private static IndexType type(IndexSpec spec) {
    return switch (spec.kind()) {
      case BTREE -> IndexType.BTREE;
      case FULL_TEXT -> IndexType.INVERTED;
      case VECTOR -> IndexType.IVF_FLAT;
    };
  }

  private static IndexParams params(Dataset dataset, IndexSpec spec) {
    return switch (spec.kind()) {
      case BTREE ->
          IndexParams.builder().setScalarIndexParams(BTreeIndexParams.builder().build()).build();
      case FULL_TEXT ->
          IndexParams.builder()
              .setScalarIndexParams(
                  InvertedIndexParams.builder()
                      .baseTokenizer("simple")
                      .language("English")
                      .withPosition(false)
                      .lowerCase(true)
                      .stem(false)
                      .removeStopWords(false)
                      .asciiFolding(false)
                      .build())
              .build();
      case VECTOR ->
          IndexParams.builder()
              .setVectorIndexParams(
                  VectorIndexParams.ivfFlat(partitions(dataset.countRows()), DistanceType.L2))
              .build();
    };
  }

  private static int partitions(long rows) {
    return (int) Math.max(1, Math.round(Math.sqrt(rows)));
  }
}
