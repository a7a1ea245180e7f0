package io.omnigraph.storage.lance;

import io.omnigraph.model.GraphException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.StorageException;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.BlobReader;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.TableAddress;
import io.omnigraph.storage.VersionChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.FragmentMetadata;
import org.lance.index.Index;
import org.lance.index.IndexType;
import org.lance.operation.Update;
import org.lance.schema.LanceField;

/** A Lance dataset at one version. Thread-safe. */
final class LanceSnapshot implements SnapshotHandle {

  private static final Pattern MANIFEST = Pattern.compile("\\d{1,20}\\.manifest");

  private final LanceContext context;
  private final TableAddress address;
  private final Dataset dataset;
  private final String incarnation;
  private final long version;
  private volatile @Nullable Schema schema;
  private volatile @Nullable List<FragmentInfo> fragments;
  private volatile @Nullable List<IndexInfo> indices;
  private volatile @Nullable List<Index> indexSegments;
  private final Map<String, TextTotals.Totals> wholeTexts = new ConcurrentHashMap<>();
  private volatile @Nullable Dataset committing;
  private volatile @Nullable Dataset reading;
  private volatile long @Nullable [] fieldIds;
  private volatile @Nullable VersionChange change;
  private volatile @Nullable VersionChange forkPoint;

  LanceSnapshot(LanceContext context, TableAddress address, Dataset dataset, String incarnation) {
    this.context = context;
    this.address = address;
    this.dataset = dataset;
    this.incarnation = incarnation;
    this.version = dataset.version();
    this.reading = dataset;
  }

  /** Takes over a handle that a commit returned; it does not retry and may commit itself. */
  static LanceSnapshot ofCommitted(
      LanceSnapshot base, Dataset dataset, @Nullable LanceStagedWrite staged) {
    LanceSnapshot next = new LanceSnapshot(base.context, base.address, dataset, base.incarnation);
    next.committing = dataset;
    if (staged != null && staged.operation() instanceof Update update) {
      next.fieldIds = base.fieldIds;
      next.change = base.changeBy(staged);
      next.fragments = CommittedFragments.after(base.fragments, update, next);
    }
    if (!base.context.root.isLocal()) {
      next.reading = null;
    }
    return next;
  }

  /** For facts of the manifest, which is in memory. */
  Dataset dataset() {
    return dataset;
  }

  /**
   * The handle to read rows with. A handle that commits does not retry, and a hiccup of the network
   * must not end a scan, so the first read after a commit to S3 opens another one.
   */
  synchronized Dataset readingDataset() {
    Dataset handle = reading;
    if (handle == null) {
      handle = context.openDataset(address, version, true);
      reading = handle;
    }
    return handle;
  }

  /**
   * The handle to commit with. On S3 it differs from the reading one: the library must not retry a
   * put by itself, or a lost answer turns into a false conflict.
   */
  synchronized Dataset committingDataset() {
    Dataset handle = committing;
    if (handle == null) {
      handle = context.root.isLocal() ? dataset : context.openDataset(address, version, false);
      committing = handle;
    }
    return handle;
  }

  /** The rows asked for, if all of them are still in memory. */
  Optional<BatchStream> recentRows(ScanRequest request, BufferAllocator allocator) {
    return context.recentRows.scan(this, request, allocator);
  }

  BufferAllocator storageAllocator() {
    return context.allocator;
  }

  TextTotals.Totals textTotals(
      Collection<Integer> fragments, String column, BufferAllocator allocator) throws Exception {
    boolean all = fragments.size() == fragments().size();
    TextTotals.Totals known = all ? wholeTexts.get(column) : null;
    if (known == null) {
      known = context.textTotals.of(this, fragments, column, allocator);
      if (all) {
        wholeTexts.put(column, known);
      }
    }
    return known;
  }

  /** Numbers of the parts of full-text indices, which never change. */
  TextIndexFacts textIndexFacts() {
    return context.textIndexFacts;
  }

  @Override
  public int columnId(String column) {
    return call("read the schema of", () -> dataset.getLanceSchema().fields()).stream()
        .filter(field -> field.getName().equals(column))
        .mapToInt(LanceField::getId)
        .findFirst()
        .orElse(-1);
  }

  /** The ids of every field, nested ones too, as the library numbers them. */
  long[] fieldIds() {
    long[] known = fieldIds;
    if (known == null) {
      List<Long> ids = new ArrayList<>();
      dataset.getLanceSchema().fields().forEach(field -> collectIds(field, ids));
      known = ids.stream().mapToLong(Long::longValue).toArray();
      fieldIds = known;
    }
    return known;
  }

  /** Marks a fresh branch: what it shows is what its source shows. */
  void forkedFrom(LanceSnapshot source) {
    forkPoint = new VersionChange(source.address, source.incarnation, source.version, new long[0]);
  }

  private @Nullable VersionChange changeBy(LanceStagedWrite staged) {
    long[] deleted = staged.deletedAddresses();
    VersionChange fork = forkPoint;
    if (deleted == null) {
      return null;
    }
    return fork == null
        ? new VersionChange(address, incarnation, version, deleted)
        : new VersionChange(fork.base(), fork.incarnation(), fork.baseVersion(), deleted);
  }

  @Override
  public Optional<VersionChange> change() {
    return Optional.ofNullable(change);
  }

  /** True if the fields count from zero without gaps, as those of a new table do. */
  boolean numbersFieldsInOrder() {
    long[] ids = fieldIds();
    return IntStream.range(0, ids.length).allMatch(i -> ids[i] == i);
  }

  private static void collectIds(LanceField field, List<Long> ids) {
    ids.add((long) field.getId());
    field.getChildren().forEach(child -> collectIds(child, ids));
  }

