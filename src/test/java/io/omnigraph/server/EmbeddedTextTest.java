package io.omnigraph.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.embedding.Embedders;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A text that is near its own vector, embedded when the query runs. */
class EmbeddedTextTest {

  private static final Map<String, String> MOCK = Map.of("OMNIGRAPH_EMBEDDINGS_MOCK", "1");

  @TempDir Path directory;

  @Test
  void nearestWithATextFindsTheDocumentOfThatTextFirst() {
    OpenOptions options = Fixture.open().withEmbedder(Embedders.fromEnvironment(MOCK));
    try (OmniGraph graph =
        OmniGraph.init(
            directory.resolve("g").toString(),
            "node Doc { slug: String @key  emb: Vector(4)? }",
            false,
            options)) {
      StringBuilder records = new StringBuilder();
      for (String text : new String[] {"alpha", "beta", "gamma"}) {
        float[] vector = Embedders.fromEnvironment(MOCK).embedQuery(text, 4);
        records.append(
            "{\"type\":\"Doc\",\"data\":{\"slug\":\"%s\",\"emb\":%s}}\n"
                .formatted(text, Arrays.toString(vector)));
      }
      graph.load(
          new ByteArrayInputStream(records.toString().getBytes(StandardCharsets.UTF_8)),
          LoadMode.APPEND,
          BranchName.MAIN,
          null,
          WriteOptions.ANONYMOUS);
      String source =
          "query q($t: String) { match { $d: Doc } return { $d.slug }"
              + " order { nearest($d.emb, $t) } limit 3 }";
      try (var cursor = graph.query(source, null, Map.of("t", "beta"), ReadTarget.MAIN)) {
        VectorSchemaRoot batch = cursor.next();
        assertThat(batch.getRowCount()).isEqualTo(3);
        assertThat(batch.getVector(0).getObject(0)).hasToString("beta");
      }
    }
  }
}
