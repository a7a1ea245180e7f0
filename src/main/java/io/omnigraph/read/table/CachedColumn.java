package io.omnigraph.read.table;

import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.column.Column;
import io.omnigraph.schema.PropertyType;

/**
 * A decoded column in the cache.
 *
 * @param owner the rows whose numbering the column uses
 * @param columnId of the stored column; see {@code SnapshotHandle#columnId}
 */
record CachedColumn(Column column, PropertyType type, Object owner, int columnId)
    implements DerivedCache.Sized {

  @Override
  public void parts(DerivedCache.PartVisitor visitor) {
    visitor.part(column, column.bytes());
  }
}
