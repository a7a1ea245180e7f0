package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import io.omnigraph.cli.CliRun;
import io.omnigraph.model.BranchName;
import io.omnigraph.server.OmniGraphServer;
import io.omnigraph.server.ServerOptions;
import io.omnigraph.server.auth.BearerTokens;
import io.omnigraph.write.LoadMode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * What small requests cost over HTTP, on one connection that is kept open. The baseline is a server
 * of the same library that answers every request with the same bytes.
 */
public final class HttpBenchmark implements MacroBenchmark {

  /** What is asked. */
  public enum Shape {
    LOOKUP(
        "http-point-lookup",
        "Reads one property of a node found by its key",
        "query find($name: String) { match { $p: Person { name: $name } } return { $p.age } }",
        5_000),
    TWO_HOPS(
        "http-two-hop-count",
        "Counts the paths of two steps from a random node",
        "query reach($name: String) { match { $p: Person { name: $name }  $p $e: knows $q"
            + "  $q $f: knows $r } return { count($r) as paths } }",
        5_000),
    INSERT(
        "http-one-row-mutation",
        "Inserts one node, durable before the answer",
        "query add($name: String) { insert Person { name: $name, age: 1 } }",
        100);

    private final String name;
    private final String what;
    private final String query;
    private final int calls;

    Shape(String name, String what, String query, int calls) {
      this.name = name;
      this.what = what;
      this.query = query;
      this.calls = calls;
    }
  }

  private final Shape shape;

  public HttpBenchmark(Shape shape) {
    this.shape = shape;
  }

  @Override
  public String name() {
    return shape.name;
  }

  @Override
  public String description(BenchmarkSetting setting) {
    SocialGraph content = SocialGraph.of(setting);
    return ("%s, over HTTP on one open connection, in a graph of %,d nodes and %,d edges. The"
            + " baseline is a bare handler of the same HTTP library with a constant answer of the"
            + " same size.")
        .formatted(shape.what, content.people(), content.friendships());
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    SocialGraph content = SocialGraph.of(setting);
    Path cluster = cluster(setting.folder(), content);
    var random = new SplittableRandom(7);
    var number = new AtomicInteger();
    Supplier<String> name =
        shape == Shape.INSERT
            ? () -> "new-" + number.getAndIncrement()
            : () -> content.name(random.nextInt(content.people()));
    int calls = setting.scaled(shape.calls);
    int warmUps = Math.max(20, calls);
    String path = "/graphs/bench/" + (shape == Shape.INSERT ? "mutate" : "query");
    ServerOptions options =
        ServerOptions.of(cluster.toString(), BearerTokens.of(Map.of()), true)
            .withOpen(OpenOptions.readWrite());
    Timing product;
    byte[] answer;
    try (OmniGraphServer server = OmniGraphServer.start(options);
        var client = new KeptConnection(server.port())) {
      answer = client.post(path, body(name.get()));
      product =
          Timing.measure(
              Timing.PRODUCT, 1, warmUps, calls, () -> client.post(path, body(name.get())));
    }
    return List.of(product, constant(answer, path, name, warmUps, calls));
  }

  private String body(String name) {
    return "{\"query\":\"" + shape.query + "\",\"params\":{\"name\":\"" + name + "\"}}";
  }

  private Timing constant(byte[] answer, String path, Supplier<String> name, int warmUps, int calls)
      throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      int port =
          vertx
              .createHttpServer()
              .requestHandler(
                  request ->
                      request
                          .body()
                          .onSuccess(
                              body ->
                                  request
                                      .response()
                                      .putHeader("Content-Type", "application/json")
                                      .end(Buffer.buffer(answer))))
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get()
              .actualPort();
      try (var client = new KeptConnection(port)) {
        return Timing.measure(
            "bare Vert.x, constant answer",
            1,
            warmUps,
            Math.max(calls, 200),
            () -> client.post(path, body(name.get())));
      }
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get();
    }
  }

  private static Path cluster(Path folder, SocialGraph content) throws Exception {
    Files.writeString(folder.resolve("social.pg"), SocialGraph.SCHEMA, StandardCharsets.UTF_8);
    Files.writeString(
        folder.resolve("cluster.yaml"), "version: 1\ngraphs:\n  bench: { schema: social.pg }\n");
    CliRun.ok(folder, "cluster", "import", "--config", ".");
    CliRun.ok(folder, "cluster", "apply", "--config", ".");
    String root = folder.resolve("graphs/bench.omni").toString();
    try (OmniGraph graph = OmniGraph.open(root, OpenOptions.readWrite());
        var records = content.records()) {
      graph.load(records, LoadMode.APPEND, BranchName.MAIN, null, WriteOptions.ANONYMOUS);
    }
    return folder;
  }
}
