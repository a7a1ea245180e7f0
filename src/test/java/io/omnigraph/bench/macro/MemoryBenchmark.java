package io.omnigraph.bench.macro;

import io.omnigraph.OmniGraph;
import io.omnigraph.OpenOptions;
import io.omnigraph.WriteOptions;
import io.omnigraph.bench.BenchmarkSetting;
import io.omnigraph.bench.MacroBenchmark;
import io.omnigraph.bench.SocialGraph;
import io.omnigraph.bench.Timing;
import io.omnigraph.maintenance.Upkeep;
import io.omnigraph.model.BranchName;
import io.omnigraph.server.Fixture;
import io.omnigraph.server.Http;
import io.omnigraph.write.LoadMode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * How much memory a server takes: idle, with a whole graph in its cache, and with a cache that is
 * too small for it. Each server is a process of its own with the flags of the package, and nothing
 * but the queries happens in it. Peaks are those of the operating system, where it tells them.
 */
public final class MemoryBenchmark implements MacroBenchmark {

  private static final int SMALL_CACHE_MEGABYTES = 64;
  private static final int CALLS = 20;

  /** Together they need every id, every column and both directions. */
  private static final List<String> QUERIES =
      List.of(
          "match { $a: Person  $a $e:knows $b } return { $e.since, sum($b.age) as ages }",
          "match { $a: Person  $a $e:knows $b  $b $f:knows $c } return { count($c) as paths }",
          "match { $b: Person  $b.age = 30  $a knows $b } return { count($a) as known }",
          "match { $a: Person { name: \"p0000000\" }  $a knows $b  $c knows $b }"
              + " return { $c.name } order { $c.name } limit 10");

  private List<String> findings = List.of();

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String description(BenchmarkSetting setting) {
    SocialGraph content = SocialGraph.of(setting);
    return ("A server answers four queries that need all of %,d nodes and %,d edges, in turn. The"
            + " baseline is a server whose cache may hold %d MB.")
        .formatted(content.people(), content.friendships(), SMALL_CACHE_MEGABYTES);
  }

  @Override
  public List<String> findings() {
    return findings;
  }

  @Override
  public List<Timing> run(BenchmarkSetting setting) throws Exception {
    Path folder = setting.folder().resolve("cluster");
    cluster(folder, SocialGraph.of(setting));
    int calls = setting.scaled(CALLS);
    OptionalLong idle;
    try (Child server = Child.start(folder, -1)) {
      idle = server.peakKilobytes();
    }
    List<String> expected;
    Timing product;
    OptionalLong resident;
    try (Child server = Child.start(folder, -1)) {
      expected = server.answers();
      product = Timing.measure(Timing.PRODUCT, 1, 1, calls, server::answers);
      resident = server.peakKilobytes();
    }
    OptionalLong small;
    Timing baseline;
    try (Child server = Child.start(folder, SMALL_CACHE_MEGABYTES)) {
      if (!server.answers().equals(expected)) {
        throw new IllegalStateException("a small cache changed the answers");
      }
      baseline =
          Timing.measure(
              "OmniGraph, cache of " + SMALL_CACHE_MEGABYTES + " MB", 1, 1, calls, server::answers);
      small = server.peakKilobytes();
    }
    findings =
        List.of(
            "Peak resident memory of the idle server: " + megabytes(idle) + ".",
            "With the graph in its cache: " + megabytes(resident) + ".",
            "With a cache of " + SMALL_CACHE_MEGABYTES + " MB: " + megabytes(small) + ".");
    return List.of(product, baseline);
  }

  private static String megabytes(OptionalLong kilobytes) {
    return kilobytes.isPresent() ? kilobytes.getAsLong() / 1024 + " MB" : "not told by this system";
  }

  private static void cluster(Path folder, SocialGraph content) throws Exception {
    Fixture.cluster(folder, "social");
    Path root = Path.of(Fixture.root(folder, "social"));
    deleteRecursively(root);
    try (OmniGraph graph =
            OmniGraph.init(root.toString(), SocialGraph.SCHEMA, false, OpenOptions.readWrite());
        var records = content.records()) {
      graph.load(records, LoadMode.APPEND, BranchName.MAIN, null, WriteOptions.ANONYMOUS);
      graph.ensureIndices(BranchName.MAIN, Upkeep.SMALLEST_INDEXED_TABLE);
    }
  }

  private static void deleteRecursively(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** A server process. */
  private record Child(Process process, Http http) implements AutoCloseable {

    /**
     * @param cacheMegabytes budget of the cache; negative for the default
     */
    static Child start(Path cluster, int cacheMegabytes) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(flags("jvm.options"));
      command.addAll(flags("omnigraph-server.jvm.options"));
      for (String property : List.of("omnigraph.native.dir", "omnigraph.home")) {
        if (System.getProperty(property) != null) {
          command.add("-D" + property + "=" + System.getProperty(property));
        }
      }
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
      command.addAll(
          List.of(
              "io.omnigraph.server.Main",
              "--cluster",
              cluster.toString(),
              "--bind",
              "127.0.0.1:0",
              "--unauthenticated"));
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(cluster.resolve("server.log").toFile());
      if (cacheMegabytes >= 0) {
        builder.environment().put("OMNIGRAPH_CACHE_MEGABYTES", Integer.toString(cacheMegabytes));
      }
      Process process = builder.start();
      var out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String line = out.readLine();
      String prefix = "OMNIGRAPH_LISTEN_ADDR=";
      if (line == null || !line.startsWith(prefix)) {
        process.destroyForcibly();
        throw new IllegalStateException(Files.readString(cluster.resolve("server.log")));
      }
      return new Child(process, Http.to(line.substring(prefix.length())));
    }

    /** The flags that the package gives the server. */
    private static List<String> flags(String file) throws IOException {
      List<String> flags = new ArrayList<>();
      for (String line : Files.readAllLines(Path.of("conf", file))) {
        String flag = line.strip();
        if (flag.startsWith("24-:")) {
          flag = Runtime.version().feature() >= 24 ? flag.substring(4) : "";
        }
        if (!flag.isEmpty() && !flag.startsWith("#")) {
          flags.add(flag);
        }
      }
      return flags;
    }

    /** The rows of every query. */
    List<String> answers() {
      List<String> answers = new ArrayList<>();
      for (String query : QUERIES) {
        String source = "query q() { " + query.replace("\"", "\\\"") + " }";
        Http.Answer answer = http.post("/graphs/social/query", "{\"query\": \"" + source + "\"}");
        if (answer.status() != 200) {
          throw new IllegalStateException(answer.status() + " " + answer.body());
        }
        List<String> rows = new ArrayList<>();
        answer.json().path("rows").forEach(row -> rows.add(row.toString()));
        rows.sort(null);
        answers.add(rows.toString());
      }
      return answers;
    }

    OptionalLong peakKilobytes() throws IOException {
      Path status = Path.of("/proc/" + process.pid() + "/status");
      if (!Files.isReadable(status)) {
        return OptionalLong.empty();
      }
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst();
    }

    @Override
    public void close() throws InterruptedException {
      process.destroy();
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }
}
