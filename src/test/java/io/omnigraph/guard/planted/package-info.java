/**
 * Deliberate violations of the rules in {@code io.omnigraph.guard}, laid out like the product: this
 * package plays the part of {@code io.omnigraph}. Nothing here ever runs.
 */
package io.omnigraph.guard.planted;
