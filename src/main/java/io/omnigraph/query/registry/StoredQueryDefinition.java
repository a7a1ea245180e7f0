package io.omnigraph.query.registry;

import org.jspecify.annotations.Nullable;

/**
 * A query to be stored.
 *
 * @param key the name of the {@code query} declaration meant
 * @param source the whole {@code .gq} file; further declarations in it are ignored
 * @param exposed true if it is offered as a tool
 * @param toolName the name of the tool; null for the key
 */
public record StoredQueryDefinition(
    String key, String source, boolean exposed, @Nullable String toolName) {

  /** A query that is exposed under its own name. */
  public static StoredQueryDefinition exposed(String key, String source) {
    return new StoredQueryDefinition(key, source, true, null);
  }

  public String effectiveToolName() {
    return toolName == null ? key : toolName;
  }
}
