package io.omnigraph;

import io.omnigraph.branch.Branches;
import io.omnigraph.commit.CommitLog;
import io.omnigraph.evolve.SchemaEvolution;
import io.omnigraph.maintenance.AutomaticCleanup;
import io.omnigraph.maintenance.AutomaticUpkeep;
import io.omnigraph.maintenance.Cleanup;
import io.omnigraph.maintenance.Upkeep;
import io.omnigraph.manifest.ManifestState;
import io.omnigraph.manifest.ManifestStore;
import io.omnigraph.manifest.SchemaStore;
import io.omnigraph.manifest.Snapshots;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.TextEmbedder;
import io.omnigraph.publish.LaneContext;
import io.omnigraph.publish.Lanes;
import io.omnigraph.publish.WriterLease;
import io.omnigraph.publish.WriterLeases;
import io.omnigraph.read.QueryEngine;
import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.schema.Catalog;
import io.omnigraph.storage.ObjectStore;
import io.omnigraph.storage.TableStorage;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open graph root in this process, shared by every handle on it: storage, open tables, heads,
 * and, if it writes, the lease and the lanes. Thread-safe.
 */
final class GraphEngine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(GraphEngine.class);

  private final EngineSettings settings;
  private final ManifestStore manifests;
  private final SchemaStore schemas;
  private final Snapshots snapshots;
  private final TableHandles handles;
  private final PastSnapshots past;
  private final CommitLog log;
  private final ListenerHub listeners = new ListenerHub();
  private final ExecutorService executor;
  private final QueryEngine queries;
  private @Nullable WriterLease lease;
  private @Nullable GraphHeads heads;
  private @Nullable WriteEngine writing;
  private @Nullable AutomaticUpkeep upkeep;
  private @Nullable AutomaticCleanup retention;

  /**
   * What the engine's reads need; the first handle on a root decides.
   *
   * @param cacheBytes budget of the derived caches; 0 to share the process's cache
   */
  record Reading(long cacheBytes, @Nullable TextEmbedder embedder) {
    static Reading of(OpenOptions options) {
      return new Reading(options.cacheBytes(), options.embedder());
    }
  }

  private GraphEngine(EngineSettings settings, Reading reading) {
    this.settings = settings;
    this.manifests = new ManifestStore(settings.storage());
    this.schemas = new SchemaStore(settings.objects());
    this.snapshots = new Snapshots(schemas);
    this.past = new PastSnapshots(manifests, snapshots, branch -> heads().snapshot(branch));
    this.handles = new TableHandles(settings.storage(), EngineSettings.OPEN_TABLES);
    this.log = new CommitLog(manifests);
    this.queries =
        new QueryEngine(
            handles,
            settings.storage().allocator(),
            reading.cacheBytes() > 0
                ? new DerivedCache(reading.cacheBytes(), settings.nanoTime())
                : QueryEngine.sharedCache(),
            reading.embedder(),
            settings.nanoTime());
    AtomicInteger number = new AtomicInteger();
    this.executor =
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task, "og-lane-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Creates a graph and opens it for writing. Closes the settings' storage if it fails.
   *
   * @param wait wait for another owner of the root to give up the lease
   */
  static GraphEngine init(
      EngineSettings settings,
      Reading reading,
      String graphName,
      String source,
      boolean force,
      boolean wait) {
    GraphEngine engine = new GraphEngine(settings, reading);
    try {
      GraphInitializer initializer =
          new GraphInitializer(settings, engine.manifests, engine.schemas);
      Catalog catalog = initializer.check(source, force);
      // Whoever holds the lease is the only one who creates here, so what lies there without a
      // manifest is an abandoned attempt.
      WriterLease lease = engine.takeLeaseToCreate(wait);
      initializer.claim(source, force);
      initializer.create(catalog, lease.epoch());
      lease.keep(settings.leaseTiming());
      engine.startWriting(graphName, lease);
      return engine;
    } catch (RuntimeException | Error e) {
      engine.closeAfter(e);
      throw e;
    }
  }

  /**
   * Opens a graph for writing: format gate, lease, recovery, schema check, in this order.
   *
   * @param wait wait for another owner to give up the lease
   */
  static GraphEngine openReadWrite(
      EngineSettings settings, Reading reading, String graphName, boolean wait) {
    GraphEngine engine = new GraphEngine(settings, reading);
    try {
      // A torn manifest can hide the graph or look like one of another format. The library puts
      // complete files into place, so a torn one is nobody's work in progress.
      settings.storage().deleteTornHead(ManifestStore.address(BranchName.MAIN), 0);
      long epoch = engine.publishedEpoch();
      WriterLease lease = engine.takeLease(epoch, wait);
      long published = engine.publishedEpoch();
      if (published >= lease.epoch()) {
        // Somebody removed the lease file, and the head was published meanwhile.
        lease.close();
        lease = engine.takeLease(published, wait);
      }
      engine.startWriting(graphName, lease);
      List<BranchName> all = Branches.list(engine.manifests);
      engine.schemas.checkContract(all.size() == 1, true);
      return engine;
    } catch (NotFoundException e) {
      engine.closeAfter(e);
      throw named(e, settings);
    } catch (RuntimeException | Error e) {
      engine.closeAfter(e);
      throw e;
    }
  }

  /** Opens a graph for reading. Writes nothing, needs no lease. */
  static GraphEngine openReadOnly(EngineSettings settings, Reading reading) {
    GraphEngine engine = new GraphEngine(settings, reading);
    try {
      engine.heads =
          new ProbedHeads(
              settings.storage(),
              engine.manifests,
              engine.snapshots,
              engine.log,
              settings.nanoTime());
      engine.heads().snapshot(BranchName.MAIN);
      engine.schemas.checkContractToRead(
          () -> engine.heads().snapshot(BranchName.MAIN).catalog(),
          Branches.list(engine.manifests).size() == 1);
      return engine;
    } catch (NotFoundException e) {
      engine.closeAfter(e);
      throw named(e, settings);
    } catch (RuntimeException | Error e) {
      engine.closeAfter(e);
      throw e;
    }
  }

  /** The manifest does not know where it lies; a message must say it. */
  private static NotFoundException named(NotFoundException e, EngineSettings settings) {
    if (!e.code().equals("graph_not_found")) {
      return e;
    }
    String root = settings.root().toString();
    return new NotFoundException(
        e.code(), "there is no graph at '" + root + "'", Map.of("uri", root), e);
  }

  private long publishedEpoch() {
    try (ManifestState state = manifests.openHead(BranchName.MAIN)) {
      return state.head().epoch();
    }
  }

  private WriterLease takeLease(long epochAbove, boolean wait) {
    return takeLease(epochAbove, wait, settings.leaseTiming());
  }

  private WriterLease takeLease(long epochAbove, boolean wait, WriterLeases.Timing timing) {
    WriterLease taken =
        new WriterLeases(
                settings.root(),
                settings.objects(),
                settings.ids(),
                settings.clock(),
                settings.nanoTime(),
                timing,
                settings.faults())
            .acquire(epochAbove, wait);
    lease = taken;
    return taken;
  }

  /** Somebody who holds the lease of a root without a graph is creating one. */
  private WriterLease takeLeaseToCreate(boolean wait) {
    try {
      return takeLease(0, wait, settings.leaseTiming().creating());
    } catch (ConflictException e) {
      if (!e.code().equals("writer_lease_held")) {
        throw e;
      }
      throw new ConflictException(
          "already_initialized",
          "graph already initialized at '"
              + settings.root()
              + "', or about to be: "
              + e.getMessage(),
          Map.of("uri", settings.root().toString()),
          e);
    }
  }

  private void startWriting(String graphName, WriterLease held) {
    LaneContext context =
        new LaneContext(
            graphName,
            settings.storage(),
            settings.objects(),
            manifests,
            snapshots,
            handles,
            log,
            settings.ids(),
            settings.clock(),
            settings.nanoTime(),
            settings.retry(),
            settings.faults(),
            held,
            new CacheFollower(queries, branch -> heads().snapshot(branch), past::at, listeners),
            executor,
            settings.groupLimit());
    WriteEngine started = WriteEngine.start(context, schemas);
    writing = started;
    heads = new OwnedHeads(started.lanes());
    heads().snapshot(BranchName.MAIN);
    AutomaticUpkeep automatic =
        new AutomaticUpkeep(
            new Upkeep(started.lanes(), settings.storage()), AutomaticUpkeep.Timing.STANDARD);
    listeners.add(graphName, automatic);
    automatic.start();
    upkeep = automatic;
    AutomaticCleanup retaining = new AutomaticCleanup(started.cleanup(), settings.retention());
    retaining.start();
    retention = retaining;
  }

  // ---- parts

  EngineSettings settings() {
    return settings;
  }

  ListenerHub listeners() {
    return listeners;
  }

  QueryEngine queries() {
    return queries;
  }

  TableHandles handles() {
    return handles;
  }

  ManifestStore manifests() {
    return manifests;
  }

  SchemaStore schemas() {
    return schemas;
  }

  CommitLog log() {
    return log;
  }

  GraphHeads heads() {
    GraphHeads known = heads;
    if (known == null) {
      throw new IllegalStateException("not open");
    }
    return known;
  }

  /** What branches showed earlier. */
  PastSnapshots past() {
    return past;
  }

  /** The lanes of a read-write engine. */
  Lanes lanes() {
    return requireWriting(writing).lanes();
  }

  /** What removes the past of a read-write engine without being asked. */
  AutomaticCleanup retention() {
    return requireWriting(retention);
  }

  /** Branch control of a read-write engine. */
  Branches branches() {
    return requireWriting(writing).branches();
  }

  /** Removal of the past, of a read-write engine. */
  Cleanup cleanup() {
    return requireWriting(writing).cleanup();
  }

  /** Schema changes of a read-write engine. */
  SchemaEvolution evolution() {
    return requireWriting(writing).evolution();
  }

  /** What a read-write engine does on its own. */
  AutomaticUpkeep upkeep() {
    return requireWriting(upkeep);
  }

  private static <P> P requireWriting(@Nullable P part) {
    if (part == null) {
      throw readOnly();
    }
    return part;
  }

  static BadRequestException readOnly() {
    return new BadRequestException(
        "opened_read_only", "the graph was opened read-only; open it read-write to change it");
  }

  @Override
  public void close() {
    GraphHeads known = heads;
    try (AutomaticUpkeep first = upkeep;
        AutomaticCleanup second = retention) {
      LOG.debug("closing {}", settings.root());
    } finally {
      try {
        if (known != null) {
          known.close();
        }
      } finally {
        closeRest();
      }
    }
  }

  private void closeRest() {
    // In this order: nobody writes any more, then nothing is open, then others may write.
    executor.shutdown();
    queries.close();
    try (ObjectStore objects = settings.objects();
        TableStorage storage = settings.storage();
        WriterLease held = lease;
        TableHandles open = handles) {
      LOG.debug("closing {}", settings.root());
    }
  }

  private void closeAfter(Throwable failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
