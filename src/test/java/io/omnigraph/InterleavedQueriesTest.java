package io.omnigraph;

import io.omnigraph.model.GoneException;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.ReadTarget;
import io.omnigraph.model.Value;
import io.omnigraph.read.QueryCursor;
import io.omnigraph.read.QueryOptions;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.naive.JsonText;
import io.omnigraph.read.naive.NaiveComparison;
import io.omnigraph.read.naive.NaiveEvaluator;
import io.omnigraph.read.naive.NaiveQuery;
import io.omnigraph.read.naive.QueryText;
import io.omnigraph.read.naive.RandomQueries;
import io.omnigraph.storage.Cells;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random queries between random changes, of branches and of past commits, on every access path and
 * with caches of every size: each answers as the definition does for the commit that it reads, also
 * if the graph changes while it is read.
 */
class InterleavedQueriesTest {

  private static final int QUERIES = 120;
  private static final int SOAK_QUERIES = 500;
  private static final int QUERIES_PER_GRAPH = 20;

  /** One graph in so many has results of several batches. */
  private static final int DENSE = 4;

  private static final int TRIES = 4;
  private static final int MOST_ROWS = 10_000;
  private static final int STEPS_SHOWN = 40;

  private static final List<@Nullable AccessPath> PATHS =
      Arrays.asList(null, AccessPath.RESIDENT, AccessPath.INDEXED, AccessPath.SCAN);

  @TempDir Path folder;

  /**
   * A query as it is asked.
   *
   * @param where names the case
   */
  private record Asked(
      NaiveQuery query,
      String text,
      Map<String, @Nullable Object> params,
      List<List<Value>> rows,
      InterleavedGraph.Shown shown,
      String where) {

    void check(List<List<Value>> actual, String how) {
      NaiveComparison.check(query, rows, actual, where + how);
    }
  }

