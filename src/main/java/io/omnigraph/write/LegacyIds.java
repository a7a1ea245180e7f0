package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.ResourceLimitException;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.RowCollector;
import io.omnigraph.storage.RowSource;
import io.omnigraph.storage.TableSchemas;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Ids of one node type that differ from the canonical ones because an older release rendered keys
 * differently. The load gives such nodes their canonical id and its edges follow. An old id must
 * mean one node only.
 */
final class LegacyIds {

  /** They are kept in memory, so a load takes only so many. */
  static final int MOST = 1_000_000;

  private final String typeName;
  private final Map<String, String> canonicalByOld = new HashMap<>();

  LegacyIds(String typeName) {
    this.typeName = typeName;
  }

  /** An input row named {@code old} is now called {@code canonical}. */
  void rewrite(String old, String canonical) {
    String other = canonicalByOld.putIfAbsent(old, canonical);
    if (other != null && !other.equals(canonical)) {
      throw new BadRequestException(
          "ambiguous_legacy_id",
          "node "
              + typeName
              + " id '"
              + old
              + "' stands for both '"
              + other
              + "' and '"
              + canonical
              + "'; refusing ambiguous edge endpoint remap",
          Map.of("type", typeName, "id", old));
    }
    if (canonicalByOld.size() > MOST) {
      throw new ResourceLimitException(
          "resource_limit",
          "a load renames at most "
              + MOST
              + " ids of node "
              + typeName
              + " to their canonical form; split it into several loads, edges after their nodes",
          Map.of("resource", "renamed_ids", "limit", MOST, "actual", canonicalByOld.size()));
    }
  }

  /** Adds the old ids that are among these canonical ones. */
  void collectConfusion(IdPool canonicalIds, Set<String> into) {
    canonicalByOld.keySet().stream().filter(canonicalIds::contains).forEach(into::add);
  }

  /** Refuses old ids that are other nodes' canonical ones. */
  void refuseConfusion(Set<String> confused) {
    confused.stream().sorted().forEach(id -> rewrite(id, id));
  }

  boolean isEmpty() {
    return canonicalByOld.isEmpty();
  }

  /** Replaces old ids at both ends of edges; other rows are handed back as they are. */
  static RowSource rewriteEndpoints(
      RowSource edges,
      TableLayout layout,
      Map<String, LegacyIds> byNodeType,
      BufferAllocator allocator,
      long memoryBytes) {
    if (!(layout.type() instanceof EdgeType type)) {
      return edges;
    }
    LegacyIds sources = byNodeType.get(type.from());
    LegacyIds destinations = byNodeType.get(type.to());
    if (sources == null && destinations == null) {
      return edges;
    }
    try (RowCollector collector = new RowCollector(allocator, layout.schema(), memoryBytes);
        BatchStream stream = edges.open(allocator)) {
      for (VectorSchemaRoot batch = stream.next(); batch != null; batch = stream.next()) {
        for (int row = 0; row < batch.getRowCount(); row++) {
          collector.copyRow(batch, row);
          replace(sources, batch, row, collector, TableSchemas.SRC);
          replace(destinations, batch, row, collector, TableSchemas.DST);
          collector.endRow();
        }
      }
      RowSource rewritten = collector.finish();
      edges.close();
      return rewritten;
    }
  }

  private static void replace(
      @Nullable LegacyIds ids,
      VectorSchemaRoot batch,
      int row,
      RowCollector target,
      String column) {
    String canonical = ids == null ? null : ids.canonicalByOld.get(Rows.text(batch, column, row));
    if (canonical != null) {
      byte[] bytes = canonical.getBytes(StandardCharsets.UTF_8);
      ((VarCharVector) target.openBatch().getVector(column)).setSafe(target.openRow(), bytes);
    }
  }
}
