/** JMH benchmarks of single algorithms; every class here is run by {@code make bench}. */
@NullMarked
package io.omnigraph.bench.kernel;

import org.jspecify.annotations.NullMarked;