  @Test
  void queriesBetweenChangesAnswerAsTheDefinitionDoes() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    int factor = Integer.getInteger("soak.factor", 1);
    int queries = factor == 1 ? QUERIES : SOAK_QUERIES * factor;
    System.out.println("" + queries + " interleaved queries, -Dseed=" + seed);
    int done = 0;
    for (int g = Integer.getInteger("graph", 0); done < queries; g++) {
      SplittableRandom random = new SplittableRandom(seed + g);
      boolean dense = g % DENSE == DENSE - 1;
      String name = "-Dseed=" + seed + " -Dgraph=" + g;
      try (InterleavedGraph graph = new InterleavedGraph(folder.resolve("g" + g), random, dense)) {
        for (int q = 0; q < QUERIES_PER_GRAPH; q++, done++) {
          ask(graph, random, name + " query " + q);
        }
      }
    }
  }

  private static void ask(InterleavedGraph graph, SplittableRandom random, String name)
      throws InterruptedException {
    for (int steps = random.nextInt(3); steps > 0; steps--) {
      run(graph, name, false);
    }
    boolean past = random.nextInt(4) == 0;
    Asked asked = draw(past ? graph.past() : graph.head(), random, graph, name);
    switch (random.nextInt(5)) {
      case 0 -> during(graph, asked, random, name);
      case 1 -> pages(graph, asked, random, name);
      default -> {
        for (AccessPath path : past ? List.of(pick(random)) : PATHS) {
          atOnce(graph, asked, path);
        }
      }
    }
  }

  private static void run(InterleavedGraph graph, String name, boolean beingRead)
      throws InterruptedException {
    try {
      graph.step(beingRead);
    } catch (RuntimeException e) {
      throw new AssertionError(name + ": a step fails after " + tail(graph), e);
    }
  }

  private static String tail(InterleavedGraph graph) {
    List<String> log = graph.log();
    return String.join("\n", log.subList(Math.max(0, log.size() - STEPS_SHOWN), log.size()));
  }

  private static AccessPath pick(SplittableRandom random) {
    return AccessPath.values()[random.nextInt(AccessPath.values().length)];
  }

  private static Asked draw(
      InterleavedGraph.Shown shown, SplittableRandom random, InterleavedGraph graph, String name) {
    for (int tries = 0; ; tries++) {
      NaiveQuery query = RandomQueries.draw(random, shown.model().kinds, true);
      Optional<NaiveEvaluator.Answer> answer =
          NaiveEvaluator.answer(shown.model(), query, MOST_ROWS);
      if (answer.isPresent() && (answer.get().matches() > 0 || tries >= TRIES)) {
        Map<String, @Nullable Object> params = new HashMap<>();
        query.parameters().forEach((p, given) -> params.put(p, JsonText.object(given.value())));
        String text = QueryText.of(query);
        return new Asked(
            query,
            text,
            params,
            answer.get().rows(),
            shown,
            name + "\n" + tail(graph) + "\n" + shown.target() + "\n" + text + params + "\n");
      }
    }
  }

  private static QueryCursor open(InterleavedGraph graph, Asked asked, @Nullable AccessPath path) {
    return graph
        .graph()
        .query(
            asked.text(),
            null,
            asked.params(),
            asked.shown().target(),
            QueryOptions.DEFAULT.withPath(path));
  }

  private static void atOnce(InterleavedGraph graph, Asked asked, @Nullable AccessPath path) {
    String how = "on " + path;
    List<List<Value>> rows = new ArrayList<>();
    try (QueryCursor cursor = open(graph, asked, path)) {
      read(cursor, rows);
      how += "\n" + cursor.profile().text();
    } catch (RuntimeException e) {
      boolean past = asked.shown().target() instanceof ReadTarget.Commit;
      if (past && graph.removals() > 0 && isGone(e)) {
        graph.forget(asked.shown().target());
        return;
      }
      throw new AssertionError(asked.where() + how + " fails", e);
    }
    asked.check(rows, how);
  }

  private static boolean isGone(RuntimeException e) {
    return e instanceof GoneException || e instanceof NotFoundException;
  }

  /** The graph changes after the first batch was pulled. */
  private static void during(
      InterleavedGraph graph, Asked asked, SplittableRandom random, String name)
      throws InterruptedException {
    AccessPath path = pick(random);
    String how = "while the graph changes, on " + path;
    List<List<Value>> rows = new ArrayList<>();
    int removals = graph.removals();
    try (QueryCursor cursor = open(graph, asked, path)) {
      VectorSchemaRoot first = cursor.next();
      if (first != null) {
        add(first, rows);
        for (int steps = random.nextInt(1, 4); steps > 0; steps--) {
          run(graph, name, true);
        }
        read(cursor, rows);
      }
    } catch (RuntimeException e) {
      boolean past = asked.shown().target() instanceof ReadTarget.Commit;
      if (isGone(e) && (past ? graph.removals() > 0 : graph.removals() > removals)) {
        return;
      }
      throw new AssertionError(asked.where() + how + " fails", e);
    }
    asked.check(rows, how);
  }

  /** The graph changes between pages. */
  private static void pages(
      InterleavedGraph graph, Asked asked, SplittableRandom random, String name)
      throws InterruptedException {
    if (!asked.query().hasPages()) {
      return;
    }
    AccessPath path = pick(random);
    int size = 1 + asked.rows().size() / (1 + random.nextInt(5));
    String how = "in pages of " + size + " between changes, on " + path;
    List<List<Value>> rows = new ArrayList<>();
    PageRequest request = PageRequest.first(size);
    int removals = graph.removals();
    while (request != null) {
      try (PagedQuery page =
          graph
              .graph()
              .queryPage(
                  asked.text(),
                  null,
                  asked.params(),
                  asked.shown().target(),
                  request,
                  QueryOptions.DEFAULT.withPath(path))) {
        read(page.rows(), rows);
        request = page.nextCursor().map(request::next).orElse(null);
      } catch (RuntimeException e) {
        boolean past = asked.shown().target() instanceof ReadTarget.Commit;
        if (isGone(e) && (past ? graph.removals() > 0 : graph.removals() > removals)) {
          return;
        }
        throw new AssertionError(asked.where() + how + " fails", e);
      }
      if (random.nextInt(3) == 0) {
        run(graph, name, false);
      }
    }
    asked.check(rows, how);
  }

  private static void read(QueryCursor cursor, List<List<Value>> rows) {
    for (VectorSchemaRoot batch = cursor.next(); batch != null; batch = cursor.next()) {
      add(batch, rows);
    }
  }

  private static void add(VectorSchemaRoot batch, List<List<Value>> rows) {
    for (int i = 0; i < batch.getRowCount(); i++) {
      List<Value> row = new ArrayList<>();
      for (FieldVector vector : batch.getFieldVectors()) {
        row.add(Cells.read(vector, i));
      }
      rows.add(row);
    }
  }
}
