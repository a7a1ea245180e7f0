/**
 * The schema language: from {@code .pg} text to a checked {@link io.omnigraph.schema.Catalog}, its
 * canonical form and hash, and plans to migrate from one catalog to the next. Knows no storage.
 * Start reading at {@link io.omnigraph.schema.SchemaCompiler}.
 */
@NullMarked
package io.omnigraph.schema;

import org.jspecify.annotations.NullMarked;
