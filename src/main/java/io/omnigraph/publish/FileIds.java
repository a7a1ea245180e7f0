package io.omnigraph.publish;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import io.omnigraph.storage.TableSchemas;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Which ids stand in which data file, so that looking a few ids up need not touch the files that
 * cannot hold them: most inserted keys are new, and a table has many small files between two
 * foldings. Data files never change, so what is known of one holds for every version and branch
 * that shows it. It says where to look, never what is there: deleted rows and colliding hashes are
 * left to the read that follows. Thread-safe.
 */
final class FileIds {

  /** Larger files are read through their index, if they have one, or as a whole. */
  static final long MOST_ROWS = 1_000_000;

  private static final long BUDGET_BYTES = 64L << 20;
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final Cache<String, LongOpenHashSet> files =
      Caffeine.newBuilder()
          .maximumWeight(BUDGET_BYTES)
          .weigher((String file, LongOpenHashSet ids) -> 128 + 2 * file.length() + 12 * ids.size())
          .build();

  /** Remembers the ids of a new file; more ids than it holds do no harm. */
  void add(SnapshotHandle table, String dataFile, Collection<String> ids) {
    LongOpenHashSet hashes = new LongOpenHashSet(ids.size());
    ids.forEach(id -> hashes.add(hash(id)));
    files.put(key(table, dataFile), hashes);
  }

  /**
   * The fragments in which rows of these ids can stand.
   *
   * @return empty if the table is better asked as a whole
   */
  Optional<List<Integer>> fragmentsOf(SnapshotHandle table, Collection<String> ids) {
    long[] wanted = ids.stream().mapToLong(FileIds::hash).toArray();
    List<Integer> candidates = new ArrayList<>();
    List<FragmentInfo> unknown = new ArrayList<>();
    for (FragmentInfo fragment : table.fragments()) {
      LongOpenHashSet known = files.getIfPresent(key(table, fragment.dataFile()));
      if (known == null && fragment.deletedRows() > 0) {
        // What is deleted here may live on another branch, so the file cannot be learnt from this.
        candidates.add(fragment.id());
      } else if (known == null) {
        unknown.add(fragment);
      } else if (containsAny(known, wanted)) {
        candidates.add(fragment.id());
      }
    }
    if (unknown.isEmpty()) {
      return Optional.of(candidates);
    }
    if (unknown.stream().anyMatch(f -> f.physicalRows() > MOST_ROWS)) {
      return Optional.empty();
    }
    Map<Integer, LongOpenHashSet> learnt = read(table, unknown);
    for (FragmentInfo fragment : unknown) {
      LongOpenHashSet read = learnt.getOrDefault(fragment.id(), new LongOpenHashSet());
      files.put(key(table, fragment.dataFile()), read);
      if (containsAny(read, wanted)) {
        candidates.add(fragment.id());
      }
    }
    return Optional.of(candidates);
  }

  private static String key(SnapshotHandle table, String dataFile) {
    return table.address().path() + '/' + dataFile;
  }

  private static boolean containsAny(LongOpenHashSet known, long[] wanted) {
    for (long hash : wanted) {
      if (known.contains(hash)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The ids of files of which nothing is deleted, by fragment. All in one scan: after opening there
   * may be a hundred of them, and a bucket takes its time for each.
   */
  private static Map<Integer, LongOpenHashSet> read(
      SnapshotHandle table, List<FragmentInfo> fragments) {
    Map<Integer, LongOpenHashSet> ids = new HashMap<>();
    ScanRequest request =
        ScanRequest.of(List.of(TableSchemas.ID, ScanRequest.ROW_ADDRESS))
            .inFragments(fragments.stream().map(FragmentInfo::id).toList());
    try (BatchStream stream = table.scan(request)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        VarCharVector texts = (VarCharVector) batch.getVector(TableSchemas.ID);
        UInt8Vector addresses = (UInt8Vector) batch.getVector(ScanRequest.ROW_ADDRESS);
        for (int row = 0; row < batch.getRowCount(); row++) {
          int fragment = (int) (addresses.get(row) >>> 32);
          ids.computeIfAbsent(fragment, id -> new LongOpenHashSet()).add(hash(texts.get(row)));
        }
      }
    }
    return ids;
  }

  private static long hash(String id) {
    return hash(id.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static long hash(byte[] bytes) {
    long hash = FNV_OFFSET;
    for (byte b : bytes) {
      hash = (hash ^ (b & 0xff)) * FNV_PRIME;
    }
    return hash;
  }
}
