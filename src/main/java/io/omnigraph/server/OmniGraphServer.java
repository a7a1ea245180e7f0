package io.omnigraph.server;

import com.github.f4b6a3.ulid.UlidCreator;
import io.omnigraph.cluster.AppliedCluster;
import io.omnigraph.cluster.ClusterBootException;
import io.omnigraph.model.IdSource;
import io.omnigraph.model.IoText;
import io.omnigraph.server.auth.Admission;
import io.omnigraph.server.auth.GraphAuthorizer;
import io.omnigraph.server.auth.ServerMode;
import io.omnigraph.server.auth.StartupException;
import io.omnigraph.server.bus.BusCommitListener;
import io.omnigraph.server.bus.LocalCodec;
import io.omnigraph.server.graphs.GraphOpener;
import io.omnigraph.server.graphs.GraphRegistry;
import io.omnigraph.server.http.HttpVerticle;
import io.omnigraph.server.http.ReadPermits;
import io.omnigraph.server.work.AuditVerticle;
import io.omnigraph.server.work.Cursors;
import io.omnigraph.server.work.InFlight;
import io.omnigraph.server.work.MaintenanceVerticle;
import io.omnigraph.server.work.MutationVerticle;
import io.omnigraph.server.work.Projections;
import io.omnigraph.server.work.QueryVerticle;
import io.omnigraph.server.work.RecoveryVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running server. {@link #start} returns once it answers; {@link #close} stops taking requests,
 * lets open ones and every write end within a bounded time, and closes the graphs.
 */
public final class OmniGraphServer implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OmniGraphServer.class);
  private static final int WRITE_THREADS = 32; // for each graph
  private static final int MAX_OPEN_RESULTS = 256;
  private static final int MAX_WAITING_READS = 1_000;

  /** Reads that take long and have given their permits to others. */
  private static final int MAX_LONG_READS = 96;

  private final ServerOptions options;
  private final Vertx vertx;
  private final GraphRegistry registry = new GraphRegistry();
  private final Projections projections = new Projections();
  private final InFlight writes = new InFlight();
  private final Cursors cursors;
  private final Path spoolFolder;
  private @Nullable String httpDeployment;
  private final AtomicLong unsentBytes = new AtomicLong();
  private int port;
  private boolean closed;

  private OmniGraphServer(ServerOptions options, Vertx vertx, Path spoolFolder) {
    this.options = options;
    this.vertx = vertx;
    this.spoolFolder = spoolFolder;
    this.cursors = new Cursors(MAX_OPEN_RESULTS, Clock.systemUTC());
  }

  /**
   * Starts a server.
   *
   * @throws StartupException if it cannot start as configured
   */
  public static OmniGraphServer start(ServerOptions options) {
    GraphAuthorizer authorizer = authorizer(options);
    AppliedCluster cluster = read(options);
    Path spoolFolder = createSpoolFolder();
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setPreferNativeTransport(true)
                .setMaxWorkerExecuteTime(10)
                .setMaxWorkerExecuteTimeUnit(TimeUnit.MINUTES));
    IdSource ids = () -> UlidCreator.getMonotonicUlid().toString();
    var server = new OmniGraphServer(options, vertx, spoolFolder);
    try {
      server.deploy(cluster, authorizer, ids);
      return server;
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  private static GraphAuthorizer authorizer(ServerOptions options) {
    if (options.guard() != null) {
      return GraphAuthorizer.of(options.guard());
    }
    ServerMode mode = ServerMode.choose(options.tokens(), options.unauthenticated());
    switch (mode) {
      case OPEN ->
          LOG.warn(
              "the server is OPEN: no tokens are configured and every caller may read and change"
                  + " every graph");
      case DEFAULT_DENY ->
          LOG.info("no policy is configured: callers with a token may read, nothing else");
    }
    return mode;
  }

  private static AppliedCluster read(ServerOptions options) {
    try {
      Map<String, String> storage = options.open().storageOptions();
      return AppliedCluster.read(options.cluster(), storage.isEmpty() ? System.getenv() : storage);
    } catch (ClusterBootException e) {
      throw new StartupException(e.getMessage(), e);
    }
  }

  private static Path createSpoolFolder() {
    try {
      return Files.createTempDirectory("omnigraph-spool-");
    } catch (IOException e) {
      throw new StartupException(
          "cannot create a folder for large bodies in "
              + System.getProperty("java.io.tmpdir")
              + ": "
              + IoText.of(e),
          e);
    }
  }

  private void deploy(AppliedCluster cluster, GraphAuthorizer authorizer, IdSource ids) {
    LocalCodec.registerAll(vertx.eventBus());
    int processors = Runtime.getRuntime().availableProcessors();
    int readThreads = Math.max(4, 2 * processors);
    var opener =
        new GraphOpener(
            registry,
            authorizer,
            new BusCommitListener(vertx.eventBus()),
            options.open(),
            options.queryLimits());
    worker(
        new RecoveryVerticle(cluster.graphs(), opener, registry),
        RecoveryVerticle.POOL,
        RecoveryVerticle.PARALLEL_OPENS + 1);
    requireHealthyGraphs(cluster);
    // It only hands work to its pool, so that a message costs one thread change and not two.
    var queries =
        new QueryVerticle(registry, authorizer, cursors, spoolFolder, readThreads + MAX_LONG_READS);
    await(vertx.deployVerticle(queries));
    worker(new MutationVerticle(registry, writes, WRITE_THREADS), MutationVerticle.POOL, 1);
    worker(new MaintenanceVerticle(cursors, options.cursorIdle()), MaintenanceVerticle.POOL, 1);
    worker(new AuditVerticle(registry, projections), AuditVerticle.POOL, 1);
    var services =
        new HttpVerticle.Services(
            registry,
            queries,
            options.tokens(),
            authorizer,
            new Admission(options.actorCount(), options.actorBytes()),
            new ReadPermits(
                Math.max(2, readThreads - 1), MAX_LONG_READS, MAX_WAITING_READS, System::nanoTime),
            options.limits(),
            spoolFolder,
            ids,
            options.sourceVersion(),
            options.cursorIdle(),
            unsentBytes,
            Math.toIntExact(options.drain().toSeconds()));
    listen(services, processors);
  }

  private void worker(io.vertx.core.Deployable verticle, String pool, int threads) {
    await(
        vertx.deployVerticle(
            verticle,
            new DeploymentOptions()
                .setThreadingModel(ThreadingModel.WORKER)
                .setWorkerPoolName(pool)
                .setWorkerPoolSize(threads)));
  }

  private void listen(HttpVerticle.Services services, int instances) {
    // A negative port is one free port that all instances of a deployment share.
    int requested = options.port() == 0 ? -1 : options.port();
    List<HttpVerticle> deployed = new CopyOnWriteArrayList<>();
    try {
      httpDeployment =
          await(
              vertx.deployVerticle(
                  () -> {
                    var verticle = new HttpVerticle(services, options.host(), requested);
                    deployed.add(verticle);
                    return verticle;
                  },
                  new DeploymentOptions().setInstances(instances)));
      port = deployed.getFirst().actualPort();
    } catch (RuntimeException e) {
      throw new StartupException(
          "cannot listen on "
              + options.host()
              + ":"
              + options.port()
              + ": "
              + reason(e)
              + "; choose another address with --bind",
          e);
    }
    LOG.info("listening on http://{}:{}", options.host(), port);
  }

  private static String reason(Throwable problem) {
    Throwable root = problem;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  private void requireHealthyGraphs(AppliedCluster cluster) {
    List<GraphRegistry.Quarantine> broken = registry.quarantined();
    Stream<String> reasons =
        Stream.concat(
            cluster.quarantined().stream(),
            broken.stream().map(graph -> "graph '" + graph.graph() + "': " + graph.reason()));
    if (options.requireAllGraphs() && !(broken.isEmpty() && cluster.quarantined().isEmpty())) {
      throw new StartupException(
          "strict startup (--require-all-graphs): not every graph can be served:\n  "
              + String.join("\n  ", reasons.toList()));
    }
    if (registry.all().isEmpty()) {
      throw new StartupException(
          "the cluster at '"
              + options.cluster()
              + "' is not ready to serve:\n  [cluster_no_healthy_graphs] graphs: no graph of the"
              + " cluster can be served\n  "
              + String.join("\n  ", reasons.toList()));
    }
  }

  /** The address in use. */
  public String host() {
    return options.host();
  }

  /** The port in use. */
  public int port() {
    return port;
  }

  public GraphRegistry registry() {
    return registry;
  }

  /** What the audit verticle has projected. */
  public Projections projections() {
    return projections;
  }

  /** The event bus and its contexts, for subscribers inside the process. */
  public Vertx vertx() {
    return vertx;
  }

  /** How many results clients are reading. */
  public int openResults() {
    return cursors.size();
  }

  /** Bytes of results that wait inside the process for clients to read. */
  public long unsentBytes() {
    return unsentBytes.get();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      if (httpDeployment != null) {
        await(vertx.undeploy(httpDeployment).otherwiseEmpty());
      }
      boolean idle = writes.awaitIdle(options.drain());
      if (!idle) {
        LOG.warn("writes are still running after {}; recovery will settle them", options.drain());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cursors.closeAll();
    try {
      await(vertx.close());
    } catch (RuntimeException e) {
      LOG.warn("the event loops did not stop cleanly", e);
    }
    registry.closeAll();
    deleteSpoolFolder();
  }

  private void deleteSpoolFolder() {
    try (Stream<Path> files = Files.list(spoolFolder)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(spoolFolder);
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("cannot remove {}", spoolFolder, e);
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException runtime) {
        throw runtime;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting or stopping", e);
    }
  }
}
