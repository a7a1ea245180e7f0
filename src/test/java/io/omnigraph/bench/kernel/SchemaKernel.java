package io.omnigraph.bench.kernel;

import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.SchemaCompiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Compiles the schema of the demo. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SchemaKernel {

  private String source = "";

  @Setup
  public void read() throws IOException {
    source = Files.readString(Path.of("src/main/dist/demo/demo.pg"));
  }

  @Benchmark
  public Catalog compile() {
    return SchemaCompiler.compile(source);
  }
}
