/**
 * How the programs of OmniGraph log: the environment variable {@code OMNIGRAPH_LOG} on top of
 * {@code conf/logback.xml}. Library code only ever calls SLF4J and knows nothing of this package.
 */
@NullMarked
package io.omnigraph.logging;

import org.jspecify.annotations.NullMarked;
