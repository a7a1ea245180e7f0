package io.omnigraph.storage.lance;

import io.omnigraph.storage.SnapshotHandle.IndexInfo;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.lance.Dataset;
import org.lance.Fragment;
import org.lance.index.Index;
import org.lance.index.IndexType;
import org.lance.schema.LanceField;

/** Reads which indices a table has and what they cover. */
final class LanceIndices {

  private LanceIndices() {}

  /** The fragments that a full-text index on the column covers; none without an index. */
  static Set<Integer> fullTextCoverage(Dataset dataset, String column) {
    Set<Integer> fragments = new HashSet<>();
    List<Index> segments =
        dataset.getIndexes().stream()
            .filter(segment -> segment.indexType() == IndexType.INVERTED)
            .toList();
    if (segments.isEmpty()) {
      return fragments;
    }
    Set<Integer> fieldIds = new HashSet<>();
    for (LanceField field : dataset.getLanceSchema().fields()) {
      if (field.getName().equals(column)) {
        fieldIds.add(field.getId());
      }
    }
    for (Index segment : segments) {
      if (fieldIds.containsAll(segment.fields())) {
        segment.fragments().ifPresent(fragments::addAll);
      }
    }
    return fragments;
  }

  static List<IndexInfo> describe(Dataset dataset) {
    List<Index> segments = dataset.getIndexes();
    if (segments.isEmpty()) {
      return List.of();
    }
    Map<Integer, String> columns = new HashMap<>();
    for (LanceField field : dataset.getLanceSchema().fields()) {
      columns.put(field.getId(), field.getName());
    }
    Map<String, List<Index>> byName = new TreeMap<>();
    for (Index segment : segments) {
      byName.computeIfAbsent(segment.name(), n -> new ArrayList<>()).add(segment);
    }
    Set<Integer> fragments = new HashSet<>();
    for (Fragment fragment : dataset.getFragments()) {
      fragments.add(fragment.getId());
    }
    List<IndexInfo> infos = new ArrayList<>();
    byName.forEach(
        (name, parts) -> {
          Set<Integer> uncovered = new HashSet<>(fragments);
          parts.forEach(part -> part.fragments().ifPresent(uncovered::removeAll));
          infos.add(
              new IndexInfo(
                  name,
                  parts.get(0).fields().stream()
                      .map(id -> columns.getOrDefault(id, "#" + id))
                      .toList(),
                  String.valueOf(parts.get(0).indexType()),
                  uncovered.size()));
        });
    return List.copyOf(infos);
  }
}
