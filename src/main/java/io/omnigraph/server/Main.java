package io.omnigraph.server;

import io.omnigraph.OpenOptions;
import io.omnigraph.embedding.Embedders;
import io.omnigraph.model.GraphException;
import io.omnigraph.read.QueryLimits;
import io.omnigraph.server.auth.StartupException;
import io.omnigraph.server.auth.TokenSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program {@code omnigraph-server}. */
public final class Main {

  private static final Logger LOG = LoggerFactory.getLogger(Main.class);
  private static final int FAILURE = 1;
  private static final int USAGE = 2;

  static final String USAGE_TEXT =
      """
      usage: omnigraph-server --cluster DIR|URI [--bind HOST:PORT] [--unauthenticated] [--require-all-graphs]
                              [--wait]

        --cluster DIR|URI       the cluster to serve: its directory or storage root
        --bind HOST:PORT        where to listen (default 127.0.0.1:8080; port 0 picks a free one);
                                prints OMNIGRAPH_LISTEN_ADDR=ip:port once it listens
        --unauthenticated       serve everybody without tokens (OMNIGRAPH_UNAUTHENTICATED=1)
        --require-all-graphs    do not start unless every graph can be served
                                (OMNIGRAPH_REQUIRE_ALL_GRAPHS=1)
        --wait                  wait for graphs that another process is writing to, instead of
                                serving without them until they are free (OMNIGRAPH_WAIT=1)
        --check-bind            only tell whether the address is free; needs no cluster
      """;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(arguments, System.getenv()));
  }

  private static int run(String[] arguments, Map<String, String> environment) {
    Arguments parsed;
    try {
      parsed = Arguments.parse(arguments, environment);
    } catch (IllegalArgumentException e) {
      System.err.println("omnigraph-server: " + e.getMessage());
      System.err.print(USAGE_TEXT);
      return USAGE;
    }
    if (parsed.help()) {
      System.out.print(USAGE_TEXT);
      return 0;
    }
    if (parsed.checkBind()) {
      return checkBind(parsed);
    }
    try {
      serve(parsed, environment);
      return 0;
    } catch (StartupException | GraphException e) {
      LOG.debug("startup failed", e);
      System.err.println("omnigraph-server: " + e.getMessage());
      return FAILURE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILURE;
    }
  }

  /** Lets a script find out that an address is taken before it prepares anything. */
  private static int checkBind(Arguments arguments) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(arguments.host(), arguments.port()));
      return 0;
    } catch (IOException | IllegalArgumentException e) {
      System.err.println(
          "omnigraph-server: cannot listen on "
              + arguments.host()
              + ":"
              + arguments.port()
              + ": "
              + e.getMessage()
              + "; choose another address with --bind");
      return FAILURE;
    }
  }

  private static void serve(Arguments arguments, Map<String, String> environment)
      throws InterruptedException {
    OmniGraphServer server = OmniGraphServer.start(options(arguments, environment));
    var stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  LOG.info("stopping: open requests and writes may finish");
                  server.close();
                  stopped.countDown();
                },
                "og-shutdown"));
    System.out.println("OMNIGRAPH_LISTEN_ADDR=" + server.host() + ":" + server.port());
    System.out.flush();
    stopped.await();
  }

  private static ServerOptions options(Arguments arguments, Map<String, String> environment) {
    String cluster = arguments.cluster();
    if (cluster == null) {
      throw new StartupException(
          "no --cluster given: the server boots from a cluster; pass --cluster DIR or a storage"
              + " root (create one with `omnigraph cluster import` and `omnigraph cluster apply`)");
    }
    return ServerOptions.of(cluster, TokenSource.load(environment), arguments.unauthenticated())
        .withOpen(
            OpenOptions.readWrite()
                .withEmbedder(Embedders.fromEnvironment(environment))
                .withWaitForLease(arguments.waitForGraphs()))
        .withAddress(arguments.host(), arguments.port())
        .withRequireAllGraphs(arguments.requireAllGraphs())
        .withAdmission(
            (int)
                number(
                    environment,
                    "OMNIGRAPH_PER_ACTOR_INFLIGHT_MAX",
                    ServerOptions.DEFAULT_ACTOR_COUNT,
                    Integer.MAX_VALUE),
            number(
                environment,
                "OMNIGRAPH_PER_ACTOR_BYTES_MAX",
                ServerOptions.DEFAULT_ACTOR_BYTES,
                Long.MAX_VALUE))
        .withTimes(
            Duration.ofMinutes(5),
            Duration.ofSeconds(number(environment, "OMNIGRAPH_DRAIN_SECONDS", 30, 3_600)))
        .withQueryLimits(queryLimits(environment))
        .withSourceVersion(environment.get("OMNIGRAPH_SOURCE_VERSION"));
  }

  private static QueryLimits queryLimits(Map<String, String> environment) {
    QueryLimits usual = QueryLimits.DEFAULT;
    return new QueryLimits(
        number(environment, "OMNIGRAPH_QUERY_MEMORY_BYTES", usual.memoryBytes(), Long.MAX_VALUE),
        usual.resultBytes(),
        number(environment, "OMNIGRAPH_QUERY_MAX_ROWS", usual.rows(), Long.MAX_VALUE),
        Duration.ofMillis(
            number(
                environment,
                "OMNIGRAPH_QUERY_TIMEOUT_MS",
                usual.time().toMillis(),
                Long.MAX_VALUE / 1_000_000)));
  }

  private static long number(Map<String, String> environment, String name, long absent, long max) {
    String text = environment.get(name);
    if (text == null || text.isBlank()) {
      return absent;
    }
    try {
      long value = Long.parseLong(text.strip());
      if (value > 0 && value <= max) {
        return value;
      }
    } catch (NumberFormatException e) {
      // The warning below covers it.
    }
    LOG.warn("{}='{}' is not a number from 1 to {}; using {}", name, text, max, absent);
    return absent;
  }

  /** What the command line and the environment ask for. */
  record Arguments(
      @Nullable String cluster,
      String host,
      int port,
      boolean unauthenticated,
      boolean requireAllGraphs,
      boolean waitForGraphs,
      boolean checkBind,
      boolean help) {

    private static final int MAX_PORT = 65_535;

    /**
     * @throws IllegalArgumentException if an argument is unknown or malformed
     */
    static Arguments parse(String[] arguments, Map<String, String> environment) {
      String cluster = environment.get("OMNIGRAPH_CLUSTER");
      String bind = environment.getOrDefault("OMNIGRAPH_BIND", "127.0.0.1:8080");
      boolean unauthenticated = flag(environment, "OMNIGRAPH_UNAUTHENTICATED");
      boolean all = flag(environment, "OMNIGRAPH_REQUIRE_ALL_GRAPHS");
      boolean wait = flag(environment, "OMNIGRAPH_WAIT");
      boolean checkBind = false;
      boolean help = false;
      for (int i = 0; i < arguments.length; i++) {
        String name = arguments[i];
        int equals = name.indexOf('=');
        String inline = equals < 0 ? null : name.substring(equals + 1);
        switch (equals < 0 ? name : name.substring(0, equals)) {
          case "--cluster" -> cluster = inline != null ? inline : value(arguments, ++i, name);
          case "--bind" -> bind = inline != null ? inline : value(arguments, ++i, name);
          case "--unauthenticated" -> unauthenticated = true;
          case "--require-all-graphs" -> all = true;
          case "--wait" -> wait = true;
          case "--check-bind" -> checkBind = true;
          case "--help", "-h" -> help = true;
          default -> throw new IllegalArgumentException("unknown argument '" + name + "'");
        }
      }
      int colon = bind.lastIndexOf(':');
      if (colon <= 0) {
        throw new IllegalArgumentException("--bind: expected HOST:PORT, got '" + bind + "'");
      }
      String host = bind.substring(0, colon).replace("[", "").replace("]", "");
      return new Arguments(
          cluster,
          host,
          port(bind.substring(colon + 1)),
          unauthenticated,
          all,
          wait,
          checkBind,
          help);
    }

    private static String value(String[] arguments, int index, String name) {
      if (index >= arguments.length) {
        throw new IllegalArgumentException(name + " needs a value");
      }
      return arguments[index];
    }

    private static int port(String text) {
      try {
        int port = Integer.parseInt(text);
        if (port >= 0 && port <= MAX_PORT) {
          return port;
        }
      } catch (NumberFormatException e) {
        // The message below says what is expected.
      }
      throw new IllegalArgumentException(
          "--bind: expected a port from 0 to " + MAX_PORT + ", got '" + text + "'");
    }

    /** True when set, not blank and neither 0 nor false. */
    private static boolean flag(Map<String, String> environment, String name) {
      String value = environment.getOrDefault(name, "").strip().toLowerCase(Locale.ROOT);
      return !(value.isEmpty() || value.equals("0") || value.equals("false"));
    }
  }
}
