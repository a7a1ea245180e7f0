/**
 * Answers queries on one snapshot: plan execution on dense row ordinals, derived caches under one
 * byte budget, search and ranking, explain and profile. Never writes. Start reading at {@code
 * QueryEngine}.
 */
@NullMarked
package io.omnigraph.read;

import org.jspecify.annotations.NullMarked;
