package io.omnigraph.bench.kernel;

import io.omnigraph.query.LargeSources;
import io.omnigraph.query.QueryCompiler;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.SchemaCompiler;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * Compiles a schema of 30 node types and 70 edge types and 300 queries against it: at most one
 * second is allowed.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class LargeSourcesKernel {

  private final String schema = LargeSources.schema();
  private final List<String> files = LargeSources.files();

  @Benchmark
  public int schemaAndQueries() {
    Catalog catalog = SchemaCompiler.compile(schema);
    return files.stream().mapToInt(file -> QueryCompiler.compileAll(file, catalog).size()).sum();
  }
}
