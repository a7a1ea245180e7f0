package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.manifest.ManifestState;
import io.omnigraph.model.BranchName;
import io.omnigraph.model.GraphUri;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.storage.StorageOptions;
import io.omnigraph.testing.AtomicS3Endpoint;
import io.omnigraph.testing.S3Request;
import io.omnigraph.testing.S3RequestLog;
import io.omnigraph.testing.S3RequestLog.Entry;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A graph on the counting endpoint, and what single operations on it cost: requests by kind and
 * place, requests that follow each other, bytes.
 */
final class MeasuredGraph implements AutoCloseable {

  /** Delay of every request while requests in a row are counted: far above any scheduling. */
  static final Duration LATENCY = Duration.ofMillis(20);

  static final String SCHEMA =
      """
      node Person {
        name: String @key
        age: I32?
      }
      node City {
        name: String @key
      }
      edge Knows: Person -> Person
      """;

  /**
   * What one operation cost.
   *
   * @param requests by kind and place
   * @param hops requests in a row until the answer
   * @param sent bytes of payload sent
   * @param received bytes of payload received, listings left out: they tell the versions there are
   */
  record Cost(Map<String, Integer> requests, int hops, long sent, long received) {

    String text() {
      return requests.entrySet().stream()
              .map(e -> "  " + e.getKey() + " " + e.getValue() + "\n")
              .collect(Collectors.joining())
          + "  KiB sent at most "
          + roundedUp(sent)
          + ", received at most "
          + roundedUp(received)
          + "\n";
    }

    int count() {
      return requests.values().stream().mapToInt(i -> i).sum();
    }

    /** To a power of two: sizes depend on names and on how long ago files were folded. */
    private static long roundedUp(long bytes) {
      long kib = 64;
      while (kib * 1024 < bytes) {
        kib *= 2;
      }
      return bytes == 0 ? 0 : kib;
    }
  }

  final AtomicS3Endpoint endpoint;
  OmniGraph graph;
  private final String root;
  private int number;
  private int stock;
  private int commits;

  /**
   * @param types number of node and edge types in the schema, at least 3
   */
  MeasuredGraph(AtomicS3Endpoint endpoint, int types) {
    this.endpoint = endpoint;
    StringBuilder schema = new StringBuilder(SCHEMA);
    for (int i = 3; i < types; i++) {
      schema.append("node Filler%d {\n  name: String @key\n}\n".formatted(i));
    }
    var location = endpoint.freshRoot();
    this.root = location.toString().replaceFirst("^s3://bucket/", "");
    this.graph =
        OmniGraph.init(
            location.toString(),
            schema.toString(),
            false,
            OpenOptions.readWrite().withStorageOptions(endpoint.environment()));
    load("Person", 200);
    load("City", 200);
    graph.ensureIndices(BranchName.MAIN, 1);
    commits = graph.commits(BranchName.MAIN, -1, null).size();
  }

