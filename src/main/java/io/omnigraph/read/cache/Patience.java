package io.omnigraph.read.cache;

import java.util.concurrent.Executor;

/**
 * How somebody waits for a value in the making: it is built by others, and goes on being built for
 * whoever wants it next when the wait is given up.
 *
 * @param builders run builds, each in a thread that may take long
 * @param check called every few milliseconds; throws to end the wait
 */
public record Patience(Executor builders, Runnable check) {}
