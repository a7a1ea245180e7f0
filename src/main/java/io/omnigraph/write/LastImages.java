package io.omnigraph.write;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowCollector;
import io.omnigraph.storage.RowSource;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/** Drops rows that a later row of the same load replaces. */
final class LastImages {

  private LastImages() {}

  /**
   * A copy of the rows without some of them.
   *
   * @param superseded ordinals of the rows to leave out
   */
  static RowSource of(
      RowSource input, Roaring64Bitmap superseded, BufferAllocator allocator, long memoryBytes) {
    try (RowCollector collector = new RowCollector(allocator, input.schema(), memoryBytes);
        BatchStream stream = input.open(allocator)) {
      long ordinal = 0;
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        for (int row = 0; row < batch.getRowCount(); row++, ordinal++) {
          if (!superseded.contains(ordinal)) {
            collector.addFrom(batch, row);
          }
        }
      }
      return collector.finish();
    }
  }
}
