package io.omnigraph.read.access;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.TableKey;
import io.omnigraph.read.cache.ColdBuilds;
import io.omnigraph.read.table.Effort;
import io.omnigraph.read.table.PhysicalTable;
import io.omnigraph.read.table.TableCache;
import io.omnigraph.schema.EdgeType;
import java.util.Set;

/** Builds in the background what a query missed in the cache. Thread-safe. */
public final class Warmer {

  private final TableCache tables;
  private final ColdBuilds builds;

  public Warmer(TableCache tables, ColdBuilds builds) {
    this.tables = tables;
    this.builds = builds;
  }

  /** What a build makes; equal requests are one. */
  private record Wanted(
      PhysicalTable table, Set<String> properties, Set<String> words, boolean out, boolean in) {}

  /** Asks for a table as a query needs it; returns at once. */
  void request(Snapshot snapshot, TableKey key, Needs needs) {
    String type = key.typeName();
    Wanted wanted =
        new Wanted(
            tables.locate(snapshot, key).physical(),
            Set.copyOf(needs.properties(key).keySet()),
            Set.copyOf(needs.words(key)),
            !key.isNode() && needs.walks(type, true),
            !key.isNode() && needs.walks(type, false));
    builds.request(wanted, () -> build(snapshot, key, needs));
  }

  private void build(Snapshot snapshot, TableKey key, Needs needs) {
    try (ResidentTables resident =
        new ResidentTables(snapshot, tables, needs, Pushdown.NONE, Effort.BUILD)) {
      if (key.isNode()) {
        PhysicalTable.Located table = tables.locate(snapshot, key);
        resident
            .nodes(key, table)
            .ifPresent(
                nodes ->
                    needs
                        .words(key)
                        .forEach(property -> resident.words(table, nodes.rows(), property)));
        return;
      }
      EdgeType type = snapshot.catalog().edges().get(key.typeName());
      if (type == null) {
        return;
      }
      TableKey from = TableKey.node(type.from());
      TableKey to = TableKey.node(type.to());
      resident
          .nodes(from, tables.locate(snapshot, from))
          .ifPresent(
              f ->
                  resident
                      .nodes(to, tables.locate(snapshot, to))
                      .ifPresent(
                          t ->
                              resident.edges(
                                  key, tables.locate(snapshot, key), f.rows(), t.rows())));
    }
  }
}
