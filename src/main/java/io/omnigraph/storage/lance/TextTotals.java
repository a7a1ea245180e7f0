package io.omnigraph.storage.lance;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.FullTextTerms;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Numbers of texts and tokens per fragment, which the library does not tell. A fragment changes by
 * losing rows only, so its numbers are kept by its file and count of lost rows; after a write just
 * the new fragments are read. Thread-safe.
 */
final class TextTotals {

  private static final int MOST_ENTRIES = 100_000;

  /** Texts that are not null, and their tokens. */
  record Totals(long documents, long tokens) {
    Totals plus(long moreDocuments, long moreTokens) {
      return new Totals(documents + moreDocuments, tokens + moreTokens);
    }
  }

  private record Key(String location, String dataFile, long deletions, String column) {}

  private final Map<Key, Totals> known =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Totals> eldest) {
          return size() > MOST_ENTRIES;
        }
      };

  /** The totals over some fragments of a table. */
  Totals of(
      LanceSnapshot snapshot,
      String location,
      Collection<Integer> fragments,
      String column,
      BufferAllocator allocator)
      throws Exception {
    Map<Integer, Key> missing = new HashMap<>();
    Totals sum = new Totals(0, 0);
    for (FragmentInfo fragment : snapshot.fragments()) {
      if (fragments.contains(fragment.id())) {
        Key key = new Key(location, fragment.dataFile(), fragment.deletedRows(), column);
        Totals totals = get(key);
        if (totals == null) {
          missing.put(fragment.id(), key);
        } else {
          sum = sum.plus(totals.documents(), totals.tokens());
        }
      }
    }
    if (!missing.isEmpty()) {
      for (Totals totals : read(snapshot, missing, column, allocator).values()) {
        sum = sum.plus(totals.documents(), totals.tokens());
      }
    }
    return sum;
  }

  private Map<Integer, Totals> read(
      LanceSnapshot snapshot, Map<Integer, Key> missing, String column, BufferAllocator allocator)
      throws Exception {
    Map<Integer, Totals> read = new HashMap<>();
    missing.keySet().forEach(fragment -> read.put(fragment, new Totals(0, 0)));
    ScanRequest scan =
        ScanRequest.of(column, ScanRequest.ROW_ADDRESS).inFragments(List.copyOf(missing.keySet()));
    try (BatchStream stream = LanceScan.start(snapshot, scan, null, allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        VarCharVector texts = (VarCharVector) batch.getVector(0);
        UInt8Vector addresses = (UInt8Vector) batch.getVector(1);
        for (int row = 0; row < batch.getRowCount(); row++) {
          if (!texts.isNull(row)) {
            String text = new String(texts.get(row), StandardCharsets.UTF_8);
            int tokens = FullTextTerms.tokens(text).size();
            read.computeIfPresent(
                (int) (addresses.get(row) >>> 32), (id, totals) -> totals.plus(1, tokens));
          }
        }
      }
    }
    synchronized (known) {
      read.forEach((fragment, totals) -> known.put(missing.get(fragment), totals));
    }
    return read;
  }

  private @org.jspecify.annotations.Nullable Totals get(Key key) {
    synchronized (known) {
      return known.get(key);
    }
  }
}
