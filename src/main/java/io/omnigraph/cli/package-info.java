/**
 * The command line. Every data command runs against a {@link io.omnigraph.cli.GraphClient}, which
 * is either a store opened in this process or a server; results and output are the same. Start
 * reading at {@link io.omnigraph.cli.Main}.
 */
@NullMarked
package io.omnigraph.cli;

import org.jspecify.annotations.NullMarked;
