/** Tests of the inverted indices in memory. */
@NullMarked
package io.omnigraph.read.text;

import org.jspecify.annotations.NullMarked;
