package io.omnigraph.read.exec;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.TableKey;
import io.omnigraph.model.TextEmbedder;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.plan.Expr;
import io.omnigraph.read.access.AccessPath;
import io.omnigraph.read.access.GraphAccess;
import io.omnigraph.read.access.Needs;
import io.omnigraph.read.access.PageBounds;
import io.omnigraph.read.access.PageKey;
import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.access.Warmer;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.expr.Chunk;
import io.omnigraph.read.expr.Operand;
import io.omnigraph.read.expr.OperandCompiler;
import io.omnigraph.read.search.Ranker;
import io.omnigraph.read.table.TableCache;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One query being run: a tree of operators over an access to the graph. Pull batches of result
 * cells until there are none; close it early to cancel the rest. Used by one thread at a time.
 */
public final class QueryRun implements AutoCloseable {

  /** A batch of result rows: the cells of each column. */
  public record Batch(List<Cells> columns, int rows) {}

  private final GraphAccess graph;
  private final PhysicalPlanner.Plan plan;
  private final QueryBudget budget;
  private boolean closed;

  private QueryRun(GraphAccess graph, PhysicalPlanner.Plan plan, QueryBudget budget) {
    this.graph = graph;
    this.plan = plan;
    this.budget = budget;
  }

  /**
   * Prepares a run; reads no rows yet, but may build caches.
   *
   * @param forced the path to take everywhere; null to choose per table
   * @param warmer builds in the background what is missing
   * @param timed measure time per operator
   * @param page the part of the result that is wanted; null for all of it
   * @param builders build what the query waits for; null to plan it only, without building anything
   */
  public static QueryRun start(
      PreparedQuery query,
      Parameters parameters,
      Snapshot snapshot,
      TableCache tables,
      @Nullable TextEmbedder embedder,
      @Nullable AccessPath forced,
      Warmer warmer,
      QueryBudget budget,
      boolean timed,
      @Nullable PageBounds page,
      @Nullable Executor builders) {
    PlanStudy study = query.study(page != null);
    Set<Expr.PropertyRef> inMemory =
        forced == null || forced == AccessPath.RESIDENT
            ? residentVectors(study, snapshot, tables)
            : Set.of();
    GraphAccess graph =
        new GraphAccess(
            snapshot,
            tables,
            forced,
            needs(study, inMemory),
            parameters,
            budget,
            forced == null && query.isSelective() ? warmer : null,
            builders);
    try {
      QueryScope[] scope = new QueryScope[1];
      Ranker ranker =
          new Ranker(
              graph,
              embedder,
              expression -> new OperandCompiler(scope[0]).constantOf(expression),
              inMemory);
      scope[0] = new QueryScope(study, graph, parameters, ranker);
      PhysicalPlanner planner = new PhysicalPlanner(study, scope[0], graph, budget, timed, page);
      return new QueryRun(graph, planner.plan(query.plan(), query.columns()), budget);
    } catch (RuntimeException | Error e) {
      try (graph) {
        throw e;
      }
    }
  }

  /** Vectors are ranked in memory as long as they take a modest part of the cache. */
  private static Set<Expr.PropertyRef> residentVectors(
      PlanStudy study, Snapshot snapshot, TableCache tables) {
    if (study.vectorFields().isEmpty()) {
      return Set.of();
    }
    Set<Expr.PropertyRef> resident = new HashSet<>();
    for (Expr.PropertyRef field : study.vectorFields()) {
      TableKey table = study.variable(field.variable()).table();
      long bytes = snapshot.table(table).rowCount() * TableCache.width(field.type());
      if (bytes <= tables.derived().budget() / 3) {
        resident.add(field);
      }
    }
    return resident;
  }

  private static Needs needs(PlanStudy study, Set<Expr.PropertyRef> besides) {
    if (besides.isEmpty()) {
      return study.needs();
    }
    Needs all = study.needs().copy();
    for (Expr.PropertyRef field : besides) {
      all.property(study.variable(field.variable()).table(), field.property(), field.type());
    }
    return all;
  }

  /** The next batch; null at the end. */
  public @Nullable Batch next() {
    if (closed) {
      return null;
    }
    Chunk chunk = plan.root().next();
    if (chunk == null) {
      return null;
    }
    budget.deliver(chunk.rows());
    List<Cells> columns = new ArrayList<>(plan.columns().size());
    for (Operand column : plan.columns()) {
      columns.add(column.evaluate(chunk));
    }
    return new Batch(columns, chunk.rows());
  }

  /** Where the page ended; null if it is the last one, or before its end. */
  public @Nullable PageKey endOfPage() {
    PhysicalPlanner.PageEnd end = plan.page();
    return end == null || closed ? null : end.key();
  }

  /** The operators and what they did so far. */
  public OperatorStats operators() {
    return plan.root().stats();
  }

  public int cacheHits() {
    return graph.cacheHits();
  }

  public int cacheMisses() {
    return graph.cacheMisses();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try (graph) {
        plan.root().close();
      }
    }
  }
}