  @Override
  public TableAddress address() {
    return address;
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public String incarnation() {
    return incarnation;
  }

  @Override
  public Schema schema() {
    Schema known = schema;
    if (known == null) {
      known = call("read the schema of", dataset::getSchema);
      schema = known;
    }
    return known;
  }

  @Override
  public Map<String, String> schemaMetadata() {
    return Objects.requireNonNullElse(schema().getCustomMetadata(), Map.of());
  }

  @Override
  public long countRows() {
    return call("count rows of", () -> readingDataset().countRows());
  }

  @Override
  public long countRows(String filter) {
    BlobFilterGuard.check(schema(), filter);
    return call("count rows of", () -> readingDataset().countRows(filter));
  }

  @Override
  public BatchStream scan(ScanRequest request) {
    return scan(request, context.allocator);
  }

  @Override
  public BatchStream scan(ScanRequest request, BufferAllocator allocator) {
    return LanceScan.open(this, request, allocator);
  }

  @Override
  public BatchStream takeRows(long[] rowIds, List<String> columns) {
    if (rowIds.length == 0) {
      return LanceScan.emptyStream();
    }
    List<Long> ids = java.util.Arrays.stream(rowIds).boxed().toList();
    return call(
        "take rows of",
        () -> new ReaderStream(this, null, readingDataset().takeRows(ids, columns), columns, null));
  }

  @Override
  public List<byte @Nullable []> takeBlobs(long[] rowIds, String column) {
    return LanceBlobs.take(this, rowIds, column);
  }

  @Override
  public Optional<BlobReader> openBlob(long rowId, String column) {
    return LanceBlobs.open(this, rowId, column);
  }

  @Override
  public List<FragmentInfo> fragments() {
    List<FragmentInfo> known = fragments;
    if (known == null) {
      known =
          call(
              "list fragments of",
              () -> dataset.getFragments().stream().map(LanceSnapshot::info).toList());
      fragments = known;
    }
    return known;
  }

  @Override
  public Optional<FragmentInfo> fragment(int id) {
    return call(
        "find a fragment of",
        () -> Optional.ofNullable(fragmentOrNull(id)).map(LanceSnapshot::info));
  }

  @Nullable Fragment fragmentOrNull(int id) {
    try {
      return dataset.getFragment(id);
    } catch (NullPointerException e) {
      // That is how the library says that there is none.
      return null;
    }
  }

  private static FragmentInfo info(Fragment fragment) {
    return info(fragment.metadata());
  }

  static FragmentInfo info(FragmentMetadata metadata) {
    return new FragmentInfo(
        metadata.getId(),
        metadata.getPhysicalRows(),
        metadata.getNumDeletions(),
        metadata.getFiles().get(0).getPath());
  }

  @Override
  public List<IndexInfo> indices() {
    List<IndexInfo> known = indices;
    if (known == null) {
      known = call("list indices of", () -> LanceIndices.describe(this));
      indices = known;
    }
    return known;
  }

  @Override
  public boolean hasScalarIndex(String column) {
    return call("list indices of", () -> LanceIndices.covers(this, column, IndexType.BTREE));
  }

  /** The parts of all indices; read once. */
  List<Index> indexSegments() {
    List<Index> known = indexSegments;
    if (known == null) {
      known = call("list indices of", dataset::getIndexes);
      indexSegments = known;
    }
    return known;
  }

  @Override
  public ManifestFile manifestFile() {
    String path = context.key(address) + "/_versions/" + manifestName(version);
    Long size = null;
    if (context.root.isLocal()) {
      size = context.objects.stat(path).map(o -> o.size()).orElse(null);
    }
    return new ManifestFile(path, size, null, "V2");
  }

  @Override
  public synchronized void close() {
    for (Dataset other : new Dataset[] {committing, reading}) {
      if (other != null && other != dataset) {
        other.close();
      }
    }
    dataset.close();
  }

  /** Manifests sort newest first: the name counts down from the largest unsigned number. */
  static String manifestName(long version) {
    String name = Long.toUnsignedString(-1L - version);
    return "0".repeat(20 - name.length()) + name + ".manifest";
  }

  /** The version whose manifest has this name; 0 for the name of anything else. */
  static long versionOf(String name) {
    if (!MANIFEST.matcher(name).matches()) {
      return 0;
    }
    String number = name.substring(0, name.length() - ".manifest".length());
    long parsed = Long.parseUnsignedLong(number);
    // Short names are of an older way to name them, which counts up.
    return number.length() == 20 ? -1L - parsed : parsed;
  }

  interface LibraryCall<T> {
    T run() throws Exception;
  }

  <T> T call(String doing, LibraryCall<T> body) {
    try {
      return body.run();
    } catch (Exception | LinkageError e) {
      throw failed(e, doing);
    }
  }

  /**
   * A failure of the library in the words of the engine. A file that is missing because a cleanup,
   * perhaps in another process, took this version away is no failure of the storage.
   */
  private GraphException failed(Throwable failure, String doing) {
    return LanceErrors.isMissing(failure) && context.isReclaimed(address, version)
        ? LanceContext.reclaimed(address, version, failure)
        : LanceErrors.translate(failure, doing, address);
  }

  /** The same for reading rows: what is missing then is a file, and no table that was asked for. */
  GraphException readFailed(Throwable failure, String doing) {
    GraphException told = failed(failure, doing);
    return told instanceof NotFoundException
        ? new StorageException(
            "storage_file_missing",
            told.getMessage(),
            Map.of("location", address.toString(), "version", version),
            failure)
        : told;
  }

  @Override
  public String toString() {
    return address + " v" + version;
  }
}
