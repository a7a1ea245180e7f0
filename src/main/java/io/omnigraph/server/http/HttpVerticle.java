package io.omnigraph.server.http;

import io.omnigraph.api.HttpException;
import io.omnigraph.model.Access;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.IdSource;
import io.omnigraph.model.PolicyDeniedException;
import io.omnigraph.server.auth.Admission;
import io.omnigraph.server.auth.BearerTokens;
import io.omnigraph.server.auth.GraphAuthorizer;
import io.omnigraph.server.bus.Addresses;
import io.omnigraph.server.bus.Bridge;
import io.omnigraph.server.bus.MutinyVerticle;
import io.omnigraph.server.graphs.GraphRegistry;
import io.omnigraph.server.work.QueryVerticle;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP side, one per event loop. Checks come in this order: bearer token, graph, whether the
 * caller could possibly do this, admission, media type and size, the body; then a worker decides
 * exactly and does it.
 */
public final class HttpVerticle extends MutinyVerticle {

  private static final Logger ACCESS = LoggerFactory.getLogger("io.omnigraph.server.access");
  private static final int MAX_URI_BYTES = 16 << 10;
  private static final int MAX_HEADER_BYTES = 32 << 10;

  private static final AtomicInteger INSTANCES = new AtomicInteger();

  private final Services services;
  private final String host;
  private final int port;
  private Responder responder;
  private List<Route> routes;
  private HttpServer server;

  /**
   * What the instances share.
   *
   * @param queries answers what only reads
   * @param tokens empty if nobody has to authenticate
   * @param spoolFolder where large bodies wait
   * @param patience how long a client may leave a piece of a result unread
   * @param unsentBytes counts bytes of results that were handed to connections and have not left
   * @param drainSeconds how long open requests may take when the server stops
   */
  public record Services(
      GraphRegistry registry,
      QueryVerticle queries,
      BearerTokens tokens,
      GraphAuthorizer serverAuthorizer,
      Admission admission,
      ReadPermits permits,
      HttpLimits limits,
      Path spoolFolder,
      IdSource ids,
      @Nullable String sourceVersion,
      Duration patience,
      AtomicLong unsentBytes,
      int drainSeconds) {}

  /**
   * @param port negative for one free port shared by all instances
   */
  @SuppressWarnings("NullAway.Init")
  public HttpVerticle(Services services, String host, int port) {
    this.services = services;
    this.host = host;
    this.port = port;
  }

  @Override
  protected Uni<Void> onStart() {
    responder =
        new Responder(vertx, services.permits(), services.patience(), services.unsentBytes());
    String queries = Addresses.queryOf("http-" + INSTANCES.getAndIncrement());
    services.queries().takeHere(vertx.eventBus(), queries);
    var handlers =
        new Handlers(
            vertx.eventBus(),
            queries,
            services.registry(),
            services.permits(),
            services.admission(),
            services.ids(),
            services.sourceVersion(),
            this::mayListGraphs);
    List<Route> documented = Routes.table(handlers);
    handlers.setOpenApi(OpenApi.document(documented, !services.tokens().isEmpty()));
    // The planned ones come first: `commits/stream` is no commit.
    routes = Stream.concat(PlannedRoutes.table().stream(), documented.stream()).toList();
    server =
        vertx.createHttpServer(
            new HttpServerOptions()
                .setMaxInitialLineLength(MAX_URI_BYTES)
                .setMaxHeaderSize(MAX_HEADER_BYTES)
                .setHost(host)
                .setPort(port));
    server.requestHandler(router());
    server.invalidRequestHandler(
        request -> {
          Throwable cause = request.decoderResult().cause();
          responder.refuse(
              request, 400, "malformed_request", "malformed HTTP request: " + cause.getMessage());
          request.connection().close();
        });
    vertx.setPeriodic(ReadPermits.LONG.toMillis() / 2, turn -> services.permits().passOn());
    return Bridge.uni(() -> server.listen()).replaceWithVoid();
  }

