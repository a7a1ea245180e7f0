package io.omnigraph.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.model.TableKey;
import io.omnigraph.model.Value;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.QueryCompiler;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.access.PageBounds;
import io.omnigraph.read.access.PageKey;
import io.omnigraph.read.naive.NaiveComparison;
import io.omnigraph.read.naive.NaiveEvaluator;
import io.omnigraph.read.naive.NaiveGraph;
import io.omnigraph.read.naive.NaiveQuery;
import io.omnigraph.read.naive.QueryText;
import io.omnigraph.read.naive.RandomGraphs;
import io.omnigraph.read.naive.RandomQueries;
import io.omnigraph.read.naive.RandomSchema;
import io.omnigraph.schema.EntityType;
import io.omnigraph.storage.TableMaintenance.IndexSpec;
import io.omnigraph.storage.TableMaintenance.IndexSpec.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random queries on random, changing graphs: every access path answers as the definition does. */
class DifferentialTest {

  private static final int QUERIES = 500;
  private static final int SOAK_QUERIES = 1_000;
  private static final int QUERIES_PER_CHANGE = 4;

  private enum Size {
    SMALL(20),
    DENSE(20),
    HUBS(12),
    WIDE(8);

    final int queries;

    Size(int queries) {
      this.queries = queries;
    }

    NaiveGraph draw(RandomGraphs graphs) {
      return switch (this) {
        case SMALL -> graphs.draw();
        case DENSE -> graphs.drawDense();
        case HUBS -> graphs.drawHubs();
        case WIDE -> graphs.drawWide();
      };
    }
  }

  /** Graphs whose results fill several batches are taken in turn among small ones. */
  private static final Size[] SIZES = {
    Size.SMALL, Size.SMALL, Size.DENSE, Size.SMALL, Size.SMALL, Size.HUBS,
    Size.SMALL, Size.SMALL, Size.DENSE, Size.SMALL, Size.SMALL, Size.WIDE
  };

  /**
   * Fewer matches than this are nothing new on a dense graph, and none nowhere, so other queries
   * are tried a few times.
   */
  private static final int MANY_MATCHES = 200;

  private static final int TRIES = 4;

  /** Most rows that the definition may make of a query on a dense graph. */
  private static final long MOST_ROWS = 30_000;

  /** One query in so many is also read page by page. */
  private static final int PAGED = 3;

  /** One query in so many is profiled. */
  private static final int PROFILED = 4;

  @TempDir Path folder;

  @Test
  void everyPathAnswersAsTheDefinitionDoes() {
    long seed = Long.getLong("seed", System.nanoTime());
    int factor = Integer.getInteger("soak.factor", 1);
    int queries = factor == 1 ? QUERIES : SOAK_QUERIES * factor;
    System.out.println("" + queries + " random queries, -Dseed=" + seed);
    int done = 0;
    for (int g = Integer.getInteger("graph", 0); done < queries; g++) {
      SplittableRandom random = new SplittableRandom(seed + g);
      Size size = SIZES[g % SIZES.length];
      boolean dense = size != Size.SMALL;
      boolean indexed = (g / SIZES.length + g) % 2 == 1;
      NaiveGraph model = size.draw(new RandomGraphs(random));
      try (GraphFixture graph = new GraphFixture(folder.resolve("g" + g), RandomSchema.text())) {
        store(model, graph);
        for (int q = 0; q < size.queries; q++, done++) {
          if (q % QUERIES_PER_CHANGE == QUERIES_PER_CHANGE - 1) {
            change(model, graph, random, dense);
          }
          if (indexed && q == size.queries / 5) {
            index(graph);
          }
          if (indexed && q == 2 * size.queries / 3) {
            graph
                .catalog
                .types()
                .forEach(t -> graph.maintain(t.tableKey(), (m, h) -> m.compact(h)));
          }
          Asked asked = draw(model, random, dense);
          check(graph, asked, random, "-Dseed=" + seed + " -Dgraph=" + g + " query " + q);
        }
      }
    }
  }

  private record Asked(NaiveQuery query, List<List<Value>> answer) {}

  /** Scores of many rows would take the definition too long. */
  private static Asked draw(NaiveGraph model, SplittableRandom random, boolean dense) {
    for (int tries = 0; ; tries++) {
      NaiveQuery query = RandomQueries.draw(random);
      if (dense && query.scores()) {
        continue;
      }
      var answer = NaiveEvaluator.answer(model, query, dense ? MOST_ROWS : Long.MAX_VALUE);
      int wanted = dense ? MANY_MATCHES : 1;
      if (answer.isPresent() && (answer.get().matches() >= wanted || tries >= TRIES)) {
        return new Asked(query, answer.get().rows());
      }
    }
  }

  /** What is written afterwards is not covered. */
  private static void index(GraphFixture graph) {
    for (EntityType type : graph.catalog.types().toList()) {
      TableKey key = type.tableKey();
      for (String column : key.isNode() ? List.of("id") : List.of("src", "dst")) {
        graph.maintain(key, (m, h) -> m.createIndex(h, new IndexSpec(column, Kind.BTREE)));
      }
    }
    graph.maintain(
        TableKey.node("Person"), (m, h) -> m.createIndex(h, new IndexSpec("bio", Kind.FULL_TEXT)));
  }

  private static TableKey key(NaiveGraph model, String type) {
    return model.nodes.containsKey(type) ? TableKey.node(type) : TableKey.edge(type);
  }

  private static List<Value> row(GraphFixture graph, TableKey key, NaiveGraph.Row row) {
    return graph.row(
        key,
        key.isNode() ? List.of(row.id()) : List.of(row.id(), row.src(), row.dst()),
        row.values());
  }

