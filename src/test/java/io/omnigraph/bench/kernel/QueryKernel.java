package io.omnigraph.bench.kernel;

import io.omnigraph.query.PlanCache;
import io.omnigraph.query.QueryCompiler;
import io.omnigraph.query.ast.ParsedSource;
import io.omnigraph.query.ast.QueryParser;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.SchemaCompiler;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Parses, checks and plans a typical query of ten lines: at most 300 microseconds are allowed. The
 * second time it comes from the plan cache.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class QueryKernel {

  private static final String QUERY =
      """
      query colleagues($name: String, $since: Date, $most: I32) @description("Who to ask") {
        match {
          $p: Person { name: $name }
          $p worksOn $team
          $other worksOn $team
          $other.age >= 18
          not { $p knows{1,2} $other }
          search($other.about, "graph databases")
        }
        return { $team.title, count($other) as people, max($other.age) as oldest }
        order { people desc, $team.title }
        limit $most
      }
      """;

  private final Catalog catalog =
      SchemaCompiler.compile(
          """
          node Person { name: String @key  age: I32?  about: String? @index }
          node Team { title: String @key }
          edge Knows: Person -> Person { since: Date? }
          edge WorksOn: Person -> Team
          """);

  private final PlanCache cache = new PlanCache(1 << 20);

  @Benchmark
  public ParsedSource parse() {
    return QueryParser.parse(QUERY);
  }

  @Benchmark
  public CompiledQuery parseCheckAndPlan() {
    return QueryCompiler.compile(QUERY, null, catalog);
  }

  @Benchmark
  public CompiledQuery fromPlanCache() {
    return cache.compile(QUERY, null, catalog);
  }
}
