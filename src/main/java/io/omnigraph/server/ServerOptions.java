package io.omnigraph.server;

import io.omnigraph.OpenOptions;
import io.omnigraph.model.AccessGuard;
import io.omnigraph.read.QueryLimits;
import io.omnigraph.server.auth.BearerTokens;
import io.omnigraph.server.http.HttpLimits;
import java.time.Duration;
import java.util.function.Consumer;
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

  public ServerOptions withAddress(String host, int port) {
    return with(
        b -> {
          b.host = host;
          b.port = port;
        });
  }

  public ServerOptions withGuard(AccessGuard guard) {
    return with(b -> b.guard = guard);
  }

  public ServerOptions withRequireAllGraphs(boolean all) {
    return with(b -> b.requireAllGraphs = all);
  }

  public ServerOptions withAdmission(int count, long bytes) {
    return with(
        b -> {
          b.actorCount = count;
          b.actorBytes = bytes;
        });
  }

  public ServerOptions withTimes(Duration cursorIdle, Duration drain) {
    return with(
        b -> {
          b.cursorIdle = cursorIdle;
          b.drain = drain;
        });
  }

  public ServerOptions withSourceVersion(@Nullable String version) {
    return with(b -> b.sourceVersion = version);
  }

  public ServerOptions withOpen(OpenOptions open) {
    return with(b -> b.open = open);
  }

  public ServerOptions withQueryLimits(QueryLimits limits) {
    return with(b -> b.queryLimits = limits);
  }

  private ServerOptions with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  /** The components of a copy, so that changing one names no other. */
  private static final class Builder {
    private String cluster;
    private String host;
    private int port;
    private BearerTokens tokens;
    private boolean unauthenticated;
    private @Nullable AccessGuard guard;
    private boolean requireAllGraphs;
    private int actorCount;
    private long actorBytes;
    private HttpLimits limits;
    private Duration cursorIdle;
    private Duration drain;
    private @Nullable String sourceVersion;
    private OpenOptions open;
    private QueryLimits queryLimits;

    Builder(ServerOptions from) {
      this.cluster = from.cluster;
      this.host = from.host;
      this.port = from.port;
      this.tokens = from.tokens;
      this.unauthenticated = from.unauthenticated;
      this.guard = from.guard;
      this.requireAllGraphs = from.requireAllGraphs;
      this.actorCount = from.actorCount;
      this.actorBytes = from.actorBytes;
      this.limits = from.limits;
      this.cursorIdle = from.cursorIdle;
      this.drain = from.drain;
      this.sourceVersion = from.sourceVersion;
      this.open = from.open;
      this.queryLimits = from.queryLimits;
    }

    ServerOptions build() {
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
          queryLimits);
    }
  }
}
