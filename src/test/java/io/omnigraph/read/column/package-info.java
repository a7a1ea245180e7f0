/** Tests of decoded columns and what they are made of. */
@NullMarked
package io.omnigraph.read.column;

import org.jspecify.annotations.NullMarked;
