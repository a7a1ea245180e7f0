package io.omnigraph.bench.kernel;

import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.MigrationPlan;
import io.omnigraph.schema.MigrationPlanner;
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

/**
 * Compiles the schema of the demo and one of 30 node and 70 edge types, and plans a migration of
 * the latter.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SchemaKernel {

  private static final int NODE_TYPES = 30;
  private static final int EDGE_TYPES = 70;

  private final String large = largeSchema("count: I32?");
  private final Catalog accepted = SchemaCompiler.compile(large);
  private final Catalog desired =
      SchemaCompiler.compile(largeSchema("total: I32? @rename_from(count)"));
  private String source = "";

  @Setup
  public void read() throws IOException {
    source = Files.readString(Path.of("src/main/dist/demo/demo.pg"));
  }

  @Benchmark
  public Catalog compile() {
    return SchemaCompiler.compile(source);
  }

  @Benchmark
  public Catalog compileLarge() {
    return SchemaCompiler.compile(large);
  }

  @Benchmark
  public MigrationPlan planLarge() {
    return MigrationPlanner.plan(accepted, desired, false);
  }

  private static String largeSchema(String lastProperty) {
    var out = new StringBuilder("interface Named { name: String @index }\n");
    for (int i = 0; i < NODE_TYPES; i++) {
      out.append("node Type").append(i).append(" @description(\"d\") implements Named {\n");
      out.append("  code: String @key\n  kind: enum(a, b, c)?\n  tags: [String]?\n");
      out.append("  about: String?\n  vector: Vector(64)? @embed(about, model=\"m\")\n");
      out.append("  from_day: Date?\n  seen: DateTime?\n  share: F64? @index\n  ");
      out.append(lastProperty);
      out.append("\n  @range(share, 0..1)\n  @check(code, \"^[A-Z]{3}-[0-9]+$\")\n}\n");
    }
    for (int i = 0; i < EDGE_TYPES; i++) {
      int from = i % NODE_TYPES;
      int to = (i * 7 + 3) % NODE_TYPES;
      out.append("edge Edge").append(i).append(": Type").append(from);
      out.append(" -> Type").append(to).append(" { since: Date? weight: F32? }\n");
    }
    return out.toString();
  }
}
