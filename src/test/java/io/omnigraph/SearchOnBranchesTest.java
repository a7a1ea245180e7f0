package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.QueryOptions;
import io.omnigraph.read.ResultRows;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Search on branches that share an indexed table and write to it, each on its own. */
class SearchOnBranchesTest {

  private static final String SCHEMA =
      "node Doc { name: String @key  body: String @index  at: Vector(2)? @index }";
  private static final String[] WORDS = {"river", "stone", "bridge", "hill"};

  private record Doc(String body, int x) {}

  @TempDir Path folder;

  @Test
  void everyBranchFindsItsOwnRowsWithIndicesThatKnowOnlyTheFirst() {
    SplittableRandom random = new SplittableRandom(11);
    BranchName branch = BranchName.of("draft");
    Map<BranchName, TreeMap<String, Doc>> content = new HashMap<>();
    try (OmniGraph graph =
        OmniGraph.init(
            folder.resolve("g").toString(),
            SCHEMA,
            false,
            OpenOptions.readWrite().withDurability(OpenOptions.Durability.OS))) {
      content.put(BranchName.MAIN, new TreeMap<>());
      load(graph, BranchName.MAIN, content.get(BranchName.MAIN), random, 60);
      graph.ensureIndices(BranchName.MAIN, 1);
      graph.createBranch(branch, BranchName.MAIN, WriteOptions.ANONYMOUS);
      content.put(branch, new TreeMap<>(content.get(BranchName.MAIN)));
      for (int step = 0; step < 4; step++) {
        BranchName target = step % 2 == 0 ? branch : BranchName.MAIN;
        load(graph, target, content.get(target), random, 8);
        String gone = content.get(target).firstKey();
        content.get(target).remove(gone);
        graph.mutate(
            "query m() { delete Doc where name = \"" + gone + "\" }",
            null,
            Map.of(),
            target,
            WriteOptions.ANONYMOUS);
        content.forEach((name, docs) -> check(graph, name, docs));
      }
    }
  }

  /** New documents, and old ones with a new body. */
  private static void load(
      OmniGraph graph,
      BranchName branch,
      TreeMap<String, Doc> docs,
      SplittableRandom random,
      int count) {
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < count; i++) {
      String name = "d%03d".formatted(count > 8 ? i : 7 * i + random.nextInt(7) + 20);
      Doc doc = new Doc(WORDS[random.nextInt(4)] + " " + WORDS[random.nextInt(4)], i * 3 % 50);
      docs.put(name, doc);
      records.append(
          "{\"type\":\"Doc\",\"data\":{\"name\":\"%s\",\"body\":\"%s\",\"at\":[%d,0]}}%n"
              .formatted(name, doc.body, doc.x));
    }
    graph.load(
        new ByteArrayInputStream(records.toString().getBytes(StandardCharsets.UTF_8)),
        LoadMode.MERGE,
        branch,
        null,
        WriteOptions.ANONYMOUS);
  }

  private static void check(OmniGraph graph, BranchName branch, TreeMap<String, Doc> docs) {
    List<String> hits =
        docs.entrySet().stream()
            .filter(e -> Arrays.asList(e.getValue().body.split(" ")).contains("hill"))
            .map(Map.Entry::getKey)
            .toList();
    List<String> near =
        docs.entrySet().stream()
            .sorted(
                Comparator.comparingInt((Map.Entry<String, Doc> e) -> Math.abs(e.getValue().x - 20))
                    .thenComparing(Map.Entry::getKey))
            .limit(6)
            .map(Map.Entry::getKey)
            .toList();
    for (AccessPath path : AccessPath.values()) {
      assertThat(names(graph, branch, "search($d.body, \"hill\")", "$d.name }", path))
          .as("%s on %s", path, branch)
          .isEqualTo(hits);
      assertThat(names(graph, branch, "", "bm25($d.body, \"hill\") }", path))
          .containsExactlyInAnyOrderElementsOf(hits);
      assertThat(names(graph, branch, "", "nearest($d.at, [20.0, 0.0]) } limit 6", path))
          .as("%s on %s", path, branch)
          .isEqualTo(near);
    }
  }

  private static List<String> names(
      OmniGraph graph, BranchName branch, String filter, String order, AccessPath path) {
    String query =
        "query q() { match { $d: Doc " + filter + " } return { $d.name } order { " + order + " }";
    List<String> names = new ArrayList<>();
    try (QueryCursor cursor =
        graph.query(
            query,
            null,
            Map.of(),
            new ReadTarget.Branch(branch),
            QueryOptions.DEFAULT.withPath(path))) {
      ResultRows.readAll(cursor, ResultRows.Integers.NATIVE)
          .forEach(row -> names.add(String.valueOf(row.get("d.name"))));
    }
    return names;
  }
}
