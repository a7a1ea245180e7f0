package io.omnigraph.bench;

/**
 * The result of one JMH benchmark.
 *
 * @param name class and method
 * @param score mean over all iterations
 * @param error half the width of the 99.9 % confidence interval
 * @param unit unit of both, such as {@code us/op}
 */
public record KernelResult(String name, double score, double error, String unit) {}
