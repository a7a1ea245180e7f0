package io.omnigraph;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.BranchName;
import io.omnigraph.model.ConflictException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.QueryEngine;
import io.omnigraph.read.QueryOptions;
import io.omnigraph.read.ResultRows;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.write.LoadMode;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The caches follow the commits of their process, and always show what the tables hold. */
class CacheFollowTest {

  private static final String SCHEMA =
      """
      node Person {
        name: String @key
        age: I32?
        nick: String?
        score: F64?
        tags: [String]?
        at: Vector(2)?
      }
      node Place { code: String @key }
      edge Knows: Person -> Person { since: I32? note: String? }
      edge LivesIn: Person -> Place
      """;

  /** Together they touch ids, both directions of every edge type, and every column. */
  private static final List<String> QUERIES =
      List.of(
          "match { $p: Person } return { $p.name, $p.age, $p.nick, $p.score, $p.tags, $p.at }",
          "match { $p: Person  $p $e:knows $q } return { $p.name, $q.name, $e.since, $e.note }",
          "match { $q: Person  $q.age < 30  $p $e:knows $q } return { $p.name, $e.note }",
          "match { $p: Person  $p knows{1,3} $q } return { $p.name, $q.nick }",
          "match { $c: Place  $p livesIn $c } return { $c.code, $p.age }",
          "match { $p: Person  not { $p <knows> $_ } } return { $p.name }",
          "match { $p: Person  $p $e:knows $q  $q $f:knows $r } return { count($r) as n }");

  private static final BranchName MAIN = BranchName.MAIN;

  @TempDir Path folder;

  /** A permit for every commit that the caches have been told of. */
  private final Semaphore announced = new Semaphore(0);

  private static List<String> rows(
      OmniGraph graph, BranchName branch, String body, AccessPath path) {
    List<String> rows = new ArrayList<>();
    try (QueryCursor cursor =
        graph.query(
            "query q() { " + body + " }",
            null,
            Map.of(),
            new ReadTarget.Branch(branch),
            QueryOptions.DEFAULT.withPath(path))) {
      ResultRows.readAll(cursor, ResultRows.Integers.NATIVE).forEach(r -> rows.add(r.toString()));
    }
    rows.sort(null);
    return rows;
  }

  private static void check(OmniGraph graph, BranchName branch, String when) {
    for (String query : QUERIES) {
      assertThat(rows(graph, branch, query, AccessPath.RESIDENT))
          .as("%s on %s: %s", when, branch, query)
          .isEqualTo(rows(graph, branch, query, AccessPath.SCAN));
    }
  }

  /** Draws small writes. */
  private record Writer(OmniGraph graph, SplittableRandom random) {

    private String person() {
      return "p" + random.nextInt(12);
    }

    private String text(String word) {
      return random.nextInt(3) == 0 ? "null" : "\"" + word + random.nextInt(4) + "\"";
    }

    private String number() {
      return random.nextInt(3) == 0 ? "null" : Integer.toString(random.nextInt(60));
    }

    private String personRecord() {
      return ("{\"type\":\"Person\",\"data\":{\"name\":\"%s\",\"age\":%s,\"nick\":%s,\"score\":%s,"
              + "\"tags\":%s,\"at\":%s}}%n")
          .formatted(
              person(),
              number(),
              text("nick"),
              number(),
              random.nextBoolean() ? "null" : "[\"t" + random.nextInt(3) + "\",\"u\"]",
              random.nextBoolean() ? "null" : "[1.5," + random.nextInt(9) + "]");
    }

    private void mutate(BranchName branch, String body) {
      graph.mutate("query m() { " + body + " }", null, Map.of(), branch, WriteOptions.ANONYMOUS);
    }

    private void load(BranchName branch, String records, LoadMode mode) {
      graph.load(
          new ByteArrayInputStream(records.getBytes(StandardCharsets.UTF_8)),
          mode,
          branch,
          null,
          WriteOptions.ANONYMOUS);
    }

    /** Whatever it is, it may come to nothing: then nothing has changed. */
    void write(BranchName branch) {
      String a = person();
      switch (random.nextInt(8)) {
        case 0, 1 -> load(branch, personRecord(), LoadMode.MERGE);
        case 2 ->
            mutate(
                branch,
                "update Person set { age: %d } where name = \"%s\""
                    .formatted(random.nextInt(60), a));
        case 3 -> mutate(branch, "delete Person where name = \"%s\"".formatted(a));
        case 4 -> mutate(branch, "delete Knows where from = \"%s\"".formatted(a));
        default -> edges(branch, a);
      }
    }

    private void edges(BranchName branch, String from) {
      String to = person();
      load(
          branch,
          (from.equals(to) ? "" : "{\"type\":\"Person\",\"data\":{\"name\":\"" + to + "\"}}\n")
              + ("{\"type\":\"Person\",\"data\":{\"name\":\"%s\"}}%n"
                      + "{\"type\":\"Place\",\"data\":{\"code\":\"c1\"}}%n"
                      + "{\"edge\":\"Knows\",\"from\":\"%s\",\"to\":\"%s\",\"data\":{\"since\":%s,"
                      + "\"note\":%s}}%n{\"edge\":\"LivesIn\",\"from\":\"%s\",\"to\":\"c1\"}%n")
                  .formatted(from, from, to, number(), text("note"), from),
          LoadMode.MERGE);
    }
  }

