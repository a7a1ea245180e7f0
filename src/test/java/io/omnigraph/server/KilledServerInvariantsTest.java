package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.api.Json;
import io.omnigraph.cli.CliRun;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is killed while clients do what is easily done by half, twice or on stale ground:
 * every client repeats under its key what was not answered, and in the end nothing is lost, nothing
 * is there twice, no counter missed a step and no edge hangs in the air.
 */
class KilledServerInvariantsTest {

  private static final int KILLS = Integer.getInteger("soak.factor", 1);
  private static final String G = "/graphs/busy";
  private static final String SCHEMA =
      """
      node Item { text: String }
      node Counter { name: String @key  value: I32 }
      node Person { name: String @key  mail: String? @unique }
      edge Likes: Person -> Person
      """;

  @TempDir Path folder;

  private final long seed = Long.getLong("seed", System.nanoTime());
  private final AtomicInteger numbers = new AtomicInteger();

  /** One request of a client, and what it makes of the answer. */
  private record Request(String path, @Nullable String condition, String key, String body) {
    Http.Answer send(Http http) {
      Http keyed = http.with("Idempotency-Key", key);
      return (condition == null ? keyed : keyed.with("Omnigraph-If-Graph-Commit", condition))
          .post(G + path, body);
    }
  }

  /** Sends one request after another; what the server took to its grave is sent again. */
  private abstract class Client {
    volatile @Nullable Request pending;
    volatile int answered;

    /** Empty turns are allowed: whoever read something stale has nothing to send. */
    abstract @Nullable Request next(Http http);

    abstract void answered(Request request, Http.Answer answer);

    void live(Http http, Supplier<Boolean> goesOn) {
      try {
        settle(http);
        while (goesOn.get()) {
          pending = next(http);
          settle(http);
        }
      } catch (UncheckedIOException killed) {
        // What is pending is sent again in the next life.
      }
    }

    void settle(Http http) {
      Request request = pending;
      if (request != null) {
        Http.Answer answer = request.send(http);
        assertThat(answer.status()).as("%s: %s", request, answer.text()).isIn(200, 400, 409, 412);
        answered(request, answer);
        answered++;
        pending = null;
      }
    }
  }

  /** Inserts rows without a key: a second time would be seen. */
  private final class Inserter extends Client {
    final boolean loads;
    final List<String> done = new ArrayList<>();

    Inserter(boolean loads) {
      this.loads = loads;
    }

    @Override
    Request next(Http http) {
      String text = "item-" + numbers.getAndIncrement();
      return loads
          ? new Request(
              "/load",
              null,
              text,
              "{\"mode\":\"append\",\"data\":\"{\\\"type\\\":\\\"Item\\\",\\\"data\\\":{\\\"text\\\":\\\""
                  + text
                  + "\\\"}}\"}")
          : new Request("/mutate", null, text, mutation("insert Item { text: '" + text + "' }"));
    }

    @Override
    void answered(Request request, Http.Answer answer) {
      assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      done.add(request.key());
    }
  }

  /** Reads a counter at a commit and sets it on condition that the commit is the head. */
  private final class Incrementer extends Client {
    int done;

    @Override
    @Nullable Request next(Http http) {
      String head =
          http.get(G + "/commits?branch=count&limit=1")
              .json()
              .at("/commits/0/graph_commit_id")
              .asText();
      JsonNode rows =
          rows(
              http, "{\"snapshot\":\"" + head + "\",", "match { $c: Counter } return { $c.value }");
      int value = rows.get(0).get("c.value").asInt();
      return new Request(
          "/mutate/if-graph-commit",
          head,
          "inc-" + numbers.getAndIncrement(),
          "{\"branch\":\"count\","
              + mutation("update Counter set { value: " + (value + 1) + " } where name = 'c'")
                  .substring(1));
    }

    @Override
    void answered(Request request, Http.Answer answer) {
      assertThat(answer.status()).as(answer.text()).isIn(200, 412);
      done += answer.status() == 200 ? 1 : 0;
    }
  }

  /** Makes people with few addresses for many, who like those who may be leaving. */
  private final class Society extends Client {
    final Random random;
    final Map<String, Boolean> mails = new HashMap<>();

    Society(int number) {
      this.random = new Random(seed + number);
    }

    @Override
    Request next(Http http) {
      int n = numbers.getAndIncrement();
      String one = "p" + random.nextInt(6);
      String other = "p" + random.nextInt(6);
      String statement =
          switch (random.nextInt(4)) {
            case 0 -> "insert Person { name: '" + one + "' }";
            case 1 -> "insert Person { name: 'm" + n + "', mail: 'm" + random.nextInt(8) + "' }";
            case 2 -> "delete Person where name = '" + one + "'";
            default -> "insert Likes { from: '" + one + "', to: '" + other + "' }";
          };
      return new Request("/mutate", null, "s-" + n, mutation(statement));
    }

    @Override
    void answered(Request request, Http.Answer answer) {
      // Refused by a rule, or because the rows changed meanwhile: both leave nothing.
      assertThat(answer.status()).as(answer.text()).isIn(200, 400, 409);
    }
  }

