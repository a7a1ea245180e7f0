package io.omnigraph.schema;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One annotation such as {@code @description("...")}. Unknown ones are kept as metadata.
 *
 * @param name without the {@code @}
 * @param value the positional argument; null if there is none
 * @param kwargs keyword arguments, sorted by name
 */
public record Annotation(String name, @Nullable String value, Map<String, String> kwargs) {

  public Annotation {
    kwargs = java.util.Collections.unmodifiableMap(new TreeMap<>(kwargs));
  }
}