  @Override
  protected Uni<Void> onStop() {
    return Bridge.uni(() -> server.shutdown(services.drainSeconds(), TimeUnit.SECONDS));
  }

  /** The port in use. */
  public int actualPort() {
    return server.actualPort();
  }

  private Router router() {
    Router router = Router.router(vertx);
    // The router looks at one after the other, and most requests are queries.
    for (Route route : routes.stream().sorted(Comparator.comparing(r -> !r.isQuery())).toList()) {
      router.route(route.method(), route.routerPath()).handler(context -> serve(route, context));
      if (route.scope() == Route.Scope.OPEN && route.method() == HttpMethod.GET) {
        // Load balancers probe with it.
        router.head(route.routerPath()).handler(context -> serve(route, context));
      }
    }
    router.route().handler(this::unmatched);
    for (int status : List.of(400, 404, 405, 406, 413, 415, 500)) {
      router.errorHandler(status, context -> failed(status, context));
    }
    return router;
  }

  private void unmatched(RoutingContext context) {
    HttpServerRequest request = context.request();
    String allowed =
        routes.stream()
            .filter(route -> route.matches(request.path()))
            .map(route -> route.method().name())
            .distinct()
            .sorted()
            .collect(Collectors.joining(", "));
    responder.fail(
        request,
        allowed.isEmpty()
            ? HttpException.notFound(
                "route_not_found", "no route " + request.method() + " " + request.path())
            : HttpException.methodNotAllowed(request.method().name(), request.path(), allowed));
  }

  private void failed(int status, RoutingContext context) {
    Throwable problem = context.failure();
    if (status == 500 && problem != null) {
      responder.fail(context.request(), problem);
    } else {
      String reason =
          problem == null || problem.getMessage() == null
              ? "the path or the query of the request is not properly percent-encoded"
              : problem.getMessage();
      responder.refuse(context.request(), status, "malformed_request", reason);
    }
  }

  private void serve(Route route, RoutingContext context) {
    HttpServerRequest request = context.request();
    long begun = System.nanoTime();
    request.pause();
    if (route.successor() != null) {
      request
          .response()
          .putHeader("Deprecation", "true")
          .putHeader("Link", "<" + route.successor() + ">; rel=\"successor-version\"");
    }
    Admission.Ticket ticket = null;
    Exchange exchange;
    try {
      ActorId actor = authenticate(route, request);
      exchange = new Exchange(context, actor);
      checkPossible(route, exchange);
      if (route.admitted()) {
        ticket = services.admission().admit(actor, BodyReader.declaredLength(request));
      }
      exchange.readConditions(route.conditions(), route.admitted());
      if (request.query() != null) {
        exchange.warnUnknownQuery(
            route.query().stream()
                .map(Route.QueryParameter::name)
                .collect(Collectors.toUnmodifiableSet()));
      }
      checkBody(route, request);
    } catch (RuntimeException e) {
      if (ticket != null) {
        ticket.close();
      }
      request.resume();
      responder.fail(request, e);
      return;
    }
    Admission.Ticket held = ticket;
    Bridge.uni(() -> receive(route, exchange, held))
        .flatMap(received -> route.handler().apply(received))
        .onTermination()
        .invoke(
            () -> {
              if (held != null) {
                held.close();
              }
            })
        .subscribe()
        .with(
            answer -> {
              responder.succeed(exchange, answer);
              trace(request, exchange, begun);
            },
            problem -> {
              dropSpooled(exchange);
              responder.fail(request, problem);
              trace(request, exchange, begun);
            });
  }

  private boolean mayListGraphs(@Nullable String authorization) {
    if (services.tokens().isEmpty()) {
      return true;
    }
    try {
      ActorId actor = services.tokens().authenticate(authorization);
      services.serverAuthorizer().check(new Access(Access.Action.GRAPH_LIST, actor, null, null));
      return true;
    } catch (HttpException | PolicyDeniedException e) {
      return false;
    }
  }