  @Test
  void whatFollowedTheCommitsEqualsWhatTheTablesHold() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    int steps = 30 * Integer.getInteger("soak.factor", 1);
    SplittableRandom random = new SplittableRandom(seed);
    try (OmniGraph graph = graph("random")) {
      QueryEngine queries = graph.engine().queries();
      Writer writer = new Writer(graph, random);
      List<BranchName> branches = new ArrayList<>(List.of(MAIN));
      for (int step = 0; step < steps; step++) {
        String when = "-Dseed=" + seed + " step " + step;
        BranchName branch = branches.get(random.nextInt(branches.size()));
        if (random.nextInt(12) == 0) {
          fork(graph, branches, branch, random);
        }
        writer.write(branch);
        if (random.nextBoolean()) {
          queries.awaitIdle();
        }
        check(graph, branch, when);
        if (random.nextInt(5) == 0) {
          for (BranchName other : branches) {
            check(graph, other, when);
          }
        }
      }
    }
  }

  /** A new branch, or an old name made anew from somewhere else. */
  private static void fork(
      OmniGraph graph, List<BranchName> branches, BranchName from, SplittableRandom random) {
    BranchName name = BranchName.of("b" + random.nextInt(3));
    if (name.equals(from)) {
      return;
    }
    if (branches.contains(name)) {
      try {
        graph.deleteBranch(name, WriteOptions.ANONYMOUS);
      } catch (ConflictException e) {
        return; // other branches were made from it
      }
      branches.remove(name);
    }
    graph.createBranch(name, from, WriteOptions.ANONYMOUS);
    branches.add(name);
  }

  private OmniGraph graph(String name) {
    return OmniGraph.init(
        folder.resolve(name).toString(),
        SCHEMA,
        false,
        OpenOptions.readWrite()
            .withDurability(OpenOptions.Durability.OS)
            .withListener(event -> announced.release())
            .withCacheBytes(64L << 20));
  }

  @Test
  void aReadAfterACommitFindsItsTablesAdvancedAndBuildsNothing() throws Exception {
    try (OmniGraph graph = graph("quiet")) {
      Writer writer = new Writer(graph, new SplittableRandom(3));
      for (int i = 0; i < 5; i++) {
        writer.edges(MAIN, "p" + i);
      }
      QueryEngine queries = graph.engine().queries();
      check(graph, MAIN, "at first");
      long builds = queries.cacheStatistics().builds();

      writer.edges(MAIN, "p9");
      writer.mutate(MAIN, "update Person set { age: 77 } where name = \"p9\"");
      writer.mutate(MAIN, "delete Person where name = \"p1\"");
      BranchName branch = BranchName.of("b");
      graph.createBranch(branch, MAIN, WriteOptions.ANONYMOUS);
      check(graph, branch, "on a branch that shares its tables");
      writer.mutate(branch, "update Person set { age: 78 } where name = \"p9\"");
      // A commit is acknowledged before it is announced; these are all since the start.
      assertThat(announced.tryAcquire(9, 60, TimeUnit.SECONDS)).isTrue();
      queries.awaitIdle();
      long advances = queries.cacheStatistics().advances();
      check(graph, MAIN, "after the commits");
      check(graph, branch, "after the first commit of the branch");

      assertThat(queries.cacheStatistics().builds()).isEqualTo(builds);
      assertThat(queries.cacheStatistics().advances()).isEqualTo(advances);
    }
  }

  @Test
  void aPropertyThatWasDroppedAndDeclaredAgainIsNotTheOldOne() throws Exception {
    String with = SCHEMA.replace("nick: String?", "nick: String? extra: I32?");
    String query = "match { $p: Person } return { $p.name, $p.extra, $p.age }";
    try (OmniGraph graph = graph("evolving")) {
      Writer writer = new Writer(graph, new SplittableRandom(4));
      writer.edges(MAIN, "p1");
      check(graph, MAIN, "before");
      graph.applySchema(with, true, WriteOptions.ANONYMOUS);
      writer.mutate(MAIN, "update Person set { extra: 5 } where name = \"p1\"");
      check(graph, MAIN, "with another property");
      assertThat(rows(graph, MAIN, query, AccessPath.RESIDENT)).anyMatch(r -> r.contains("=5"));
      graph.applySchema(SCHEMA, true, WriteOptions.ANONYMOUS);
      writer.edges(MAIN, "p2");
      check(graph, MAIN, "without it");
      graph.applySchema(with, true, WriteOptions.ANONYMOUS);
      for (int step = 0; step < 3; step++) {
        check(graph, MAIN, "with a property of the old name");
        assertThat(rows(graph, MAIN, query, AccessPath.RESIDENT))
            .isEqualTo(rows(graph, MAIN, query, AccessPath.SCAN))
            .noneMatch(r -> r.contains("extra=5"));
        writer.mutate(MAIN, "update Person set { age: %d } where name = \"p1\"".formatted(step));
        graph.engine().queries().awaitIdle();
      }
    }
  }
}
