package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The first write of a branch forks the tables it changes; that table may have columns that came in
 * another order than their names have.
 */
class FirstWriteOfBranchTest {

  private static final BranchName BRANCH = BranchName.of("b");

  @TempDir Path folder;

  private OmniGraph graph(String schema) {
    return OmniGraph.init(
        folder.resolve("g").toString(),
        schema,
        false,
        OpenOptions.readWrite().withDurability(OpenOptions.Durability.OS));
  }

  private static void load(OmniGraph graph, BranchName branch, List<String> records) {
    graph.load(
        new ByteArrayInputStream(String.join("\n", records).getBytes(StandardCharsets.UTF_8)),
        LoadMode.MERGE,
        branch,
        null,
        WriteOptions.ANONYMOUS);
  }

  private static List<String> content(OmniGraph graph, BranchName branch) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    graph.export(new ReadTarget.Branch(branch), List.of(), List.of(), out);
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static String record(String key, int number) {
    return ("{\"type\":\"P\",\"data\":{\"k\":\"%s\",\"a\":%d,\"b\":[%d,2],\"c\":[%d,0.5],"
            + "\"e\":\"base64:AAA%d\",\"m\":%d,\"n\":%d,\"z\":[\"x%d\"]}}")
        .formatted(
            key, number, number + 1, number + 2, number % 10, number + 3, number + 4, number);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2_000})
  void findsEveryValueUnderTheNameItWasWrittenWithAfterPropertiesCame(int rows) {
    String late = "a: I32? b: [I32]? c: Vector(2)? e: Blob? n: I32?";
    try (OmniGraph graph = graph("node P { k: String @key m: I32? z: [String]? }")) {
      load(graph, BranchName.MAIN, List.of("{\"type\":\"P\",\"data\":{\"k\":\"old\",\"m\":1}}"));
      graph.applySchema(
          "node P { k: String @key m: I32? z: [String]? " + late + " }",
          false,
          WriteOptions.ANONYMOUS);
      graph.createBranch(BRANCH, BranchName.MAIN, WriteOptions.ANONYMOUS);

      List<String> records = new ArrayList<>();
      for (int i = 0; i < rows; i++) {
        records.add(record("k" + i, i));
      }
      load(graph, BRANCH, records);
      load(graph, BRANCH, List.of(record("again", 7)));
      load(graph, BranchName.MAIN, records);
      load(graph, BranchName.MAIN, List.of(record("again", 7)));

      assertThat(content(graph, BRANCH))
          .hasSize(rows + 2)
          .isEqualTo(content(graph, BranchName.MAIN))
          .anyMatch(line -> line.contains("\"a\":7") && line.contains("\"n\":11"));
    }
  }

  @Test
  void findsEveryValueUnderTheNameItWasWrittenWithAfterPropertiesWentAndWereRenamed() {
    try (OmniGraph graph =
        graph(
            """
            node P { k: String @key a: I32? b: [I32]? c: I32? gone: I32? n: I32? }
            edge E: P -> P { v: I32? w: [String]? gone: I32? }
            """)) {
      load(graph, BranchName.MAIN, List.of("{\"type\":\"P\",\"data\":{\"k\":\"p\",\"a\":1}}"));
      graph.applySchema(
          """
          node P { k: String @key z: I32? @rename_from("a") b: [I32]? c: I32? n: I32? }
          edge E: P -> P { a: [String]? @rename_from("w") v: I32? }
          """,
          false,
          WriteOptions.ANONYMOUS);
      graph.createBranch(BRANCH, BranchName.MAIN, WriteOptions.ANONYMOUS);

      graph.mutate(
          "query m() { insert P { k: \"q\" b: [2, 3] c: 4 n: 5 z: 6 } }",
          null,
          Map.of(),
          BRANCH,
          WriteOptions.ANONYMOUS);
      load(
          graph,
          BRANCH,
          List.of(
              "{\"edge\":\"E\",\"from\":\"p\",\"to\":\"q\",\"data\":{\"id\":\"e\",\"a\":[\"x\"],"
                  + "\"v\":8}}"));

      assertThat(content(graph, BRANCH))
          .anyMatch(line -> line.contains("\"a\":[\"x\"]") && line.contains("\"v\":8"))
          .anyMatch(
              line ->
                  line.contains("\"k\":\"q\"")
                      && line.contains("\"b\":[2,3],\"c\":4")
                      && line.contains("\"n\":5,\"z\":6"))
          .anyMatch(line -> line.contains("\"k\":\"p\"") && line.contains("\"z\":1"));
    }
  }
}
