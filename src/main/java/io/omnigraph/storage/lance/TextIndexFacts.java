package io.omnigraph.storage.lance;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.ScanRequest.FullText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.lance.index.Index;

/**
 * How many texts one part of a full-text index holds, deleted ones included, and how many of them
 * have a token. A part never changes, so the numbers are kept by its id. Thread-safe.
 */
final class TextIndexFacts {

  private static final int MOST_ENTRIES = 50_000;

  /** The part's number of texts, or of texts with a token. */
  private record Key(UUID part, @Nullable String token) {}

  private final Map<Key, Long> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Long> eldest) {
          return size() > MOST_ENTRIES;
        }
      };

  private synchronized @Nullable Long get(Key key) {
    return known.get(key);
  }

  private synchronized long put(Key key, long value) {
    known.put(key, value);
    return value;
  }

  /** Texts that the part holds; -1 if the library does not tell. */
  long documents(LanceSnapshot snapshot, Index part) {
    Key key = new Key(part.uuid(), null);
    Long number = get(key);
    return number != null ? number : put(key, ask(snapshot, part));
  }

  /** What the statistics of an index of one part say. */
  private static long ask(LanceSnapshot snapshot, Index part) {
    return snapshot.readingDataset().getIndexStatistics(part.name()).get("indices")
                instanceof List<?> parts
            && parts.size() == 1
            && parts.getFirst() instanceof Map<?, ?> facts
            && facts.get("num_docs") instanceof Number documents
        ? documents.longValue()
        : -1;
  }

  /**
   * Texts with a token, in a table whose texts are exactly those that the part holds.
   *
   * @param word the token as it was written in the query
   */
  long documentsWith(
      LanceSnapshot snapshot,
      Index part,
      String column,
      String token,
      String word,
      BufferAllocator allocator)
      throws Exception {
    Key key = new Key(part.uuid(), token);
    Long number = get(key);
    if (number != null) {
      return number;
    }
    long count = 0;
    try (BatchStream hits =
        LanceScan.start(
            snapshot,
            ScanRequest.of(ScanRequest.ROW_ID),
            new FullText(column, word, 0),
            allocator)) {
      for (VectorSchemaRoot batch = hits.next(); batch != null; batch = hits.next()) {
        count += batch.getRowCount();
      }
    }
    return put(key, count);
  }
}
