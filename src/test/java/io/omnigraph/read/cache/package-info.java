/** Tests of the budgeted cache alone. */
@NullMarked
package io.omnigraph.read.cache;

import org.jspecify.annotations.NullMarked;
