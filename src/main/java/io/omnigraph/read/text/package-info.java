/**
 * Inverted indices in memory: {@link io.omnigraph.read.text.Postings} says which rows of one data
 * file hold a word, and how often. Knows nothing of tables, queries or caches.
 */
@NullMarked
package io.omnigraph.read.text;

import org.jspecify.annotations.NullMarked;
