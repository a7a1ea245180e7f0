package io.omnigraph.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a key may hold, and that it stays as it is. */
class KeyValuesTest extends InvalidValueTestBase {

  @Test
  void noPartOfAKeyCanBeUpdatedAndNoPartMayBeNull() {
    for (String part : List.of("left: \"b\"", "right: 2")) {
      String name = part.substring(0, part.indexOf(':'));
      assertThatThrownBy(() -> graph.run("update Pair set { " + part + " } where left = \"a\""))
          .hasMessageContaining("cannot update @key property '" + name + "'");
      String other = name.equals("left") ? "\"right\":2" : "\"left\":\"b\"";
      assertThatThrownBy(
              () ->
                  graph.load(
                      LoadMode.APPEND,
                      "{\"type\":\"Pair\",\"data\":{\"" + name + "\":null," + other + "}}"))
          .hasMessageStartingWith("record 1: ")
          .hasMessageContaining("'" + name + "'");
    }
    assertThatThrownBy(
            () -> graph.load(LoadMode.APPEND, "{\"type\":\"Pair\",\"data\":{\"left\":\"b\"}}"))
        .hasMessage("record 1: node Pair missing @key property 'right'");
  }

  @Test
  void keysMayHoldAnyTextAndAreFoundAgainByIt() {
    List<String> keys = new ArrayList<>(List.of("", " ", "a\u0000b", "a\nb", "'", "\"", "`", "😀"));
    keys.add("k".repeat(100_000));
    for (String key : keys) {
      graph.mutate("query q($k: String) { insert Thing { name: $k, need: 1 } }", Map.of("k", key));
      graph.mutate(
          "query q($k: String) { insert Link { from: $k, to: \"t1\", need: 1 } }",
          Map.of("k", key));
      assertThat(
              graph
                  .mutate(
                      "query q($k: String) { update Thing set { need: 7 } where name = $k }",
                      Map.of("k", key))
                  .affectedNodes())
          .isEqualTo(1);
      assertThat(graph.cell("node:Thing", key, "need")).isEqualTo(7L);
      MutationCounts deleted =
          graph.mutate("query q($k: String) { delete Thing where name = $k }", Map.of("k", key));
      assertThat(deleted).isEqualTo(new MutationCounts(1, 1));
    }
  }
}
