/** The macro benchmarks: the embedded API beside the bare storage library. */
@NullMarked
package io.omnigraph.bench.macro;

import org.jspecify.annotations.NullMarked;
