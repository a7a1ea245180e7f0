package io.omnigraph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.write.BundleImport;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;

/** Graphs with a random history, their bundles, and what a reader sees of them. */
abstract class Bundles {

  static final String SCHEMA =
      """
      node Doc {
        name: String @key
        n: I32?  big: U64?  real: F64?  small: F32?  flag: Bool?  day: Date?  at: DateTime?
        kind: enum(a, b)?  emb: Vector(2)?  tags: [String]?  body: Blob?
      }
      node Note { text: String }
      edge Next: Doc -> Doc { w: F32? }
      edge On: Note -> Doc
      """;

  @TempDir Path folder;

  static OpenOptions options() {
    return OpenOptions.readWrite().withDurability(OpenOptions.Durability.OS);
  }

  static byte[] bundle(OmniGraph graph) {
    var out = new ByteArrayOutputStream();
    graph.exportHistory(out);
    return out.toByteArray();
  }

  BundleImport.Result restore(byte[] bundle, String name) {
    return OmniGraph.importHistory(
        folder.resolve(name).toString(), new ByteArrayInputStream(bundle), options());
  }

  static String export(OmniGraph graph, ReadTarget target) {
    var out = new ByteArrayOutputStream();
    try {
      graph.export(target, List.of(), List.of(), out);
    } catch (GoneException e) {
      return e.code();
    }
    return out.toString(UTF_8);
  }

  /** Everything a reader can see of the history, by branch and commit. */
  static Map<String, String> seen(OmniGraph graph) {
    Map<String, String> seen = new TreeMap<>();
    for (BranchName branch : graph.branches()) {
      seen.put("branch " + branch, export(graph, new ReadTarget.Branch(branch)));
      List<GraphCommit> commits = graph.commits(branch, 10_000, null);
      seen.put(
          "log " + branch, String.join(",", commits.stream().map(c -> c.id().value()).toList()));
      for (GraphCommit c : commits) {
        seen.put(
            "commit " + c.id(),
            String.join(
                "|",
                c.branch().value(),
                String.valueOf(c.parent()),
                String.valueOf(c.mergedParent()),
                String.valueOf(c.actor()),
                Long.toString(c.createdAtMicros()),
                c.kind().word(),
                String.valueOf(c.schemaHash()),
                String.valueOf(c.recoveredBy()),
                String.valueOf(c.carriedBy())));
        seen.put("content " + c.id(), export(graph, new ReadTarget.Commit(c.id())));
      }
    }
    return seen;
  }

  static String node(Random random, String name) {
    return "{\"type\":\"Doc\",\"data\":{\"name\":\"%s\",\"n\":%d,\"big\":%s,\"real\":%s,\"small\":%s,\"flag\":%s,\"day\":\"2024-02-%02d\",\"at\":%d,\"kind\":%s,\"emb\":%s,\"tags\":%s,\"body\":%s}}\n"
        .formatted(
            name,
            random.nextInt(),
            random.nextBoolean() ? "null" : Long.toUnsignedString(random.nextLong()),
            random.nextBoolean() ? "null" : Double.toString(random.nextGaussian()),
            Float.toString(random.nextFloat()),
            random.nextBoolean(),
            1 + random.nextInt(28),
            random.nextInt(),
            random.nextBoolean() ? "null" : "\"a\"",
            random.nextBoolean() ? "null" : "[0.5,-1e-7]",
            random.nextBoolean() ? "[]" : "[\"é\\u0000𝄞\",null,\"\"]",
            switch (random.nextInt(4)) {
              case 0 -> "\"base64:" + "QUJD".repeat(1 + random.nextInt(30_000)) + "\"";
              case 1 -> "\"base64:AA==\"";
              default -> "null";
            });
  }

  /** One random step on a branch; what the rules refuse changes nothing. */
  static void step(OmniGraph graph, Random random, BranchName branch) {
    String name = "d" + random.nextInt(12);
    String other = "d" + random.nextInt(12);
    WriteOptions by = WriteOptions.by(random.nextBoolean() ? null : new ActorId("act-" + name));
    try {
      switch (random.nextInt(9)) {
        case 0, 1 -> {
          String rows = node(random, name) + node(random, name + "x");
          LoadMode mode = random.nextBoolean() ? LoadMode.MERGE : LoadMode.APPEND;
          graph.load(new ByteArrayInputStream(rows.getBytes(UTF_8)), mode, branch, null, by);
        }
        case 2 ->
            graph.mutate(
                "query q() { update Doc set { n: 7 } where name = \"" + name + "\" }",
                null,
                Map.of(),
                branch,
                by);
        case 3 ->
            graph.mutate(
                "query q() { delete Doc where name = \"" + name + "\" }",
                null,
                Map.of(),
                branch,
                by);
        case 4 ->
            graph.mutate(
                "query q() { insert Next { from: \""
                    + name
                    + "\", to: \""
                    + other
                    + "\", w: 0.5 } }",
                null,
                Map.of(),
                branch,
                by);
        case 5 ->
            graph.mutate(
                "query q() { insert Note { text: \"" + name + "\" } }", null, Map.of(), branch, by);
        case 6 ->
            graph.mutate(
                "query q() { delete Next where from = \"" + name + "\" }",
                null,
                Map.of(),
                branch,
                by);
        case 7 -> graph.optimize(branch);
        default -> {
          String rows = "{\"type\":\"Note\",\"data\":{\"id\":\"" + name + "\",\"text\":\"t\"}}";
          graph.load(
              new ByteArrayInputStream(rows.getBytes(UTF_8)), LoadMode.OVERWRITE, branch, null, by);
        }
      }
    } catch (GraphException e) {
      assertThat(e.kind())
          .as(e.getMessage())
          .isIn(GraphException.Kind.BAD_REQUEST, GraphException.Kind.CONFLICT);
    }
  }

  static void load(OmniGraph graph, String rows) {
    graph.load(
        new ByteArrayInputStream(rows.getBytes(UTF_8)),
        LoadMode.MERGE,
        BranchName.MAIN,
        null,
        WriteOptions.by(null));
  }
}
