/** Tests of the read engine, on real tables in temporary directories. */
@NullMarked
package io.omnigraph.read;

import org.jspecify.annotations.NullMarked;
