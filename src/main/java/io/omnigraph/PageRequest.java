package io.omnigraph;

import io.omnigraph.model.BadRequestException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which page of a result is wanted.
 *
 * @param size most rows of the page, 1 to {@value #MAX_SIZE}
 * @param after the cursor that the page before ended with; null for the first page
 */
public record PageRequest(int size, @Nullable String after) {

  public static final int MAX_SIZE = 100_000;

  /**
   * @throws BadRequestException if the size is out of range
   */
  public PageRequest {
    if (size < 1 || size > MAX_SIZE) {
      throw new BadRequestException(
          "invalid_page_size",
          "invalid page size " + size + ": expected 1 to " + MAX_SIZE,
          Map.of("page_size", size));
    }
  }

  public static PageRequest first(int size) {
    return new PageRequest(size, null);
  }

  public PageRequest next(String cursor) {
    return new PageRequest(size, cursor);
  }
}
