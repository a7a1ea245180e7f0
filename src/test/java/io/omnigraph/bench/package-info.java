/**
 * Measurements, run by {@code make bench}. {@link io.omnigraph.bench.BenchmarkMain} runs every
 * {@link io.omnigraph.bench.MacroBenchmark} of {@link io.omnigraph.bench.Benchmarks} and every JMH
 * class below {@code kernel}, and writes one report per run to {@code docs/benchmarks}. A macro
 * benchmark measures the product and, in the same run, the bare storage library doing the same work
 * by hand, so that the ratio of the two can be compared between machines.
 */
@NullMarked
package io.omnigraph.bench;

import org.jspecify.annotations.NullMarked;
