package io.omnigraph.server;

import io.omnigraph.OpenOptions;
import io.omnigraph.model.AccessGuard;
import io.omnigraph.read.QueryLimits;
import io.omnigraph.server.auth.BearerTokens;
import io.omnigraph.server.http.HttpLimits;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to run a server.
 *
 * @param cluster directory or root URI of the cluster to serve
 * @param host address to listen on
 * @param port port to listen on; 0 for any free one
 * @param tokens who may authenticate; empty for nobody
 * @param unauthenticated run without tokens on purpose
 * @param guard decides instead of the mode that tokens and flags lead to; null for that mode
 * @param requireAllGraphs refuse to start if any graph cannot be served
 * @param actorCount writes one actor may have under way
 * @param actorBytes estimated bytes of these
 * @param limits body sizes
 * @param cursorIdle how long a client may leave a result unread
 * @param drain how long open requests and writes may take when the server stops
 * @param sourceVersion shown by the health route; null to leave it out
 * @param open how graphs are opened
 * @param queryLimits what a read query may use at most
 */
public record ServerOptions(
    String cluster,
    String host,
    int port,
    BearerTokens tokens,
    boolean unauthenticated,
    @Nullable AccessGuard guard,
    boolean requireAllGraphs,
    int actorCount,
    long actorBytes,
    HttpLimits limits,
    Duration cursorIdle,
    Duration drain,
    @Nullable String sourceVersion,
    OpenOptions open,
    QueryLimits queryLimits) {

  public static final int DEFAULT_ACTOR_COUNT = 16;
  public static final long DEFAULT_ACTOR_BYTES = 4L << 30;

  /** Defaults for a cluster, on any free port of the loopback interface. */
  public static ServerOptions of(String cluster, BearerTokens tokens, boolean unauthenticated) {
    return new ServerOptions(
        cluster,
        "127.0.0.1",
        0,
        tokens,
        unauthenticated,
        null,
        false,
        DEFAULT_ACTOR_COUNT,
        DEFAULT_ACTOR_BYTES,
        HttpLimits.DEFAULT,
        Duration.ofMinutes(5),
        Duration.ofSeconds(30),
        null,
        OpenOptions.readWrite(),
        QueryLimits.DEFAULT);
  }

  public ServerOptions withAddress(String newHost, int newPort) {
    return new ServerOptions(
        cluster,
        newHost,
        newPort,
        tokens,
        unauthenticated,
        guard,
        requireAllGraphs,
        actorCount,
        actorBytes,
        limits,
        cursorIdle,
        drain,
        sourceVersion,
        open,
        queryLimits);
  }

  public ServerOptions withGuard(AccessGuard newGuard) {
    return new ServerOptions(
        cluster,
        host,
        port,
        tokens,
        unauthenticated,
        newGuard,
        requireAllGraphs,
        actorCount,
        actorBytes,
        limits,
        cursorIdle,
        drain,
        sourceVersion,
        open,
        queryLimits);
  }

  public ServerOptions withRequireAllGraphs(boolean all) {
    return new ServerOptions(
        cluster,
        host,
        port,
        tokens,
        unauthenticated,
        guard,
        all,
        actorCount,
        actorBytes,
        limits,
        cursorIdle,
        drain,
        sourceVersion,
        open,
        queryLimits);
  }

  public ServerOptions withAdmission(int count, long bytes) {
    return new ServerOptions(
        cluster,
        host,
        port,
        tokens,
        unauthenticated,
        guard,
        requireAllGraphs,
        count,
        bytes,
        limits,
        cursorIdle,
        drain,
        sourceVersion,
        open,
        queryLimits);
  }

  public ServerOptions withTimes(Duration newCursorIdle, Duration newDrain) {
    return new ServerOptions(
        cluster,
        host,
        port,
        tokens,
        unauthenticated,
        guard,
        requireAllGraphs,
        actorCount,
        actorBytes,
        limits,
        newCursorIdle,
        newDrain,
        sourceVersion,
        open,
        queryLimits);
  }

  public ServerOptions withSourceVersion(@Nullable String version) {
    return new ServerOptions(
        cluster,
        host,
        port,
        tokens,
        unauthenticated,
        guard,
        requireAllGraphs,
        actorCount,
        actorBytes,
        limits,
        cursorIdle,
        drain,
        version,
        open,
        queryLimits);
  }

  public ServerOptions withOpen(OpenOptions newOpen) {
    return new ServerOptions(
        cluster,
        host,
        port,
        tokens,
        unauthenticated,
        guard,
        requireAllGraphs,
        actorCount,
        actorBytes,
        limits,
        cursorIdle,
        drain,
        sourceVersion,
        newOpen,
        queryLimits);
  }

  public ServerOptions withQueryLimits(QueryLimits newLimits) {
    return new ServerOptions(
        cluster,
        host,
        port,
        tokens,
        unauthenticated,
        guard,
        requireAllGraphs,
        actorCount,
        actorBytes,
        limits,
        cursorIdle,
        drain,
        sourceVersion,
        open,
        newLimits);
  }
}
