package io.omnigraph.bench.kernel;

import io.omnigraph.query.QueryCompiler;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.SchemaCompiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Compiles the stored queries on dependencies of the demo. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class QueryKernel {

  private String source = "";
  private Catalog catalog = SchemaCompiler.compile("");

  @Setup
  public void read() throws IOException {
    Path demo = Path.of("src/main/dist/demo");
    source = Files.readString(demo.resolve("queries/dependencies.gq"));
    catalog = SchemaCompiler.compile(Files.readString(demo.resolve("demo.pg")));
  }

  @Benchmark
  public List<CompiledQuery> compile() {
    return QueryCompiler.compileAll(source, catalog);
  }
}
