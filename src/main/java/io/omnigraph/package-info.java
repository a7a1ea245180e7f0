/**
 * The embedded API of OmniGraph: one class, {@code OmniGraph}, opens or creates a graph and offers
 * every operation on it. Start reading there, then follow the packages in the order of {@code
 * docs/dev/architecture.md}.
 */
@NullMarked
package io.omnigraph;

import org.jspecify.annotations.NullMarked;