  private void load(String type, int rows) {
    StringBuilder records = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      records.append("{\"type\":\"%s\",\"data\":{\"name\":\"stock%d\"}}\n".formatted(type, i));
    }
    load(records.toString(), "main");
  }

  void load(String records, String branch) {
    graph.load(
        new ByteArrayInputStream(records.getBytes(StandardCharsets.UTF_8)),
        LoadMode.MERGE,
        BranchName.of(branch),
        null,
        WriteOptions.ANONYMOUS);
    commits++;
  }

  /** A number that was not used before. */
  int next() {
    return number++;
  }

  /** A loaded node that was not replaced yet. */
  String unusedStock() {
    return "stock" + (10 + stock++);
  }

  void mutate(String branch, String statements) {
    graph.mutate(
        "query w() { " + statements + " }",
        null,
        Map.of(),
        BranchName.of(branch),
        WriteOptions.ANONYMOUS);
    commits++;
  }

  void insertPerson() {
    mutate("main", "insert Person { name: \"p" + next() + "\", age: 1 }");
  }

  void insertPersons(int count) {
    for (int i = 0; i < count; i++) {
      insertPerson();
    }
  }

  /** Inserts until the history has so many commits. */
  void deepenTo(int depth) {
    while (commits < depth) {
      insertPerson();
    }
  }

  void branch(String name) {
    graph.createBranch(BranchName.of(name), BranchName.MAIN, WriteOptions.ANONYMOUS);
  }

  void deleteBranch(String name) {
    graph.deleteBranch(BranchName.of(name), WriteOptions.ANONYMOUS);
  }

  /**
   * What it costs the next owner of the graph to delete a branch, before anything else. A branch
   * stays besides.
   */
  Cost firstDeletionAfterOpening(String branch) {
    branch("stays" + next());
    graph.close();
    graph =
        TestEngine.open(
            TestEngine.settings(
                endpointRoot(), StorageOptions.fromEnvironment(endpoint.environment())),
            OpenOptions.readWrite());
    return cost(() -> deleteBranch(branch), Duration.ZERO);
  }

  /** Another process that only reads. */
  OmniGraph reader(ReadConsistency consistency) {
    return TestEngine.openReadOnly(
        TestEngine.settings(endpointRoot(), StorageOptions.fromEnvironment(endpoint.environment())),
        OpenOptions.readOnly().withReadConsistency(consistency));
  }

  private GraphUri endpointRoot() {
    return GraphUri.parse("s3://bucket/" + root);
  }

  static long read(OmniGraph graph, String branch) {
    return graph.snapshot(ReadTarget.branch(branch)).manifestVersion();
  }

  /** What an operation costs; measured with a latency, so that requests in a row show. */
  Cost cost(Runnable operation) {
    return cost(operation, LATENCY);
  }

  /**
   * The cheapest of two runs, or of three if they differ: the upkeep that comes with about every
   * hundredth commit, of a table and of the manifest, is in two of them at most.
   */
  Cost cheapest(Runnable operation, Duration latency) {
    Cost one = cost(operation, latency);
    Cost two = cost(operation, latency);
    Cost best = one.count() <= two.count() ? one : two;
    if (one.count() == two.count()) {
      return best;
    }
    Cost three = cost(operation, latency);
    return three.count() < best.count() ? three : best;
  }

  /** How many fragments of main's manifest were added since it was folded, and a few more. */
  int looseFragments() {
    graph.engine().lanes().awaitIdle();
    try (ManifestState main = graph.engine().manifests().openHead(BranchName.MAIN)) {
      return main.looseFragments();
    }
  }

  /** Commits until main was folded and has so many loose fragments again. */
  void deepenUntilLoose(int fragments) {
    while (looseFragments() != fragments) {
      insertPerson();
    }
  }

  /** Makes the storage library forget what it keeps in memory about the files of every table. */
  void forgetFiles() {
    String branch = "forget" + next();
    branch(branch);
    deleteBranch(branch);
  }

  /** What the first look at the head of main costs a process that knows nothing of the graph. */
  Cost coldOpen() {
    return coldOpen(Duration.ZERO);
  }

  Cost coldOpen(Duration latency) {
    forgetFiles();
    OmniGraph[] opened = new OmniGraph[1];
    Cost cost =
        cost(
            () -> {
              opened[0] = reader(ReadConsistency.PROBE);
              read(opened[0], "main");
            },
            latency);
    opened[0].close();
    return cost;
  }

  /**
   * What it costs the next owner to open the graph and insert a person.
   *
   * @param key of the request; null for none
   */
  Cost coldWrite(String name, @Nullable String key) {
    forgetFiles();
    return cost(
        () -> {
          graph.close();
          graph =
              TestEngine.open(
                  TestEngine.settings(
                      endpointRoot(), StorageOptions.fromEnvironment(endpoint.environment())),
                  OpenOptions.readWrite());
          graph.mutate(
              "query w() { insert Person { name: \"" + name + "\" } }",
              null,
              Map.of(),
              BranchName.MAIN,
              new WriteOptions(null, null, key));
          commits++;
        },
        LATENCY);
  }

  Cost cost(Runnable operation, Duration latency) {
    // What a commit before this one made worth folding is folded after its answer.
    graph.engine().lanes().awaitIdle();
    awaitNoSidecar();
    endpoint.log().clear();
    endpoint.faults().latency(latency);
    int hops;
    try {
      operation.run();
      // Sidecars are removed aside from the caller, who does not wait for it.
      hops =
          S3RequestLog.serialHops(
              entries().stream()
                  .filter(e -> !place(e.key()).equals("sidecar") || isPut(e))
                  .toList());
    } finally {
      endpoint.faults().latency(Duration.ZERO);
    }
    graph.engine().lanes().awaitIdle();
    awaitNoSidecar();
    List<Entry> entries = entries();
    Map<String, Integer> requests = new TreeMap<>();
    entries.forEach(e -> requests.merge(e.kind() + " " + place(e.key()), 1, Integer::sum));
    return new Cost(
        new LinkedHashMap<>(requests),
        hops,
        entries.stream().mapToLong(Entry::bytesIn).sum(),
        entries.stream()
            .filter(e -> e.kind() != S3Request.Kind.LIST)
            .mapToLong(Entry::bytesOut)
            .sum());
  }

  private static boolean isPut(Entry entry) {
    return entry.kind() == S3Request.Kind.PUT;
  }

  private List<Entry> entries() {
    return endpoint.log().entries().stream().filter(e -> !e.key().contains("__lease")).toList();
  }

  private void awaitNoSidecar() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!endpoint.keys(root + "/__recovery/").isEmpty() || !everyRemovalIsLogged()) {
      assertThat(System.nanoTime()).as("a sidecar stays").isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** A request is logged when it is answered, a moment after its effect shows. */
  private boolean everyRemovalIsLogged() {
    Set<String> left = new HashSet<>();
    for (Entry entry : entries()) {
      if (place(entry.key()).equals("sidecar")) {
        if (isPut(entry)) {
          left.add(entry.key());
        } else if (entry.kind() == S3Request.Kind.DELETE) {
          left.remove(entry.key());
        }
      }
    }
    return left.isEmpty();
  }

  /** Which kind of object it is, without names that change from run to run. */
  private String place(String key) {
    String below = key.startsWith(root + "/") ? key.substring(root.length() + 1) : key;
    if (below.startsWith("__recovery/")) {
      return "sidecar";
    }
    if (below.startsWith("__branches/")) {
      return "branch note";
    }
    String owner = below.startsWith("__manifest") ? "manifest" : "table";
    return owner
        + below
            .replaceFirst("^__manifest", "")
            .replaceFirst("^(nodes|edges)/[0-9a-f]+", "")
            .replaceFirst("/tree/[^_/]*(?=/|$)", "/tree")
            .replaceFirst("/(data|_deletions|_transactions|_versions|_indices)/.*", "/$1")
            .replaceFirst("/_refs/branches/.*", "/_refs");
  }

  @Override
  public void close() {
    graph.close();
  }
}
