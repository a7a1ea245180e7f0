package io.omnigraph.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rankings by a text that hits many nodes, of which all or only some are wanted. */
class FewerHitsThanWantedTest {

  private static final int HITS = 1_097;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {5, HITS - 1, HITS, HITS + 1, 5_000})
  void asManyHitsAreRankedAsThereAreOrAreWanted(int wanted) {
    try (GraphFixture graph =
        new GraphFixture(folder, "node N { name: String @key text: String? }")) {
      List<List<Value>> rows = new ArrayList<>();
      for (int i = 0; i < HITS; i++) {
        String name = "n" + i;
        rows.add(
            graph.row(
                TableKey.node("N"), List.of(name), GraphFixture.map("name", name, "text", "hit")));
      }
      graph.change(TableKey.node("N"), List.of(), rows);
      String query =
          "match { $a: N } return { $a.name } order { bm25($a.text, \"hit\") } limit " + wanted;
      graph.texts(query); // the second time its words are in memory

      assertThat(graph.texts(query))
          .hasSize(Math.min(wanted, HITS))
          .startsWith("n0", "n1", "n10", "n100", "n1000");
      graph.engine.close();
    }
  }
}
