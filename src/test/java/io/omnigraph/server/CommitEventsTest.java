package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.api.CommitOutput;
import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.BranchName;
import io.omnigraph.server.bus.Addresses;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommitEventsTest {

  private static final int PATIENCE_SECONDS = 20;

  @TempDir Path folder;

  private static String insert(Http http, String name) {
    Http.Answer answer =
        http.post(
            "/graphs/knowledge/queries/insert_person",
            "{\"params\": {\"name\": \"" + name + "\"}}");
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json().at("/commit/graph_commit_id").asText();
  }

  private static List<GraphCommit> log(OmniGraphServer server, BranchName branch) {
    return server
        .registry()
        .find("knowledge")
        .orElseThrow()
        .api()
        .graph()
        .commits(branch, 1_000, null);
  }

  private static List<GraphCommit> projection(OmniGraphServer server, BranchName branch) {
    return server.projections().of("knowledge").commits(branch);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(PATIENCE_SECONDS).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  @Test
  void everyPublishReachesSubscribersAndEqualsWhatTheLogSays() throws InterruptedException {
    Fixture.cluster(folder, "knowledge");
    try (OmniGraphServer server = OmniGraphServer.start(Fixture.openServer(folder))) {
      BlockingQueue<JsonObject> ofGraph = new LinkedBlockingQueue<>();
      BlockingQueue<JsonObject> ofAll = new LinkedBlockingQueue<>();
      BlockingQueue<JsonObject> references = new LinkedBlockingQueue<>();
      var bus = server.vertx().eventBus();
      bus.<JsonObject>consumer(Addresses.commits("knowledge"), m -> ofGraph.add(m.body()));
      bus.<JsonObject>consumer(Addresses.COMMITS, m -> ofAll.add(m.body()));
      bus.<JsonObject>consumer(Addresses.references("knowledge"), m -> references.add(m.body()));
      Http http = Http.to(server);

      String id = insert(http, "Erin");
      JsonObject event = ofGraph.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(event).isNotNull().isEqualTo(ofAll.poll(PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertThat(event.getString("graph_commit_id")).isEqualTo(id);
      assertThat(event.getString("graph")).isEqualTo("knowledge");
      assertThat(event.getString("branch")).isEqualTo("main");
      assertThat(event.getString("kind")).isEqualTo("mutation");
      GraphCommit head = log(server, BranchName.MAIN).getFirst();
      assertThat(event.getString("parent_commit_id")).isEqualTo(head.parent().value());
      assertThat(event.getLong("manifest_version")).isEqualTo(head.manifestVersion());
      assertThat(event.getLong("created_at")).isEqualTo(head.createdAtMicros());
      JsonObject table = event.getJsonArray("tables").getJsonObject(0);
      assertThat(table.getString("table_key")).isEqualTo("node:Person");
      assertThat(table.getLong("row_count")).isEqualTo(5);
      assertThat(table.getLong("to_version")).isGreaterThan(table.getLong("from_version"));

      http.post("/graphs/knowledge/branches", "{\"name\": \"feature\"}");
      JsonObject created = references.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(created).isNotNull();
      assertThat(created.getString("branch")).isEqualTo("feature");
      assertThat(created.getString("kind")).isEqualTo("created");
      assertThat(created.getString("from")).isEqualTo("main");
      http.delete("/graphs/knowledge/branches/feature");
      JsonObject deleted = references.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
      assertThat(deleted).isNotNull();
      assertThat(deleted.getString("kind")).isEqualTo("deleted");
    }
  }

  @Test
  void theProjectionEqualsTheLogAlthoughEventsAreDroppedAndTheServerRestarts()
      throws InterruptedException {
    Fixture.cluster(folder, "knowledge");
    BranchName feature = new BranchName("feature");
    try (OmniGraphServer server = OmniGraphServer.start(Fixture.openServer(folder))) {
      Http http = Http.to(server);
      // Every second event gets lost on its way to the audit verticle.
      var seen = new AtomicInteger();
      server
          .vertx()
          .eventBus()
          .addInboundInterceptor(
              delivery -> {
                boolean event = delivery.message().address().equals(Addresses.COMMITS);
                if (!event || seen.getAndIncrement() % 2 == 0) {
                  delivery.next();
                }
              });
      for (int i = 0; i < 7; i++) {
        insert(http, "dropped-" + i);
      }
      http.post("/graphs/knowledge/branches", "{\"name\": \"feature\"}");
      for (int i = 0; i < 3; i++) {
        Http.Answer answer =
            http.post(
                "/graphs/knowledge/queries/insert_person",
                "{\"params\": {\"name\": \"branch-" + i + "\"}, \"branch\": \"feature\"}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
      }
      // The ten events so far, the last of which was dropped; the next one gets through.
      await(() -> seen.get() == 10);
      String announced = insert(http, "announced");
      await(
          () ->
              server
                  .projections()
                  .of("knowledge")
                  .head(BranchName.MAIN)
                  .map(head -> head.id().value().equals(announced))
                  .orElse(false));
      assertThat(projection(server, BranchName.MAIN)).isEqualTo(log(server, BranchName.MAIN));
    }
    try (OmniGraphServer server = OmniGraphServer.start(Fixture.openServer(folder))) {
      assertThat(projection(server, BranchName.MAIN))
          .hasSizeGreaterThan(9)
          .isEqualTo(log(server, BranchName.MAIN));
      assertThat(projection(server, feature)).isEqualTo(log(server, feature));
      Http http = Http.to(server);
      String id = insert(http, "after the restart");
      await(
          () ->
              server
                  .projections()
                  .of("knowledge")
                  .head(BranchName.MAIN)
                  .map(head -> CommitOutput.of(head).graphCommitId().equals(id))
                  .orElse(false));
      assertThat(projection(server, BranchName.MAIN)).isEqualTo(log(server, BranchName.MAIN));
    }
  }
}
