package io.omnigraph;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.omnigraph.commit.GraphCommit;
import io.omnigraph.maintenance.CleanupPolicy;
import io.omnigraph.model.ActorId;
import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.GoneException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.write.BundleImport;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bundles: a graph comes back with its whole history, or not at all. */
class BundleTest {

  private static final String SCHEMA =
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

  private static OpenOptions options() {
    return OpenOptions.readWrite().withDurability(OpenOptions.Durability.OS);
  }

  private static byte[] bundle(OmniGraph graph) {
    var out = new ByteArrayOutputStream();
    graph.exportHistory(out);
    return out.toByteArray();
  }

  private BundleImport.Result restore(byte[] bundle, String name) {
    return OmniGraph.importHistory(
        folder.resolve(name).toString(), new ByteArrayInputStream(bundle), options());
  }

  private static String export(OmniGraph graph, ReadTarget target) {
    var out = new ByteArrayOutputStream();
    try {
      graph.export(target, List.of(), List.of(), out);
    } catch (GoneException e) {
      return e.code();
    }
    return out.toString(UTF_8);
  }

  /** Everything a reader can see of the history, by branch and commit. */
  private static Map<String, String> seen(OmniGraph graph) {
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

  private static String node(Random random, String name) {
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
  private static void step(OmniGraph graph, Random random, BranchName branch) {
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

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  void everyCommitOfARandomHistoryReadsTheSameAfterARoundTrip(long seed) {
    Random random = new Random(seed);
    int steps = 22 * Integer.getInteger("soak.factor", 1);
    Map<String, String> before;
    byte[] bundle;
    try (OmniGraph graph =
        OmniGraph.init(folder.resolve("one").toString(), SCHEMA, false, options())) {
      List<BranchName> branches = new ArrayList<>(List.of(BranchName.MAIN));
      for (int i = 0; i < steps; i++) {
        if (i % 8 == 5) {
          BranchName made = new BranchName("b" + i);
          graph.createBranch(
              made,
              branches.get(random.nextInt(branches.size())),
              WriteOptions.by(new ActorId("act-brancher")));
          branches.add(made);
        }
        if (i % 13 == 11 && branches.size() > 2) {
          BranchName gone = branches.get(1 + random.nextInt(branches.size() - 1));
          try {
            graph.deleteBranch(gone, WriteOptions.by(null));
            branches.remove(gone);
          } catch (ConflictException e) {
            assertThat(e.code()).isEqualTo("branch_has_dependants");
          }
        }
        step(graph, random, branches.get(random.nextInt(branches.size())));
      }
      before = seen(graph);
      bundle = bundle(graph);
    }
    BundleImport.Result result = restore(bundle, "two");
    try (OmniGraph graph = OmniGraph.open(folder.resolve("two").toString(), options())) {
      assertThat(seen(graph)).as("seed " + seed).isEqualTo(before);
      assertThat(result.commits())
          .isEqualTo(before.keySet().stream().filter(k -> k.startsWith("commit ")).count());
      assertThat(result.unreadable()).isZero();
      // It lives on: writes on every branch, and bundles of it.
      for (BranchName branch : graph.branches()) {
        graph.mutate(
            "query q() { insert Doc { name: \"after-" + branch + "\" } }",
            null,
            Map.of(),
            branch,
            WriteOptions.by(null));
      }
      Map<String, String> later = seen(graph);
      assertThat(later).containsAllEntriesOf(onlyCommits(before));
      restore(bundle(graph), "three");
      try (OmniGraph third = OmniGraph.open(folder.resolve("three").toString(), options())) {
        assertThat(seen(third)).isEqualTo(later);
      }
    }
    GraphIntegrity.check(
        GraphUri.local(folder.resolve("two")).canonical(), StorageOptions.defaults());
  }

  @Test
  void commitsThatWereCleanedUpKeepTheirPlaceWithoutContent() {
    Map<String, String> before;
    byte[] bundle;
    try (OmniGraph graph =
        OmniGraph.init(folder.resolve("one").toString(), SCHEMA, false, options())) {
      Random random = new Random(4);
      for (int i = 0; i < 12; i++) {
        step(graph, random, BranchName.MAIN);
      }
      graph.createBranch(new BranchName("side"), BranchName.MAIN, WriteOptions.by(null));
      for (int i = 0; i < 4; i++) {
        step(graph, random, BranchName.MAIN);
        step(graph, random, new BranchName("side"));
      }
      graph.cleanup(new CleanupPolicy(3, null), false);
      before = seen(graph);
      assertThat(before.values()).contains("historical_version_reclaimed");
      bundle = bundle(graph);
    }
    BundleImport.Result result = restore(bundle, "two");
    assertThat(result.unreadable()).isPositive();
    try (OmniGraph graph = OmniGraph.open(folder.resolve("two").toString(), options())) {
      assertThat(seen(graph)).isEqualTo(before);
    }
  }

  private static void load(OmniGraph graph, String rows) {
    graph.load(
        new ByteArrayInputStream(rows.getBytes(UTF_8)),
        LoadMode.MERGE,
        BranchName.MAIN,
        null,
        WriteOptions.by(null));
  }

  @Test
  void everySchemaOfTheHistoryComesBackWithItsCommits() {
    Map<String, String> before;
    byte[] bundle;
    String two =
        SCHEMA.replace("n: I32?", "n: I32?  more: String?") + "node Extra { k: String @key }";
    String three =
        two.replace("more: String?", "renamed: String? @rename_from(\"more\")")
            .replace("tags: [String]?", "");
    try (OmniGraph graph =
        OmniGraph.init(folder.resolve("one").toString(), SCHEMA, false, options())) {
      WriteOptions by = WriteOptions.by(new ActorId("act-schema"));
      load(graph, node(new Random(1), "a") + node(new Random(2), "b"));
      graph.applySchema(two, false, by);
      load(
          graph,
          "{\"type\":\"Doc\",\"data\":{\"name\":\"c\",\"more\":\"x\"}}{\"type\":\"Extra\",\"data\":{\"k\":\"1\"}}");
      graph.applySchema(three, false, by);
      load(graph, "{\"type\":\"Doc\",\"data\":{\"name\":\"d\",\"renamed\":\"y\"}}");
      graph.applySchema(three.replace("node Extra { k: String @key }", ""), false, by);
      load(graph, "{\"type\":\"Doc\",\"data\":{\"name\":\"e\",\"renamed\":\"z\"}}");
      // The name comes back with other columns.
      graph.applySchema(three.replace("k: String @key", "k: String @key  v: I32?"), false, by);
      load(graph, "{\"type\":\"Extra\",\"data\":{\"k\":\"2\",\"v\":7}}");
      graph.createBranch(new BranchName("side"), BranchName.MAIN, WriteOptions.by(null));
      before = seen(graph);
      bundle = bundle(graph);
    }
    assertThat(before.values().stream().filter(v -> v.contains("schema_apply"))).hasSize(4);
    restore(bundle, "two");
    try (OmniGraph graph = OmniGraph.open(folder.resolve("two").toString(), options())) {
      assertThat(seen(graph)).isEqualTo(before);
      load(graph, "{\"type\":\"Extra\",\"data\":{\"k\":\"3\",\"v\":8}}");
      assertThat(export(graph, ReadTarget.MAIN)).contains("\"id\":\"3\"");
    }
  }

  @Test
  void aHistoryGoesFromOneBucketToAnotherPlaceInIt() {
    Random random = new Random(11);
    try (var endpoint = new AtomicS3Endpoint()) {
      OpenOptions bucket = options().withStorageOptions(endpoint.environment());
      Map<String, String> before;
      byte[] bundle;
      try (OmniGraph graph = OmniGraph.init("s3://bucket/one", SCHEMA, false, bucket)) {
        for (int i = 0; i < 3; i++) {
          step(graph, random, BranchName.MAIN);
        }
        graph.createBranch(new BranchName("side"), BranchName.MAIN, WriteOptions.by(null));
        for (int i = 0; i < 2; i++) {
          step(graph, random, new BranchName("side"));
        }
        before = seen(graph);
        bundle = bundle(graph);
      }
      OmniGraph.importHistory("s3://bucket/two", new ByteArrayInputStream(bundle), bucket);
      assertThat(endpoint.keys("two/")).isNotEmpty().doesNotContain("two/__import.json");
      try (OmniGraph restored = OmniGraph.open("s3://bucket/two", bucket)) {
        assertThat(seen(restored)).isEqualTo(before);
        step(restored, random, BranchName.MAIN);
      }
      byte[] cut = Arrays.copyOf(bundle, bundle.length / 2);
      assertThatThrownBy(
              () ->
                  OmniGraph.importHistory(
                      "s3://bucket/three", new ByteArrayInputStream(cut), bucket))
          .isInstanceOf(GraphException.class);
      assertThat(endpoint.keys("three/")).allMatch(key -> key.contains("__lease"));
      // A bundle knows no place: the same one makes the graph on a disk.
      restore(bundle, "disk");
      try (OmniGraph restored = OmniGraph.open(folder.resolve("disk").toString(), options())) {
        assertThat(seen(restored)).isEqualTo(before);
      }
    }
  }

  private static Map<String, String> onlyCommits(Map<String, String> seen) {
    Map<String, String> commits = new TreeMap<>(seen);
    commits.keySet().removeIf(k -> !k.startsWith("commit ") && !k.startsWith("content "));
    return commits;
  }

  private byte[] small() {
    try (OmniGraph graph =
        OmniGraph.init(folder.resolve("small").toString(), SCHEMA, false, options())) {
      Random random = new Random(9);
      for (int i = 0; i < 6; i++) {
        step(graph, random, BranchName.MAIN);
      }
      graph.createBranch(new BranchName("side"), BranchName.MAIN, WriteOptions.by(null));
      step(graph, random, new BranchName("side"));
      return bundle(graph);
    }
  }

  private void requireNothing(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      assertThat(files.filter(Files::isRegularFile).map(p -> p.getFileName().toString()))
          .allMatch(name -> name.startsWith("__lease") || name.endsWith(".lock"));
    }
  }

  @Test
  void damagedBundlesAreRefusedAndLeaveNothingBehind() throws IOException {
    byte[] bundle = small();
    Random random = new Random(31);
    Path root = folder.resolve("damaged");
    for (int i = 0; i < 12; i++) {
      byte[] cut = Arrays.copyOf(bundle, random.nextInt(bundle.length - 1));
      assertThatThrownBy(() -> restore(cut, "damaged"))
          .as("cut at " + cut.length)
          .isInstanceOfSatisfying(
              BadRequestException.class,
              e ->
                  assertThat(e.code())
                      .isIn("bundle_truncated", "bundle_corrupt", "not_a_bundle", "invalid_json"));
      requireNothing(root);
      byte[] flipped = bundle.clone();
      int at = random.nextInt(bundle.length);
      flipped[at] ^= (byte) (1 << random.nextInt(7));
      assertThatThrownBy(() -> restore(flipped, "damaged"))
          .as("flipped at " + at)
          .isInstanceOf(GraphException.class);
      requireNothing(root);
    }
    byte[] longer = Arrays.copyOf(bundle, bundle.length + 1);
    longer[bundle.length] = '\n';
    assertThatThrownBy(() -> restore(longer, "damaged")).hasMessageContaining("nothing may follow");
    assertThat(restore(bundle, "damaged").commits()).isPositive();
  }

  @Test
  void otherFormatsAndOtherFilesAreNamed() {
    String newer = new String(small(), UTF_8).replaceFirst("\"format\":1", "\"format\":99");
    assertThatThrownBy(() -> restore(newer.getBytes(UTF_8), "x"))
        .hasMessageContaining("the bundle has format 99; this build reads format 1");
    String records = "{\"type\":\"Doc\",\"data\":{\"name\":\"a\"}}\n";
    assertThatThrownBy(() -> restore(records.getBytes(UTF_8), "x"))
        .hasMessageContaining("load records of an export with `omnigraph load`");
    assertThatThrownBy(() -> restore(new byte[0], "x"))
        .isInstanceOfSatisfying(
            BadRequestException.class, e -> assertThat(e.code()).isEqualTo("not_a_bundle"));
  }

  @Test
  void aGraphThatIsThereIsLeftAlone() {
    byte[] bundle = small();
    assertThatThrownBy(() -> restore(bundle, "small"))
        .isInstanceOfSatisfying(
            ConflictException.class, e -> assertThat(e.code()).isEqualTo("already_initialized"));
    try (OmniGraph graph = OmniGraph.open(folder.resolve("small").toString(), options())) {
      assertThat(bundle(graph)).hasSizeGreaterThan(1000);
    }
  }

  @Test
  void filesOfOthersAreNotTouched() throws IOException {
    byte[] bundle = small();
    Path theirs = folder.resolve("project/nodes/mine.txt");
    Files.createDirectories(theirs.getParent());
    Files.writeString(theirs, "precious");
    assertThatThrownBy(() -> restore(bundle, "project"))
        .isInstanceOfSatisfying(
            ConflictException.class, e -> assertThat(e.code()).isEqualTo("root_not_empty"));
    assertThat(theirs).hasContent("precious");
  }

  /** A stream that ends like a process does: with whatever is there left as it is. */
  private static final class Dies extends ByteArrayInputStream {
    Dies(byte[] bytes) {
      super(bytes);
    }

    @Override
    public synchronized int read(byte[] into, int from, int length) {
      if (available() < 20_000) {
        throw new ThreadDeathLike();
      }
      return super.read(into, from, Math.min(length, 5_000));
    }
  }

  private static final class ThreadDeathLike extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @Test
  void anImportThatWasKilledIsNoGraphAndStartsOver() throws IOException {
    byte[] bundle = small();
    Path root = folder.resolve("killed");
    // The state in the middle is what a kill leaves: it is copied away before the clean-up.
    Path middle = folder.resolve("middle");
    InputStream copying =
        new ByteArrayInputStream(bundle) {
          private boolean copied;

          @Override
          public synchronized int read(byte[] into, int from, int length) {
            if (available() < bundle.length / 2 && !copied) {
              copied = true;
              copyTree(root, middle);
            }
            return super.read(into, from, Math.min(length, 5_000));
          }
        };
    OmniGraph.importHistory(root.toString(), copying, options());
    assertThat(middle.resolve("__import.json")).exists();
    for (OpenOptions how : List.of(options(), OpenOptions.readOnly())) {
      assertThatThrownBy(() -> OmniGraph.open(middle.toString(), how).close())
          .hasMessageContaining("did not finish");
    }
    OmniGraph.importHistory(middle.toString(), new ByteArrayInputStream(bundle), options());
    assertThat(middle.resolve("__import.json")).doesNotExist();
    try (OmniGraph one = OmniGraph.open(root.toString(), options());
        OmniGraph two = OmniGraph.open(middle.toString(), options())) {
      assertThat(seen(two)).isEqualTo(seen(one));
    }
    assertThatThrownBy(
            () ->
                OmniGraph.importHistory(
                    folder.resolve("dies").toString(), new Dies(bundle), options()))
        .isInstanceOf(ThreadDeathLike.class);
    requireNothing(folder.resolve("dies"));
  }

  private static void copyTree(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (!file.getFileName().toString().startsWith("__lease")) {
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