  /** A worker deletes the file it was given; a request that failed before reached none. */
  private void dropSpooled(Exchange exchange) {
    Path file = exchange.spooledOrNull();
    if (file != null) {
      vertx
          .fileSystem()
          .exists(file.toString())
          .compose(
              there ->
                  there ? vertx.fileSystem().delete(file.toString()) : Future.succeededFuture())
          .onFailure(problem -> ACCESS.warn("cannot remove the spooled body {}", file, problem));
    }
  }

  private @Nullable ActorId authenticate(Route route, HttpServerRequest request) {
    return route.scope() == Route.Scope.OPEN || services.tokens().isEmpty()
        ? null
        : services.tokens().authenticate(request.getHeader("Authorization"));
  }

  private void checkPossible(Route route, Exchange exchange) {
    GraphAuthorizer authorizer =
        switch (route.scope()) {
          case OPEN -> null;
          case SERVER -> services.serverAuthorizer();
          case GRAPH -> services.registry().require(exchange.graph()).authorizer();
        };
    Access.Action action = route.action();
    if (authorizer == null || action == null) {
      return;
    }
    try {
      authorizer.checkPossible(action, exchange.actor());
    } catch (PolicyDeniedException e) {
      throw action == Access.Action.INVOKE_QUERY ? QueryVerticle.storedQueryNotFound() : e;
    }
  }

  private void checkBody(Route route, HttpServerRequest request) {
    switch (route.body()) {
      case NONE, OPTIONAL_JSON -> {
        // Any media type will do.
      }
      case JSON -> MediaTypes.require(request, "application/json");
      case LOAD_JSON -> {
        if (!MediaTypes.isTabular(request)) {
          MediaTypes.require(request, "application/json");
        }
      }
      case NDJSON -> MediaTypes.require(request, "application/x-ndjson");
    }
    BodyReader.checkDeclaredLength(request, limit(route, request));
  }

  private static boolean toFile(Route route, HttpServerRequest request) {
    return route.body() == Route.Body.NDJSON
        || route.body() == Route.Body.LOAD_JSON && MediaTypes.isTabular(request);
  }

  private long limit(Route route, HttpServerRequest request) {
    if (toFile(route, request)) {
      return services.limits().ndjson();
    }
    return switch (route.body()) {
      case NONE, JSON, OPTIONAL_JSON -> services.limits().body();
      case LOAD_JSON -> services.limits().load();
      case NDJSON -> services.limits().ndjson();
    };
  }

  private Future<Exchange> receive(
      Route route, Exchange exchange, Admission.@Nullable Ticket ticket) {
    HttpServerRequest request = exchange.context().request();
    // A declared length has been admitted already.
    LongConsumer admit =
        ticket == null || BodyReader.declaredLength(request) > 0 ? bytes -> {} : ticket::grow;
    if (toFile(route, request)) {
      return vertx
          .fileSystem()
          .createTempFile(services.spoolFolder().toString(), "load-", ".ndjson", "rw-------")
          .compose(file -> spool(request, Path.of(file), limit(route, request), admit))
          .map(
              file -> {
                exchange.setSpooled(file);
                return exchange;
              });
    }
    return BodyReader.read(request, limit(route, request), admit)
        .map(
            (Buffer body) -> {
              exchange.setBody(body);
              return exchange;
            });
  }

  private Future<Path> spool(HttpServerRequest request, Path file, long limit, LongConsumer admit) {
    return BodyReader.spool(vertx, request, file, limit, admit)
        .onFailure(problem -> vertx.fileSystem().delete(file.toString()));
  }

  private static void trace(HttpServerRequest request, Exchange exchange, long begun) {
    if (ACCESS.isDebugEnabled()) {
      ACCESS.debug(
          "{} {} {} {} {} ms",
          request.method(),
          request.path(),
          request.response().getStatusCode(),
          exchange.actor() == null ? "anonymous" : exchange.actor(),
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    }
  }
}
