package io.omnigraph.read.table;

import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.column.Column;
import io.omnigraph.schema.PropertyType;

/**
 * A decoded column in the cache.
 *
 * @param owner the rows whose numbering the column uses
 */
record CachedColumn(Column column, PropertyType type, Object owner) implements DerivedCache.Sized {

  @Override
  public void parts(DerivedCache.PartVisitor visitor) {
    visitor.part(column, column.bytes());
  }
}
