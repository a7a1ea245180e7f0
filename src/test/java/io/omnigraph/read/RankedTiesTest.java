package io.omnigraph.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.read.access.AccessPath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows of one rank are ordered by their ids, however many there are. */
class RankedTiesTest {

  private static final int NODES = 70;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(AccessPath.class)
  void rowsOfOneRankAreInOrderOfTheirIdsOverSeveralBatches(AccessPath path) {
    List<String> names = IntStream.range(0, NODES).mapToObj("n%02d"::formatted).toList();
    try (GraphFixture graph =
        new GraphFixture(folder, "node N { name: String @key  vec: Vector(2) }")) {
      TableKey key = TableKey.node("N");
      List<List<Value>> rows = new ArrayList<>();
      for (String name : names.reversed()) {
        Value.Vector vector = new Value.Vector(new float[] {1, 0});
        rows.add(graph.row(key, List.of(name), Map.of("name", name, "vec", vector)));
      }
      graph.change(key, List.of(), rows);

      List<String> pairs =
          graph.texts(
              "match { $a: N  $b: N } return { $a.name, $b.name }"
                  + " order { nearest($a.vec, [1.0, 0.0]) } limit 5000",
              QueryOptions.DEFAULT.withPath(path));

      assertThat(pairs)
          .isEqualTo(names.stream().flatMap(a -> names.stream().map(b -> a + "|" + b)).toList());
    }
  }
}
