package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.cli.CliRun;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program itself, in a process of its own that can be killed. */
class ServerProcessTest {

  private static final int PATIENCE_SECONDS = 60;
  private static final int ROUNDS = Integer.getInteger("soak.factor", 1) * 2;

  @TempDir Path folder;

  private static Set<String> names(Http http) {
    var names = new ConcurrentSkipListSet<String>();
    http.post("/graphs/knowledge/queries/everybody", "{}")
        .json()
        .path("rows")
        .forEach(row -> names.add(row.path("p.name").asText()));
    return names;
  }

  @Test
  void everyAcknowledgedWriteSurvivesKillingTheServerDuringABurst() throws Exception {
    Fixture.cluster(folder, "knowledge");
    Set<String> acknowledged = new ConcurrentSkipListSet<>();
    Set<String> attempted = new ConcurrentSkipListSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      try (ServerChild child = ServerChild.start(folder)) {
        Http http = Http.to(child.address());
        assertThat(names(http)).containsAll(acknowledged);
        var stop = new AtomicBoolean();
        var writers = new ArrayList<Thread>();
        for (int writer = 0; writer < 4; writer++) {
          String prefix = "r" + round + "-w" + writer + "-";
          writers.add(
              Thread.ofPlatform().start(() -> burst(http, prefix, stop, attempted, acknowledged)));
        }
        int enough = acknowledged.size() + 20;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (acknowledged.size() < enough) {
          assertThat(System.nanoTime()).as("no writes succeed").isLessThan(deadline);
          Thread.sleep(5);
        }
        child.process().destroyForcibly().waitFor();
        stop.set(true);
        for (Thread writer : writers) {
          writer.join();
        }
      }
    }
    try (ServerChild child = ServerChild.start(folder)) {
      Http http = Http.to(child.address());
      Set<String> found = names(http);
      assertThat(found).containsAll(acknowledged);
      assertThat(found)
          .as("only what was attempted, and each once")
          .isSubsetOf(union(attempted, Set.of("Alice", "Bob", "Charlie", "Diana")));
      int rows =
          http.post("/graphs/knowledge/queries/everybody", "{}").json().path("row_count").asInt();
      assertThat(rows).isEqualTo(found.size());
      assertThat(sidecars()).isEmpty();
    }
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    var all = new ConcurrentSkipListSet<>(one);
    all.addAll(other);
    return all;
  }

  private static void burst(
      Http http, String prefix, AtomicBoolean stop, Set<String> attempted, Set<String> done) {
    for (int i = 0; !stop.get(); i++) {
      String name = prefix + i;
      attempted.add(name);
      try {
        Http.Answer answer =
            http.post(
                "/graphs/knowledge/queries/insert_person",
                "{\"params\": {\"name\": \"" + name + "\"}}");
        if (answer.status() == 200) {
          done.add(name);
        }
      } catch (java.io.UncheckedIOException killed) {
        return;
      }
    }
  }

  private List<Path> sidecars() throws IOException {
    Path recovery = Path.of(Fixture.root(folder, "knowledge"), "__recovery");
    if (!Files.isDirectory(recovery)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(recovery)) {
      return files.toList();
    }
  }

  @Test
  void aTerminatedServerFinishesWhatItHasBegunAndExitsCleanly() throws Exception {
    Fixture.cluster(folder, "knowledge");
    ServerChild child = ServerChild.start(folder);
    try (child) {
      Http http = Http.to(child.address());
      var answers = new ArrayList<java.util.concurrent.CompletableFuture<Http.Answer>>();
      for (int i = 0; i < 10; i++) {
        answers.add(
            http.postAsync(
                "/graphs/knowledge/queries/insert_person",
                "{\"params\": {\"name\": \"drain-" + i + "\"}}"));
      }
      answers.getFirst().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      child.process().destroy();
      assertThat(child.process().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      var acknowledged = new ArrayList<String>();
      for (int i = 0; i < answers.size(); i++) {
        try {
          if (answers.get(i).get(PATIENCE_SECONDS, TimeUnit.SECONDS).status() == 200) {
            acknowledged.add("drain-" + i);
          }
        } catch (java.util.concurrent.ExecutionException refused) {
          // Came after the server had stopped listening.
        }
      }
      assertThat(acknowledged).isNotEmpty();
      try (ServerChild again = ServerChild.start(folder)) {
        assertThat(names(Http.to(again.address()))).containsAll(acknowledged);
      }
    }
  }

  @Test
  void aStoreInUseByAServerIsRefusedForWritesAndOpenForReads() throws Exception {
    Fixture.cluster(folder, "knowledge");
    String root = Fixture.root(folder, "knowledge");
    try (ServerChild child = ServerChild.start(folder)) {
      CliRun write =
          CliRun.of(folder, "load", "--mode", "merge", "--data", "seed.jsonl", "--store", root);
      assertThat(write.code()).isEqualTo(1);
      assertThat(write.err()).contains("--server");
      CliRun read = CliRun.of(folder, "snapshot", root);
      assertThat(read.code()).as(read.err()).isZero();
      CliRun served =
          CliRun.of(
              folder,
              "load",
              "--mode",
              "merge",
              "--data",
              "seed.jsonl",
              "--server",
              "http://" + child.address(),
              "--graph",
              "knowledge");
      assertThat(served.code()).as(served.err()).isZero();
      Process second =
          ServerChild.program(
                  "--cluster", folder.toString(), "--bind", "127.0.0.1:0", "--unauthenticated")
              .redirectErrorStream(true)
              .start();
      String said = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(second.waitFor()).isEqualTo(1);
      assertThat(said).contains("cluster_no_healthy_graphs").contains("knowledge");
    }
  }

  @Test
  void aServerWithoutAClusterExitsAndSaysWhatItBootsFrom() throws Exception {
    Process process = ServerChild.program().redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(said).contains("boots from a cluster");
  }
}
