package io.omnigraph.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged server is killed in the middle of its work, as often as it takes. */
class KilledServerTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ROUNDS = 2 * Integer.getInteger("soak.factor", 1);
  private static final int WRITERS = 4;
  private static final String SCHEMA =
      """
      node Left { name: String @key }
      node Right { name: String @key }
      """;
  private static final String ADD_PAIR =
      "query add($name: String) { insert Left { name: $name } insert Right { name: $name } }";

  private final HttpClient client = HttpClient.newHttpClient();
  private final Set<String> attempted = new ConcurrentSkipListSet<>();
  private final Set<String> acknowledged = new ConcurrentSkipListSet<>();
  private final AtomicInteger number = new AtomicInteger();
  private PackagedProgram.@Nullable Server server;

  @Test
  void everyAcknowledgedWriteIsThereAfterAKillAndNoneIsHalfVisible(@TempDir Path cluster)
      throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    System.err.println("KilledServerTest seed=" + seed);
    var random = new Random(seed);
    createCluster(cluster);

    server = PackagedProgram.Server.start(cluster);
    for (int round = 1; round <= ROUNDS; round++) {
      int before = acknowledged.size();
      killDuringBurst(server, 5 + random.nextInt(60));
      assertThat(acknowledged).as("writes of round %d", round).hasSizeGreaterThan(before);

      server = PackagedProgram.Server.start(cluster);
      Set<String> left = names(server, "Left");
      assertThat(left).containsAll(acknowledged);
      assertThat(attempted).containsAll(left);
      assertThat(names(server, "Right")).isEqualTo(left);
      assertThat(sidecars(cluster)).isEmpty();
      acknowledged.addAll(left);
    }
  }

  @AfterEach
  void stopServer() throws InterruptedException {
    if (server != null) {
      server.close();
    }
  }

  private static void createCluster(Path cluster) throws Exception {
    Files.writeString(
        cluster.resolve("cluster.yaml"), "version: 1\ngraphs:\n  pairs:\n    schema: pairs.pg\n");
    Files.writeString(cluster.resolve("pairs.pg"), SCHEMA);
    for (String step : List.of("import", "apply")) {
      var result =
          PackagedProgram.omnigraph(cluster, "cluster", step, "--config", cluster.toString());
      assertThat(result.exitCode()).as(result.toString()).isZero();
    }
  }

  /** Writes from several clients until enough is acknowledged, then kills while they go on. */
  private void killDuringBurst(PackagedProgram.Server server, int acknowledgements)
      throws InterruptedException {
    var enough = new CountDownLatch(acknowledgements);
    List<Thread> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(Thread.ofVirtual().start(() -> writeUntilRefused(server, enough)));
    }
    boolean reached = enough.await(120, TimeUnit.SECONDS);
    server.kill();
    for (Thread writer : writers) {
      writer.join();
    }
    assertThat(reached).as("the server acknowledges writes").isTrue();
  }

  private void writeUntilRefused(PackagedProgram.Server server, CountDownLatch enough) {
    while (true) {
      String name = "n%05d".formatted(number.getAndIncrement());
      attempted.add(name);
      try {
        var answer =
            post(server, "mutate", Map.of("query", ADD_PAIR, "params", Map.of("name", name)));
        if (answer.statusCode() != 200) {
          return;
        }
        acknowledged.add(name);
        enough.countDown();
      } catch (IOException killed) {
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private Set<String> names(PackagedProgram.Server server, String type)
      throws IOException, InterruptedException {
    String query = "query all() { match { $n: %s } return { $n.name as name } }".formatted(type);
    var answer = post(server, "query", Map.of("query", query));
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    List<String> names = new ArrayList<>();
    for (JsonNode row : JSON.readTree(answer.body()).get("rows")) {
      names.add(row.get("name").asText());
    }
    assertThat(names).doesNotHaveDuplicates();
    return new TreeSet<>(names);
  }

  private HttpResponse<String> post(
      PackagedProgram.Server server, String operation, Map<String, ?> body)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(server.resolve("/graphs/pairs/" + operation))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build(),
        BodyHandlers.ofString());
  }

  private static List<Path> sidecars(Path cluster) throws IOException {
    Path folder = cluster.resolve("graphs/pairs.omni/__recovery");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }
}
