package io.omnigraph.read.access;

import io.omnigraph.model.Value;
import java.util.List;

/**
 * Where a page of an ordered result ends.
 *
 * @param values the sort key of its last row: what the query orders by, then the ids or group keys
 *     that make the order total
 * @param equal how many rows with this key the pages so far have delivered; rows with equal keys
 *     are equal in every column
 */
public record PageKey(List<Value> values, long equal) {
  public PageKey {
    values = List.copyOf(values);
  }
}
