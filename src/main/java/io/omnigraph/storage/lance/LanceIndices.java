package io.omnigraph.storage.lance;

import io.omnigraph.storage.SnapshotHandle.IndexInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.lance.Dataset;
import org.lance.index.Index;
import org.lance.index.IndexType;
import org.lance.schema.LanceField;

/** Reads which indices a table has and what they cover. An index may consist of several parts. */
final class LanceIndices {

  private LanceIndices() {}

  /** True if an index of the type lies on exactly this column. */
  static boolean covers(LanceSnapshot snapshot, String column, IndexType type) {
    return !partsOn(snapshot, column, type).isEmpty();
  }

  /** The fragments that a full-text index on the column covers; none without an index. */
  static Set<Integer> fullTextCoverage(LanceSnapshot snapshot, String column) {
    Set<Integer> fragments = new HashSet<>();
    for (Index part : partsOn(snapshot, column, IndexType.INVERTED)) {
      part.fragments().ifPresent(fragments::addAll);
    }
    return fragments;
  }

  /** The only part of the full-text index on a column; null if there is none, or several. */
  static @Nullable Index onlyFullTextPart(LanceSnapshot snapshot, String column) {
    List<Index> parts = partsOn(snapshot, column, IndexType.INVERTED);
    return parts.size() == 1 ? parts.getFirst() : null;
  }

  /** Whether any vector index lies on the column. */
  static boolean hasVectorIndex(LanceSnapshot snapshot, String column) {
    return describe(snapshot).stream()
        .anyMatch(index -> index.columns().equals(List.of(column)) && index.isOnVectors());
  }

  /** Whether a full-text index on the column consists of several parts. */
  static boolean hasManySegments(LanceSnapshot snapshot, String column) {
    return partsOn(snapshot, column, IndexType.INVERTED).size() > 1;
  }

  /** How many parts an index consists of. */
  static long segments(Dataset dataset, String name) {
    return dataset.getIndexes().stream().filter(segment -> segment.name().equals(name)).count();
  }

  private static List<Index> partsOn(LanceSnapshot snapshot, String column, IndexType type) {
    List<Index> ofType =
        snapshot.indexSegments().stream().filter(part -> part.indexType() == type).toList();
    if (ofType.isEmpty()) {
      return List.of();
    }
    Map<Integer, String> columns = columnNames(snapshot);
    return ofType.stream()
        .filter(part -> part.fields().stream().map(columns::get).toList().equals(List.of(column)))
        .toList();
  }

  private static Map<Integer, String> columnNames(LanceSnapshot snapshot) {
    Map<Integer, String> names = new HashMap<>();
    for (LanceField field : snapshot.dataset().getLanceSchema().fields()) {
      names.put(field.getId(), field.getName());
    }
    return names;
  }

  static List<IndexInfo> describe(LanceSnapshot snapshot) {
    List<Index> parts = snapshot.indexSegments();
    if (parts.isEmpty()) {
      return List.of();
    }
    Map<String, List<Index>> byName = new TreeMap<>();
    for (Index part : parts) {
      byName.computeIfAbsent(part.name(), name -> new ArrayList<>()).add(part);
    }
    Map<Integer, String> columns = columnNames(snapshot);
    Map<Integer, Long> fragments = new HashMap<>();
    snapshot.fragments().forEach(f -> fragments.put(f.id(), f.physicalRows()));
    List<IndexInfo> infos = new ArrayList<>();
    byName.forEach(
        (name, ofName) -> {
          Set<Integer> uncovered = new HashSet<>(fragments.keySet());
          ofName.forEach(part -> part.fragments().ifPresent(uncovered::removeAll));
          infos.add(
              new IndexInfo(
                  name,
                  ofName.get(0).fields().stream()
                      .map(id -> columns.getOrDefault(id, "#" + id))
                      .toList(),
                  String.valueOf(ofName.get(0).indexType()),
                  uncovered.size(),
                  uncovered.stream().mapToLong(fragments::get).sum()));
        });
    return List.copyOf(infos);
  }
}
