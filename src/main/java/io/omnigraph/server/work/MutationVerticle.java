package io.omnigraph.server.work;

import io.omnigraph.WriteOptions;
import io.omnigraph.api.BranchCreateRequest;
import io.omnigraph.api.ChangeRequest;
import io.omnigraph.api.GraphApi;
import io.omnigraph.api.HttpException;
import io.omnigraph.api.IngestRequest;
import io.omnigraph.api.InvokeStoredQueryRequest;
import io.omnigraph.api.Json;
import io.omnigraph.api.JsonFields;
import io.omnigraph.model.Access;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.server.bus.Addresses;
import io.omnigraph.server.bus.Answer;
import io.omnigraph.server.bus.MutinyVerticle;
import io.omnigraph.server.bus.Requests;
import io.omnigraph.server.bus.WriteMessage;
import io.omnigraph.server.graphs.GraphRegistry;
import io.omnigraph.server.graphs.ServedGraph;
import io.omnigraph.server.graphs.StoredQueries.StoredQuery;
import io.omnigraph.write.LoadMode;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs everything that changes a graph. Several writes of one graph run at once here; the kernel
 * orders them. A write that has begun runs to its end, also when the caller is gone or the server
 * is stopping.
 */
public final class MutationVerticle extends MutinyVerticle {

  public static final String POOL = "og-write";

  private static final Logger LOG = LoggerFactory.getLogger(MutationVerticle.class);

  private final GraphRegistry registry;
  private final InFlight inFlight;
  private final int threads;
  private GraphWorkers workers;

  /**
   * @param threads most threads that write to one graph
   */
  @SuppressWarnings("NullAway.Init")
  public MutationVerticle(GraphRegistry registry, InFlight inFlight, int threads) {
    this.registry = registry;
    this.inFlight = inFlight;
    this.threads = threads;
  }

  @Override
  protected Uni<Void> onStop() {
    workers.close();
    return Uni.createFrom().voidItem();
  }

  @Override
  protected Uni<Void> onStart() {
    workers = new GraphWorkers(vertx, POOL, threads);
    vertx
        .eventBus()
        .<WriteMessage>localConsumer(
            Addresses.MUTATION,
            message -> {
              InFlight.Permit permit = inFlight.begin();
              Requests.answer(message, attempt(message.body()).onComplete(done -> permit.close()));
            });
    return Uni.createFrom().voidItem();
  }

  private Future<Answer> attempt(WriteMessage message) {
    return registry.find(message.graph()).isPresent()
        ? workers.of(message.graph()).executeBlocking(() -> run(message), false)
        : context.executeBlocking(() -> run(message), false);
  }

  private Answer run(WriteMessage message) {
    LOG.debug("operation {} begins on '{}'", message.operationId(), message.graph());
    ServedGraph graph = registry.require(message.graph());
    ActorId actor = message.actor();
    return switch (message.operation()) {
      case WriteMessage.Mutate mutate -> mutate(graph, message.options(), mutate.request());
      case WriteMessage.InvokeMutation invoke ->
          invoke(graph, message.options(), invoke.name(), invoke.request());
      case WriteMessage.LoadBody load -> load(graph, message.options(), load.json());
      case WriteMessage.LoadFile load -> load(graph, message.options(), load);
      case WriteMessage.LoadTable load -> load(graph, message.options(), load);
      case WriteMessage.CreateBranch create -> createBranch(graph, actor, create.request());
      case WriteMessage.DeleteBranch delete -> {
        BranchName name = BranchName.of(delete.branch());
        check(graph, Access.Action.BRANCH_DELETE, actor, null, name);
        yield body(graph.api().deleteBranch(delete.branch(), actor));
      }
    };
  }

  private static Answer mutate(ServedGraph graph, WriteOptions write, ChangeRequest request) {
    check(graph, Access.Action.CHANGE, write.actor(), GraphApi.branchOf(request.branch()), null);
    return body(graph.api().mutate(request, write));
  }

  private static Answer invoke(
      ServedGraph graph, WriteOptions write, String name, InvokeStoredQueryRequest request) {
    StoredQuery query = QueryVerticle.requireInvocable(graph, write.actor(), name);
    if (Boolean.FALSE.equals(request.expectMutation())) {
      throw HttpException.badRequest(
          "query_is_mutation", "'" + name + "' is a mutation — use omnigraph mutate " + name);
    }
    if (request.snapshot() != null) {
      throw new BadRequestException(
          "mutation_of_snapshot",
          "'" + name + "' is a mutation and cannot run on a snapshot; name a branch instead");
    }
    return mutate(
        graph, write, new ChangeRequest(query.source(), name, request.params(), request.branch()));
  }

  private static Answer load(ServedGraph graph, WriteOptions write, byte[] json) {
    IngestRequest request = IngestRequest.parse(JsonFields.parse(json));
    LoadMode mode = IngestRequest.modeOf(request.mode());
    byte[] records = request.data().getBytes(StandardCharsets.UTF_8);
    mayLoad(graph, write.actor(), request.branch(), request.from());
    return body(
        graph
            .api()
            .load(
                new ByteArrayInputStream(records), mode, request.branch(), request.from(), write));
  }

  private static Answer load(ServedGraph graph, WriteOptions write, WriteMessage.LoadFile load) {
    try (var records = new SpoolStream(load.records())) {
      mayLoad(graph, write.actor(), load.branch(), load.from());
      return body(
          graph.api().load(records.stream(), load.mode(), load.branch(), load.from(), write));
    }
  }

  private static Answer load(ServedGraph graph, WriteOptions write, WriteMessage.LoadTable load) {
    try (var file = new SpoolStream(load.file().file())) {
      mayLoad(graph, write.actor(), load.branch(), load.from());
      return body(graph.api().load(load.file(), load.mode(), load.branch(), load.from(), write));
    }
  }

  private static void mayLoad(
      ServedGraph graph, @Nullable ActorId actor, @Nullable String branch, @Nullable String from) {
    BranchName target = GraphApi.branchOf(branch);
    check(graph, Access.Action.CHANGE, actor, target, null);
    if (from != null && !graph.api().graph().branches().contains(target)) {
      check(graph, Access.Action.BRANCH_CREATE, actor, GraphApi.branchOf(from), target);
    }
  }

  private static Answer createBranch(
      ServedGraph graph, @Nullable ActorId actor, BranchCreateRequest request) {
    check(
        graph,
        Access.Action.BRANCH_CREATE,
        actor,
        GraphApi.branchOf(request.from()),
        BranchName.of(request.name()));
    return body(graph.api().createBranch(request, actor));
  }

  private static void check(
      ServedGraph graph,
      Access.Action action,
      @Nullable ActorId actor,
      @Nullable BranchName branch,
      @Nullable BranchName targetBranch) {
    graph.authorizer().check(new Access(action, actor, branch, targetBranch));
  }

  private static Answer body(Object output) {
    return new Answer.Body(Json.bytes(output));
  }

  /** A spooled body that goes away with its reader. */
  private record SpoolStream(Path file, InputStream stream) implements AutoCloseable {

    SpoolStream(Path file) {
      this(file, open(file));
    }

    private static InputStream open(Path file) {
      try {
        return Files.newInputStream(file);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the spooled body " + file, e);
      }
    }

    @Override
    public void close() {
      try {
        stream.close();
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.warn("cannot remove the spooled body {}", file, e);
      }
    }
  }
}
