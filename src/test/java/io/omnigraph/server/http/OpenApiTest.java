package io.omnigraph.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.omnigraph.api.Json;
import io.omnigraph.server.auth.Admission;
import io.omnigraph.server.bus.Addresses;
import io.omnigraph.server.graphs.GraphRegistry;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OpenApiTest {

  /** Set to write the committed file anew. */
  private static final String REGENERATE = "OMNIGRAPH_REGENERATE_OPENAPI";

  private static final Path COMMITTED = Path.of("docs/user/openapi.json");

  private static Vertx vertx;
  private static List<Route> routes;

  @BeforeAll
  static void table() {
    vertx = Vertx.vertx();
    routes =
        Routes.table(
            new Handlers(
                vertx.eventBus(),
                Addresses.QUERY,
                new GraphRegistry(),
                new ReadPermits(1, 1, 1, System::nanoTime),
                new Admission(1, 1),
                () -> "01ARZ3NDEKTSV4RRFFQ69G5FAV",
                null,
                header -> false));
  }

  @AfterAll
  static void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private static JsonNode document(boolean secured) throws IOException {
    return Json.MAPPER.readTree(OpenApi.document(routes, secured));
  }

  @Test
  void theCommittedDocumentEqualsTheGeneratedOneByteForByte() throws IOException {
    byte[] generated = OpenApi.document(routes, true);
    if (System.getenv(REGENERATE) != null) {
      Files.write(COMMITTED, generated);
    }
    assertThat(Files.readString(COMMITTED))
        .as("run this test once with %s=1 and commit the file", REGENERATE)
        .isEqualTo(new String(generated, java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void everyGraphPathHasARequiredGraphIdAndAnOperationIdThatIsUniqueAndPrefixed()
      throws IOException {
    var ids = new HashSet<String>();
    for (var path : document(true).path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        String id = operation.getValue().path("operationId").asText();
        assertThat(ids.add(id)).as(id).isTrue();
        boolean nested = path.getKey().startsWith("/graphs/{graph_id}/");
        assertThat(id.startsWith("cluster_")).as(id).isEqualTo(nested);
        if (nested) {
          JsonNode first = operation.getValue().path("parameters").path(0);
          assertThat(first.path("name").asText()).isEqualTo("graph_id");
          assertThat(first.path("required").asBoolean()).isTrue();
        }
      }
    }
    assertThat(ids).contains("health", "listGraphs", "cluster_getSnapshot", "cluster_mutate");
  }

  @Test
  void everyOperationButHealthNeedsATokenUnlessTheServerIsOpen() throws IOException {
    for (var path : document(true).path("paths").properties()) {
      for (var operation : path.getValue().properties()) {
        assertThat(operation.getValue().has("security"))
            .as(path.getKey())
            .isEqualTo(!path.getKey().equals("/healthz"));
      }
    }
    String open = document(false).toString();
    assertThat(open).doesNotContain("bearer_token").doesNotContain("\"security\"");
  }

  @Test
  void theOlderRoutesAreMarkedAsDeprecated() throws IOException {
    JsonNode paths = document(true).path("paths");
    var deprecated = new ArrayList<String>();
    for (var path : paths.properties()) {
      if (path.getValue().path("post").path("deprecated").asBoolean()) {
        deprecated.add(path.getKey());
      }
    }
    assertThat(deprecated)
        .containsExactlyInAnyOrder(
            "/graphs/{graph_id}/read", "/graphs/{graph_id}/change", "/graphs/{graph_id}/ingest");
  }

  @Test
  void everyReferenceLeadsToASchema() throws IOException {
    JsonNode document = document(true);
    for (JsonNode reference : document.findValues("$ref")) {
      String name = reference.asText().substring("#/components/schemas/".length());
      assertThat(document.path("components").path("schemas").has(name)).as(name).isTrue();
    }
  }
}
