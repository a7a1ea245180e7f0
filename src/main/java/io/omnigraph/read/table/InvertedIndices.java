package io.omnigraph.read.table;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.column.HeapText;
import io.omnigraph.read.table.PhysicalTable.Located;
import io.omnigraph.read.text.Postings;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.SnapshotHandle;
import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * The inverted indices of the tables of one graph. Only the files that no cached version of the
 * table has shown are read, so after a write, on a branch or in the past little is. Thread-safe.
 */
final class InvertedIndices {

  private static final int BATCH_ROWS = 8192;

  /** Versions of which no newer one than this many was asked for are forgotten. */
  private static final int KEPT_VERSIONS = 8;

  private static final int MOST_RELATIVES = 4;

  /** Bytes per row before it was measured. */
  private static final long USUAL_WIDTH = 160;

  private final TableCache tables;
  private final DerivedCache cache;

  /** Bytes per row of what was built: a text column may be of any width. */
  private final Map<TableKeys.Words, Long> widths = new ConcurrentHashMap<>();

  InvertedIndices(TableCache tables, DerivedCache cache) {
    this.tables = tables;
    this.cache = cache;
  }

  static TableKeys.Words name(Located table, String property) {
    return new TableKeys.Words(table.physical(), property, table.schemaHash());
  }

  /** Empty if there is none and the effort or the budget does not allow for one. */
  Optional<DerivedCache.Lease> get(
      Snapshot snapshot, Located table, NodeRows rows, String property, Effort effort) {
    TableKeys.Words name = name(table, property);
    if (effort.onlyFinds()) {
      return cache.find(name);
    }
    long rowCount = table.entry().rowCount();
    long estimate = 4_096 + rowCount * widths.getOrDefault(anyVersion(name), USUAL_WIDTH);
    Optional<DerivedCache.Lease> lease =
        cache.derive(name, estimate / 8, key -> build(snapshot, table, rows, name, true));
    if (lease.isEmpty() && effort.builds(rowCount)) {
      lease =
          cache.get(
              name,
              estimate,
              key ->
                  Objects.requireNonNull(
                      build(snapshot, table, rows, name, false), "a build is not declined"),
              effort.patienceFor(rowCount));
    }
    lease.filter(l -> !l.isHit()).ifPresent(l -> forgetOlder(name));
    return lease;
  }

  private static TableKeys.Words anyVersion(TableKeys.Words name) {
    PhysicalTable table = name.table();
    return new TableKeys.Words(
        new PhysicalTable(table.graph(), table.address(), "", 0), name.property(), "");
  }

  private void forgetOlder(TableKeys.Words name) {
    PhysicalTable table = name.table();
    cache.dropUnused(
        key ->
            key instanceof TableKeys.Words words
                && words.property().equals(name.property())
                && words.table().graph() == table.graph()
                && words.table().address().equals(table.address())
                && words.table().incarnation().equals(table.incarnation())
                && words.table().version() < table.version() - KEPT_VERSIONS);
  }

  /**
   * @param onlyQuickly decline, by null, to read more than a small table or half of the rows
   */
  private @Nullable InvertedIndex build(
      Snapshot snapshot, Located table, NodeRows rows, TableKeys.Words name, boolean onlyQuickly) {
    try (TableHandles.Lease lease = tables.handle(snapshot, table.key())) {
      SnapshotHandle handle = lease.handle();
      int column = handle.columnId(name.property());
      Map<String, Postings> known = known(name, column);
      List<InvertedIndex.Part> parts = new ArrayList<>();
      List<FragmentInfo> missing = new ArrayList<>();
      long unread = 0;
      for (FragmentInfo fragment : handle.fragments()) {
        Postings postings = known.get(fragment.dataFile());
        if (postings == null || InvertedIndex.lacksAny(postings, fragment.id(), rows)) {
          missing.add(fragment);
          unread += fragment.physicalRows();
        } else {
          parts.add(new InvertedIndex.Part(fragment.id(), fragment.dataFile(), postings));
        }
      }
      if (onlyQuickly && (known.isEmpty() || unread > TableCache.SMALL_ROWS)) {
        return null;
      }
      parts.addAll(read(handle, name.property(), missing));
      InvertedIndex index = new InvertedIndex(column, parts);
      widths.put(anyVersion(name), 1 + index.bytes() / Math.max(1, table.entry().rowCount()));
      return index;
    }
  }

  /** What other versions know, by data file. */
  private Map<String, Postings> known(TableKeys.Words name, int column) {
    Map<String, Postings> known = new HashMap<>();
    List<TableKeys.Words> relatives =
        cache.keys(name.family()).stream()
            .filter(TableKeys.Words.class::isInstance)
            .map(TableKeys.Words.class::cast)
            .filter(words -> words.property().equals(name.property()))
            .sorted(
                Comparator.comparing(
                        (TableKeys.Words words) ->
                            !words.table().address().equals(name.table().address()))
                    .thenComparingLong(
                        words -> Math.abs(words.table().version() - name.table().version())))
            .limit(MOST_RELATIVES)
            .toList();
    for (TableKeys.Words relative : relatives) {
      Optional<DerivedCache.Lease> lent = cache.find(relative);
      if (lent.isPresent()) {
        try (DerivedCache.Lease lease = lent.get()) {
          InvertedIndex index = (InvertedIndex) lease.value();
          if (index.columnId() == column) {
            index.fragments().forEach(part -> known.putIfAbsent(part.dataFile(), part.postings()));
          }
        }
      }
    }
    return known;
  }

  private static List<InvertedIndex.Part> read(
      SnapshotHandle handle, String property, List<FragmentInfo> fragments) {
    if (fragments.isEmpty()) {
      return List.of();
    }
    Map<Integer, Postings.Builder> builders = new HashMap<>();
    for (FragmentInfo fragment : fragments) {
      builders.put(fragment.id(), new Postings.Builder(Math.toIntExact(fragment.physicalRows())));
    }
    ScanRequest request =
        ScanRequest.of(property, ScanRequest.ROW_ADDRESS)
            .batchRows(BATCH_ROWS)
            .inFragments(fragments.stream().map(FragmentInfo::id).toList());
    try (BatchStream batches = handle.scan(request)) {
      for (VectorSchemaRoot batch = batches.next(); batch != null; batch = batches.next()) {
        VarCharVector cells = (VarCharVector) batch.getVector(0);
        UInt8Vector addresses = (UInt8Vector) batch.getVector(1);
        HeapText texts = HeapText.of(cells);
        for (int i = 0; i < texts.rows(); i++) {
          long address = addresses.get(i);
          Postings.Builder builder =
              Objects.requireNonNull(builders.get((int) (address >>> 32)), "asked for");
          if (cells.isNull(i)) {
            builder.addNull((int) address);
          } else {
            builder.add((int) address, texts.bytes(), texts.offsets()[i], texts.length(i));
          }
        }
      }
    }
    return fragments.stream()
        .map(
            fragment ->
                new InvertedIndex.Part(
                    fragment.id(),
                    fragment.dataFile(),
                    Objects.requireNonNull(builders.get(fragment.id())).build()))
        .toList();
  }
}