  private static String mutation(String statement) {
    return "{\"query\":\"query q() { " + statement.replace("'", "\\\"") + " }\"}";
  }

  private static JsonNode rows(Http http, String start, String query) {
    Http.Answer answer =
        http.post(G + "/query", start + "\"query\":\"query q() { " + query + " }\"}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().path("rows");
  }

  @Test
  void whatClientsRelyOnHoldsWhereverTheServerIsKilled() throws Exception {
    System.out.println("seed " + seed);
    Fixture.write(folder.resolve("busy.pg"), SCHEMA);
    Fixture.write(
        folder.resolve("cluster.yaml"), "version: 1\ngraphs:\n  busy: { schema: busy.pg }\n");
    CliRun.ok(folder, "cluster", "import", "--config", ".");
    CliRun.ok(folder, "cluster", "apply", "--config", ".");
    Inserter inserter = new Inserter(false);
    Inserter loader = new Inserter(true);
    List<Incrementer> incrementers = List.of(new Incrementer(), new Incrementer());
    List<Client> clients =
        new ArrayList<>(List.of(inserter, loader, new Society(1), new Society(2), new Society(3)));
    clients.addAll(incrementers);
    Random random = new Random(seed);
    for (int life = 0; life <= KILLS; life++) {
      try (ServerChild server = ServerChild.start(folder)) {
        Http http = Http.to(server.address());
        if (life == 0) {
          assertThat(
                  http.post(G + "/mutate", mutation("insert Counter { name: 'c', value: 0 }"))
                      .status())
              .isEqualTo(200);
          assertThat(http.post(G + "/branches", "{\"name\":\"count\"}").status()).isEqualTo(200);
        }
        if (life < KILLS) {
          live(clients, http, server, 3 + random.nextInt(12), random.nextInt(30));
        } else {
          clients.forEach(client -> client.settle(http));
          check(http, inserter, loader, incrementers);
        }
      }
    }
    assertThat(sidecars()).isEmpty();
  }

  /** Until every client has had some answers, and a little longer. */
  private static void live(
      List<Client> clients, Http http, ServerChild server, int answers, int millis)
      throws InterruptedException {
    List<Integer> before = clients.stream().map(c -> c.answered).toList();
    AtomicBoolean over = new AtomicBoolean();
    List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (Client client : clients) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      client.live(http, () -> !over.get());
                    } catch (Throwable e) {
                      failures.add(e);
                    }
                  }));
    }
    while (failures.isEmpty() && !haveAnswers(clients, before, answers)) {
      Thread.sleep(2);
    }
    Thread.sleep(millis);
    server.kill();
    over.set(true);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }

  private static boolean haveAnswers(List<Client> clients, List<Integer> before, int more) {
    for (int i = 0; i < clients.size(); i++) {
      if (clients.get(i).answered < before.get(i) + more) {
        return false;
      }
    }
    return true;
  }

  private void check(
      Http http, Inserter inserter, Inserter loader, List<Incrementer> incrementers) {
    List<String> items = new ArrayList<>();
    rows(http, "{", "match { $i: Item } return { $i.text }")
        .forEach(row -> items.add(row.get("i.text").asText()));
    List<String> done = new ArrayList<>(inserter.done);
    done.addAll(loader.done);
    assertThat(items).as("each once, seed %s", seed).containsExactlyInAnyOrderElementsOf(done);

    int increments = incrementers.stream().mapToInt(i -> i.done).sum();
    JsonNode counter =
        rows(http, "{\"branch\":\"count\",", "match { $c: Counter } return { $c.value }");
    assertThat(counter.get(0).get("c.value").asInt())
        .as("no step is lost or done twice, seed %s", seed)
        .isEqualTo(increments);

    List<String> mails = new ArrayList<>();
    List<String> people = new ArrayList<>();
    rows(http, "{", "match { $p: Person } return { $p.name, $p.mail }")
        .forEach(
            row -> {
              people.add(row.get("p.name").asText());
              if (!row.get("p.mail").isNull()) {
                mails.add(row.get("p.mail").asText());
              }
            });
    assertThat(people).as("seed %s", seed).doesNotHaveDuplicates();
    assertThat(mails).as("seed %s", seed).doesNotHaveDuplicates();
    Http.Answer edges = http.post(G + "/export", "{\"type_names\":[\"Likes\"]}");
    assertThat(edges.status()).as(edges.text()).isEqualTo(200);
    edges
        .text()
        .lines()
        .map(KilledServerInvariantsTest::json)
        .forEach(
            edge ->
                assertThat(people)
                    .as("seed %s", seed)
                    .contains(edge.path("from").asText(), edge.path("to").asText()));
  }

  private static JsonNode json(String line) {
    try {
      return Json.MAPPER.readTree(line);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(line, e);
    }
  }

  private List<Path> sidecars() throws java.io.IOException {
    Path recovery = Path.of(Fixture.root(folder, "busy"), "__recovery");
    if (!Files.isDirectory(recovery)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(recovery)) {
      return files.toList();
    }
  }
}
