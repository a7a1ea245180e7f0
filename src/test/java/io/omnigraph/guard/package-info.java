/**
 * The rules of {@code docs/dev/architecture.md} as tests over the compiled classes. {@link
 * io.omnigraph.guard.Guards} holds the rules, {@link io.omnigraph.guard.GuardsTest} applies them to
 * the product and to the violations planted below {@code planted}, each of which must be found.
 */
@NullMarked
package io.omnigraph.guard;

import org.jspecify.annotations.NullMarked;
