package io.omnigraph.storage.lance;

import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.FullTextTerms;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;
import org.lance.Fragment;
import org.lance.fragment.DeletionFile;

/**
 * Numbers of texts and tokens per fragment, which the library does not tell. A data file never
 * changes, so the length of each of its texts is kept; a fragment that lost rows is counted again
 * from the addresses of those that are left. After a write just the new files are read.
 * Thread-safe.
 */
final class TextTotals {

  private static final int MOST_SUMS = 100_000;

  /** Four bytes each. */
  private static final long MOST_LENGTHS = 8L << 20;

  private static final int NO_TEXT = -1;

  /** Of a row that had been deleted when its file was read. */
  private static final int NOT_READ = -2;

  /** Texts that are not null, and their tokens. */
  record Totals(long documents, long tokens) {
    Totals plus(Totals more) {
      return new Totals(documents + more.documents, tokens + more.tokens);
    }

    Totals plusText(int length) {
      return length < 0 ? this : new Totals(documents + 1, tokens + length);
    }
  }

  /** A column, told apart by its number from one that was dropped and had its name. */
  private record Texts(String dataFile, int column) {}

  /**
   * Texts without those of deleted rows. Equal counts of deletions prove nothing: branches, and a
   * version that was taken back and written anew, delete different rows of one file.
   */
  private record Sum(Texts texts, String deletions) {}

  private final Map<Sum, Totals> sums =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Sum, Totals> eldest) {
          return size() > MOST_SUMS;
        }
      };

  private final Map<Texts, int[]> lengths = new LinkedHashMap<>(16, 0.75f, true);
  private long keptLengths;

  /** The totals over some fragments of a table. */
  Totals of(
      LanceSnapshot snapshot,
      Collection<Integer> fragments,
      String column,
      BufferAllocator allocator)
      throws Exception {
    int columnId = snapshot.columnId(column);
    Map<Integer, FragmentInfo> missing = new HashMap<>();
    Map<Integer, Sum> names = new HashMap<>();
    Totals total = new Totals(0, 0);
    for (FragmentInfo fragment : snapshot.fragments()) {
      if (fragments.contains(fragment.id())) {
        Sum name = name(snapshot, fragment, columnId);
        Totals totals = known(name);
        if (totals == null) {
          totals = left(snapshot, fragment, lengthsOf(name.texts()), allocator);
          if (totals != null) {
            remember(name, totals, null);
          }
        }
        if (totals == null) {
          missing.put(fragment.id(), fragment);
          names.put(fragment.id(), name);
        } else {
          total = total.plus(totals);
        }
      }
    }
    for (Map.Entry<Integer, int[]> read : read(snapshot, missing, column, allocator).entrySet()) {
      Totals totals = new Totals(0, 0);
      for (int length : read.getValue()) {
        totals = totals.plusText(length);
      }
      remember(Objects.requireNonNull(names.get(read.getKey())), totals, read.getValue());
      total = total.plus(totals);
    }
    return total;
  }

  private static Sum name(LanceSnapshot snapshot, FragmentInfo fragment, int column) {
    String deletions = "";
    if (fragment.deletedRows() > 0) {
      Fragment found = snapshot.fragmentOrNull(fragment.id());
      DeletionFile file = found == null ? null : found.metadata().getDeletionFile();
      deletions =
          file == null ? "" : fragment.id() + "-" + file.getReadVersion() + "-" + file.getId();
    }
    return new Sum(new Texts(fragment.dataFile(), column), deletions);
  }

  private synchronized @Nullable Totals known(Sum sum) {
    return sums.get(sum);
  }

  private synchronized int @Nullable [] lengthsOf(Texts texts) {
    return lengths.get(texts);
  }

  private synchronized void remember(Sum sum, Totals totals, int @Nullable [] texts) {
    sums.put(sum, totals);
    if (texts != null && texts.length <= MOST_LENGTHS / 2) {
      int[] before = lengths.put(sum.texts(), texts);
      keptLengths += texts.length - (before == null ? 0 : before.length);
      var oldest = lengths.entrySet().iterator();
      while (keptLengths > MOST_LENGTHS && oldest.hasNext()) {
        keptLengths -= oldest.next().getValue().length;
        oldest.remove();
      }
    }
  }

  /** Counts the rows that a fragment still has; null if the length of one is not known. */
  private static @Nullable Totals left(
      LanceSnapshot snapshot,
      FragmentInfo fragment,
      int @Nullable [] texts,
      BufferAllocator allocator)
      throws Exception {
    if (texts == null) {
      return null;
    }
    Totals totals = new Totals(0, 0);
    ScanRequest scan = ScanRequest.of(ScanRequest.ROW_ADDRESS).inFragments(List.of(fragment.id()));
    try (BatchStream stream = LanceScan.start(snapshot, scan, null, allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        UInt8Vector addresses = (UInt8Vector) batch.getVector(0);
        for (int row = 0; row < batch.getRowCount(); row++) {
          int offset = (int) addresses.get(row);
          if (offset >= texts.length || texts[offset] == NOT_READ) {
            return null;
          }
          totals = totals.plusText(texts[offset]);
        }
      }
    }
    return totals;
  }

  /** Reads the lengths of the texts of fragments, by fragment and row. */
  private static Map<Integer, int[]> read(
      LanceSnapshot snapshot,
      Map<Integer, FragmentInfo> fragments,
      String column,
      BufferAllocator allocator)
      throws Exception {
    Map<Integer, int[]> read = new HashMap<>();
    if (fragments.isEmpty()) {
      return read;
    }
    fragments.forEach(
        (id, fragment) -> {
          int[] texts = new int[Math.toIntExact(fragment.physicalRows())];
          Arrays.fill(texts, NOT_READ);
          read.put(id, texts);
        });
    ScanRequest scan =
        ScanRequest.of(column, ScanRequest.ROW_ADDRESS)
            .inFragments(List.copyOf(fragments.keySet()));
    try (BatchStream stream = LanceScan.start(snapshot, scan, null, allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        VarCharVector cells = (VarCharVector) batch.getVector(0);
        UInt8Vector addresses = (UInt8Vector) batch.getVector(1);
        for (int row = 0; row < batch.getRowCount(); row++) {
          int[] texts = read.get((int) (addresses.get(row) >>> 32));
          if (texts != null) {
            texts[(int) addresses.get(row)] =
                cells.isNull(row)
                    ? NO_TEXT
                    : FullTextTerms.countTokens(new String(cells.get(row), StandardCharsets.UTF_8));
          }
        }
      }
    }
    return read;
  }
}
