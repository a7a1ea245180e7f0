package io.omnigraph.query;

import io.omnigraph.model.Value;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bound parameters of one request, and its one {@code now()}.
 *
 * @param values by name without {@code $}; holds every declared parameter (nullable ones possibly
 *     as {@link Value#NULL})
 * @param now the instant of the request, at millisecond precision
 */
public record Parameters(Map<String, Value> values, Instant now) {

  public Parameters {
    values = Map.copyOf(values);
  }

  /** The value of a declared parameter. */
  public @Nullable Value get(String name) {
    return values.get(name);
  }
}
