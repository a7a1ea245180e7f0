package io.omnigraph.history;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.history.History.Account;
import io.omnigraph.history.History.Commit;
import io.omnigraph.history.History.Edge;
import io.omnigraph.history.History.Effect;
import io.omnigraph.history.History.Read;
import io.omnigraph.history.History.State;
import io.omnigraph.history.History.Write;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.publish.Receipt;
import io.omnigraph.write.MutationCounts;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random programs of several clients on several branches, against the checker. */
class ConcurrentHistoryTest {

  private static final String SCHEMA =
      """
      node Account {
        name: String @key
        value: I32
        tag: String? @unique
      }
      edge Owns: Account -> Account @card(0..2)
      """;

  private static final int CLIENTS = 5;
  private static final int STEPS = 16;

  @TempDir Path folder;

  private final Map<String, List<Write>> writes = new ConcurrentHashMap<>();
  private final Map<String, List<Read>> reads = new ConcurrentHashMap<>();

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 2L * Integer.getInteger("soak.factor", 1));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void concurrentProgramsLeaveAHistoryThatOneClientCouldHaveMade(long seed) throws Exception {
    System.err.println("ConcurrentHistoryTest seed " + seed);
    try (OmniGraph graph =
        OmniGraph.init(
            folder.resolve("g").toString(),
            SCHEMA,
            false,
            OpenOptions.readWrite().withDurability(OpenOptions.Durability.OS))) {
      write(graph, "setup", "main", new Effect.Put("a0", 0, null));
      write(graph, "setup", "main", new Effect.Put("a1", 0, null));
      graph.createBranch(BranchName.of("side"), BranchName.MAIN, WriteOptions.ANONYMOUS);
      List<Write> before = List.copyOf(writes.get("main"));
      writes.put("side", Collections.synchronizedList(new ArrayList<>(before)));
      run(graph, seed);
      for (String branch : List.of("main", "side")) {
        read(graph, "the end", branch);
        assertThat(HistoryChecker.check(history(graph, branch)))
            .as("branch %s, seed %d", branch, seed)
            .isEmpty();
        assertThat(writes.get(branch))
            .as("something was written")
            .hasSizeGreaterThan(before.size());
      }
    }
  }

  private void run(OmniGraph graph, long seed) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Callable<Boolean>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        String client = "client-" + i;
        Random random = new Random(seed * 100 + i);
        clients.add(
            () -> {
              for (int step = 0; step < STEPS; step++) {
                step(graph, client, random);
              }
              return true;
            });
      }
      for (Future<Boolean> done : threads.invokeAll(clients)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private void step(OmniGraph graph, String client, Random random) {
    String branch = random.nextInt(3) == 0 ? "side" : "main";
    String one = "a" + random.nextInt(5);
    String other = "a" + random.nextInt(5);
    switch (random.nextInt(8)) {
      case 0, 1 -> {
        @Nullable String tag = random.nextInt(3) == 0 ? "t" + random.nextInt(3) : null;
        write(graph, client, branch, new Effect.Put(one, random.nextInt(4), tag));
      }
      case 2, 3 -> write(graph, client, branch, new Effect.Own(one, other));
      case 4 -> write(graph, client, branch, new Effect.Remove(one));
      case 5, 6 -> {
        State seen = read(graph, client, branch);
        Account known = seen.accounts().get(one);
        if (known != null) {
          write(graph, client, branch, new Effect.Change(one, known.value(), random.nextInt(1000)));
        }
      }
      default -> read(graph, client, branch);
    }
  }

  /** Does a write; one that is refused or meets a conflict must leave no trace. */
  private void write(OmniGraph graph, String client, String branch, Effect effect) {
    long start = System.nanoTime();
    Receipt<MutationCounts> receipt;
    try {
      receipt = send(graph, branch, effect);
    } catch (ConflictException | BadRequestException e) {
      return;
    }
    GraphCommit commit = receipt.commit();
    if (commit != null) {
      list(writes, branch)
          .add(
              new Write(
                  client,
                  start,
                  System.nanoTime(),
                  commit.id().value(),
                  effect,
                  receipt.result().affectedNodes() + receipt.result().affectedEdges()));
    }
  }

  private static Receipt<MutationCounts> send(OmniGraph graph, String branch, Effect effect) {
    return switch (effect) {
      case Effect.Put(var name, var value, var tag) -> {
        Map<String, Object> parameters = new HashMap<>(Map.of("name", name, "value", value));
        parameters.put("tag", tag);
        yield mutate(
            graph,
            branch,
            "query put($name: String, $value: I32, $tag: String?) {"
                + " insert Account { name: $name, value: $value, tag: $tag } }",
            parameters);
      }
      case Effect.Change(var name, var from, var to) ->
          // The value it had is part of the name of the row to change: compare and set.
          changeIf(graph, branch, name, from, to);
      case Effect.Own(var from, var to) ->
          mutate(
              graph,
              branch,
              "query own($a: String, $b: String) { insert Owns { from: $a, to: $b } }",
              Map.of("a", from, "b", to));
      case Effect.Remove(var name) ->
          mutate(
              graph,
              branch,
              "query remove($name: String) { delete Account where name = $name }",
              Map.of("name", name));
    };
  }

  /** Compares and sets: on condition that the head is still the one at which the value was seen. */
  private static Receipt<MutationCounts> changeIf(
      OmniGraph graph, String branch, String name, int from, int to) {
    var head = graph.snapshot(ReadTarget.branch(branch)).head();
    Account known = state(graph, new ReadTarget.Commit(head)).accounts().get(name);
    if (known == null || known.value() != from) {
      throw new ConflictException("value_changed", "somebody else was faster");
    }
    try {
      return graph.mutate(
          "query change($name: String, $to: I32) {"
              + " update Account set { value: $to } where name = $name }",
          null,
          Map.of("name", name, "to", to),
          BranchName.of(branch),
          new WriteOptions(null, head, null));
    } catch (io.omnigraph.model.PreconditionFailedException e) {
      throw new ConflictException("value_changed", "somebody else was faster");
    }
  }

  private static Receipt<MutationCounts> mutate(
      OmniGraph graph, String branch, String source, Map<String, ?> parameters) {
    return graph.mutate(source, null, parameters, BranchName.of(branch), WriteOptions.ANONYMOUS);
  }

  private State read(OmniGraph graph, String client, String branch) {
    long start = System.nanoTime();
    var head = graph.snapshot(ReadTarget.branch(branch)).head();
    State seen = state(graph, new ReadTarget.Commit(head));
    list(reads, branch).add(new Read(client, start, System.nanoTime(), head.value(), seen));
    return seen;
  }

  private static State state(OmniGraph graph, ReadTarget target) {
    Map<String, Account> accounts = new HashMap<>();
    rows(
        graph,
        target,
        "query all() { match { $a: Account } return { $a.name, $a.value, $a.tag } }",
        (batch, row) -> {
          Object tag = batch.getVector(2).getObject(row);
          Account account =
              new Account(
                  ((IntVector) batch.getVector(1)).get(row), tag == null ? null : tag.toString());
          if (accounts.put(batch.getVector(0).getObject(row).toString(), account) != null) {
            throw new AssertionError("an account is there twice");
          }
        });
    return new State(accounts, edges(graph, target));
  }

  /** From the export, which tells edges between the same ends apart. */
  private static Set<Edge> edges(OmniGraph graph, ReadTarget target) {
    var out = new ByteArrayOutputStream();
    graph.export(target, List.of(), List.of("edge:Owns"), out);
    Set<Edge> edges = new HashSet<>();
    out.toString(StandardCharsets.UTF_8)
        .lines()
        .forEach(
            line -> {
              JsonNode record = json(line);
              int copy = 0;
              while (!edges.add(
                  new Edge(record.path("from").asText(), record.path("to").asText(), copy))) {
                copy++;
              }
            });
    return edges;
  }

  private static JsonNode json(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (JsonProcessingException e) {
      throw new AssertionError(line, e);
    }
  }

  private interface RowVisitor {
    void visit(VectorSchemaRoot batch, int row);
  }

  private static void rows(OmniGraph graph, ReadTarget target, String query, RowVisitor visitor) {
    try (var cursor = graph.query(query, null, Map.of(), target)) {
      for (var batch = cursor.next(); batch != null; batch = cursor.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          visitor.visit(batch, row);
        }
      }
    }
  }

  private History history(OmniGraph graph, String branch) {
    List<Commit> log = new ArrayList<>();
    for (GraphCommit commit : graph.commits(BranchName.of(branch), -1, null)) {
      log.add(
          new Commit(
              commit.id().value(), commit.parent() == null ? null : commit.parent().value()));
    }
    Collections.reverse(log);
    return new History(State.EMPTY, log, List.copyOf(list(writes, branch)), list(reads, branch));
  }

  private static <T> List<T> list(Map<String, List<T>> map, String branch) {
    return map.computeIfAbsent(branch, b -> Collections.synchronizedList(new ArrayList<>()));
  }
}