  private static void store(NaiveGraph model, GraphFixture graph) {
    Map<String, Map<String, NaiveGraph.Row>> tables = new HashMap<>(model.nodes);
    tables.putAll(model.edges);
    tables.forEach(
        (type, rows) -> {
          TableKey key = key(model, type);
          if (!rows.isEmpty()) {
            graph.change(
                key, List.of(), rows.values().stream().map(r -> row(graph, key, r)).toList());
          }
        });
  }

  /** Deletes, replaces and adds a few rows of one table. */
  private static void change(
      NaiveGraph model, GraphFixture graph, SplittableRandom random, boolean dense) {
    List<String> types = new ArrayList<>(model.nodes.keySet());
    types.addAll(model.edges.keySet());
    String type = random.nextInt(3) == 0 ? "Person" : types.get(random.nextInt(types.size()));
    boolean onlyDeletes = random.nextInt(3) == 0;
    TableKey key = key(model, type);
    Map<String, NaiveGraph.Row> rows = key.isNode() ? model.nodes.get(type) : model.edges.get(type);
    List<String> deleted = new ArrayList<>();
    List<List<Value>> added = new ArrayList<>();
    RandomGraphs draw = new RandomGraphs(random);
    for (String id : List.copyOf(rows.keySet())) {
      int fate = random.nextInt(dense ? Math.max(25, rows.size()) : 5);
      if (fate < 2) {
        deleted.add(id);
        rows.remove(id);
      }
      if (fate == 0 && !onlyDeletes) {
        add(draw, key, id, rows, added, graph);
      }
    }
    if (!onlyDeletes && random.nextBoolean()) {
      String id = key.isNode() ? "p" + random.nextInt(9) : "x" + random.nextInt(1000);
      if (!rows.containsKey(id) && !deleted.contains(id)) {
        add(draw, key, id, rows, added, graph);
      }
    }
    if (!deleted.isEmpty() || !added.isEmpty()) {
      graph.change(key, deleted, added);
    }
  }

  private static void add(
      RandomGraphs draw,
      TableKey key,
      String id,
      Map<String, NaiveGraph.Row> rows,
      List<List<Value>> added,
      GraphFixture graph) {
    NaiveGraph.Row fresh =
        key.isNode() ? draw.node(key.typeName(), id) : draw.edge(key.typeName(), id, 8);
    rows.put(id, fresh);
    added.add(row(graph, key, fresh));
  }

  private static void check(
      GraphFixture graph, Asked asked, SplittableRandom random, String where) {
    NaiveQuery query = asked.query();
    String text = QueryText.of(query);
    CompiledQuery.Read compiled;
    try {
      compiled = (CompiledQuery.Read) QueryCompiler.compile(text, null, graph.catalog);
    } catch (RuntimeException e) {
      throw new AssertionError(where + " does not compile:\n" + text, e);
    }
    Map<String, Value> values = new HashMap<>();
    query.parameters().forEach((name, p) -> values.put(name, p.value()));
    Parameters parameters = new Parameters(values, GraphFixture.NOW);
    List<List<Value>> expected = asked.answer();
    boolean paged = query.hasPages() && random.nextInt(PAGED) == 0;
    int pageSize = 1 + expected.size() / (1 + random.nextInt(6));
    for (AccessPath path : AccessPath.values()) {
      boolean profiled = random.nextInt(PROFILED) == 0;
      QueryOptions options = QueryOptions.DEFAULT.withPath(path).withProfile(profiled);
      List<List<Value>> actual;
      QueryProfile profile;
      try (QueryCursor cursor =
          graph.engine.execute(compiled, parameters, graph.snapshot(), options)) {
        actual = GraphFixture.read(cursor);
        profile = cursor.profile();
        checkPlan(graph.engine.explain(compiled, parameters, graph.snapshot(), options).root());
      } catch (RuntimeException e) {
        throw new AssertionError(where + " fails on " + path + ":\n" + text, e);
      }
      String how = where + " on " + path + "\n" + text + values + "\n" + profile.text();
      NaiveComparison.check(query, expected, actual, how);
      checkPlan(profile.root());
      assertThat(profile.root().rows()).as(how).isEqualTo(actual.size());
      if (paged) {
        how += " in pages of " + pageSize;
        NaiveComparison.check(
            query, expected, pages(graph, compiled, parameters, options, pageSize, how), how);
      }
    }
  }

  /** Every operator that touches a table says how and why. */
  private static void checkPlan(QueryProfile.Operator operator) {
    assertThat(operator.name()).isNotEmpty();
    assertThat(operator.path().isEmpty()).as("%s", operator).isEqualTo(operator.reason().isEmpty());
    assertThat(operator.ownNanos()).as("%s", operator).isBetween(0L, operator.nanos());
    operator.children().forEach(DifferentialTest::checkPlan);
  }

  /** The rows of all pages, one after the other. */
  private static List<List<Value>> pages(
      GraphFixture graph,
      CompiledQuery.Read query,
      Parameters parameters,
      QueryOptions options,
      int size,
      String how) {
    List<List<Value>> rows = new ArrayList<>();
    PageKey after = null;
    do {
      QueryOptions page = options.withPage(new PageBounds(size, rows.size(), after));
      try (QueryCursor cursor = graph.engine.execute(query, parameters, graph.snapshot(), page)) {
        List<List<Value>> read = GraphFixture.read(cursor);
        after = cursor.endOfPage();
        rows.addAll(read);
        assertThat(after == null || read.size() == size).as(how + " ends early").isTrue();
      } catch (RuntimeException e) {
        throw new AssertionError(how + " fails after " + rows.size(), e);
      }
    } while (after != null);
    return rows;
  }
}
