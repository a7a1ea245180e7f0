package io.omnigraph.bench;

import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Runs the JMH benchmarks: methods with {@code @Benchmark} in classes below {@code kernel}. */
final class Kernels {

  private Kernels() {}

  static List<KernelResult> run() throws RunnerException {
    var options =
        new OptionsBuilder()
            .include("io\\.omnigraph\\.bench\\.kernel\\..*")
            .forks(1)
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(5)
            .measurementTime(TimeValue.seconds(1))
            .build();
    Collection<RunResult> results = new Runner(options).run();
    return results.stream().map(Kernels::toResult).toList();
  }

  private static KernelResult toResult(RunResult run) {
    String benchmark = run.getParams().getBenchmark();
    var primary = run.getPrimaryResult();
    return new KernelResult(
        benchmark.substring(benchmark.lastIndexOf(".kernel.") + ".kernel.".length()),
        primary.getScore(),
        primary.getScoreError(),
        primary.getScoreUnit());
  }
}
