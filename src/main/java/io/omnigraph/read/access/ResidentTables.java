package io.omnigraph.read.access;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.model.TableKey;
import io.omnigraph.query.plan.Condition;
import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.table.Adjacency;
import io.omnigraph.read.table.EdgeRows;
import io.omnigraph.read.table.Effort;
import io.omnigraph.read.table.InvertedIndex;
import io.omnigraph.read.table.NodeOrder;
import io.omnigraph.read.table.NodeRows;
import io.omnigraph.read.table.PhysicalTable.Located;
import io.omnigraph.read.table.TableCache;
import io.omnigraph.read.table.ValueIndex;
import io.omnigraph.schema.PropertyType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Borrows tables of a snapshot from the cache: the rows, the directions and the columns that a
 * query needs, all of them or nothing. Holds what it lent out until closed. Used by one thread at a
 * time.
 */
final class ResidentTables implements AutoCloseable {

  /** So many nodes are not worth a look into another index. */
  private static final int FEW = 64;

  private final Snapshot snapshot;
  private final TableCache tables;
  private final Needs needs;
  private final Pushdown pushdown;
  private final Effort effort;
  private final List<DerivedCache.Lease> held = new ArrayList<>();
  private int hits;
  private int misses;

  ResidentTables(
      Snapshot snapshot, TableCache tables, Needs needs, Pushdown pushdown, Effort effort) {
    this.pushdown = pushdown;
    this.snapshot = snapshot;
    this.tables = tables;
    this.needs = needs;
    this.effort = effort;
  }

  int hits() {
    return hits;
  }

  int misses() {
    return misses;
  }

  /** Leases of one table, given back unless all of them were got. */
  private static final class Parts implements AutoCloseable {
    private final List<DerivedCache.Lease> leases = new ArrayList<>();
    private boolean complete = true;
    private boolean kept;

    Optional<DerivedCache.Lease> add(Optional<DerivedCache.Lease> lease) {
      lease.ifPresent(leases::add);
      complete &= lease.isPresent();
      return lease;
    }

    @Override
    public void close() {
      if (!kept) {
        leases.forEach(DerivedCache.Lease::close);
      }
    }
  }

  /** Keeps the parts; true if all of them had been there. */
  private boolean keep(Parts parts) {
    parts.kept = true;
    held.addAll(parts.leases);
    int there = 0;
    for (DerivedCache.Lease lease : parts.leases) {
      there += lease.isHit() ? 1 : 0;
    }
    hits += there;
    misses += parts.leases.size() - there;
    return there == parts.leases.size();
  }

  private static String reason(boolean hit) {
    return hit ? "cached" : "built in cache";
  }

  /** Empty if something is missing and was not built. */
  Optional<ResidentNodes> nodes(TableKey key, Located table) {
    try (Parts parts = new Parts()) {
      Optional<DerivedCache.Lease> lease = parts.add(tables.nodes(snapshot, table, effort));
      if (lease.isEmpty()) {
        return Optional.empty();
      }
      NodeRows rows = (NodeRows) lease.get().value();
      Map<String, Column> columns = new HashMap<>();
      for (Map.Entry<String, PropertyType> property : needs.properties(key).entrySet()) {
        parts
            .add(
                tables.nodeColumn(
                    snapshot, table, rows, property.getKey(), property.getValue(), effort))
            .ifPresent(l -> columns.put(property.getKey(), TableCache.columnOf(l)));
        if (!parts.complete) {
          return Optional.empty();
        }
      }
      return Optional.of(
          new ResidentNodes(
              key.typeName(),
              rows,
              columns::get,
              (property, column, descending, values) ->
                  order(
                      tables.nodeOrder(table, rows, property, column, descending, values, effort)),
              conditions -> candidates(table, rows, columns, conditions),
              property -> words(table, rows, property),
              reason(keep(parts))));
    }
  }

  /** The fewest nodes that an index names for one of the equalities; null if none does. */
  private @Nullable Found candidates(
      Located table, NodeRows rows, Map<String, Column> columns, List<Condition> conditions) {
    Found fewest = null;
    for (Pushdown.Equality equality : pushdown.equalities(conditions)) {
      String property = equality.property().property();
      if (fewest != null && fewest.nodes().most() <= FEW) {
        break;
      }
      Column column = columns.get(property);
      if (column == null) {
        continue;
      }
      Optional<DerivedCache.Lease> lease =
          tables.valueIndex(table, rows, property, equality.property().type(), column, effort);
      if (lease.isPresent()) {
        held.add(lease.get());
        ValueIndex.Candidates nodes =
            ((ValueIndex) lease.get().value()).candidates(equality.value());
        if (nodes != null && (fewest == null || nodes.most() < fewest.nodes().most())) {
          fewest = new Found(property, nodes);
        }
      }
    }
    return fewest;
  }

  /** What an index of a property found. */
  record Found(String property, ValueIndex.Candidates nodes) {}

  /** Null if it is missing and was not built. */
  @Nullable InvertedIndex words(Located table, NodeRows rows, String property) {
    Optional<DerivedCache.Lease> lease = tables.words(snapshot, table, rows, property, effort);
    if (lease.isEmpty()) {
      return null;
    }
    held.add(lease.get());
    if (lease.get().isHit()) {
      hits++;
    } else {
      misses++;
    }
    return (InvertedIndex) lease.get().value();
  }

  private @Nullable NodeOrder order(Optional<DerivedCache.Lease> lease) {
    if (lease.isEmpty()) {
      return null;
    }
    held.add(lease.get());
    return (NodeOrder) lease.get().value();
  }

  /** Empty if something is missing and was not built. */
  Optional<ResidentEdges> edges(TableKey key, Located table, NodeRows from, NodeRows to) {
    try (Parts parts = new Parts()) {
      Optional<DerivedCache.Lease> lease =
          parts.add(tables.edges(snapshot, table, from.space(), to.space(), effort));
      if (lease.isEmpty()) {
        return Optional.empty();
      }
      EdgeRows rows = (EdgeRows) lease.get().value();
      Map<Boolean, Adjacency> lists = new HashMap<>();
      for (boolean outgoing : new boolean[] {true, false}) {
        if (needs.walks(key.typeName(), outgoing)) {
          parts
              .add(tables.lists(table, rows, outgoing, effort))
              .ifPresent(l -> lists.put(outgoing, (Adjacency) l.value()));
        }
      }
      Map<String, Column> columns = new HashMap<>();
      for (Map.Entry<String, PropertyType> property : needs.properties(key).entrySet()) {
        if (parts.complete) {
          parts
              .add(
                  tables.edgeColumn(
                      snapshot, table, rows, property.getKey(), property.getValue(), effort))
              .ifPresent(l -> columns.put(property.getKey(), TableCache.columnOf(l)));
        }
      }
      if (!parts.complete) {
        return Optional.empty();
      }
      return Optional.of(
          new ResidentEdges(key.typeName(), rows, lists::get, columns::get, reason(keep(parts))));
    }
  }

  @Override
  public void close() {
    held.forEach(DerivedCache.Lease::close);
    held.clear();
  }
}
