package io.omnigraph.read.access;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.TableKey;
import io.omnigraph.query.Parameters;
import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.table.Adjacency;
import io.omnigraph.read.table.EdgeRows;
import io.omnigraph.read.table.NodeRows;
import io.omnigraph.read.table.PhysicalTable.Located;
import io.omnigraph.read.table.TableCache;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The graph of one snapshot for one query: hands out an access per type and chooses the path of
 * each. Holds what the accesses borrow until closed. Used by one thread at a time.
 */
public final class GraphAccess implements AutoCloseable {

  private final Snapshot snapshot;
  private final TableCache tables;
  private final @Nullable AccessPath forced;
  private final Needs needs;
  private final Parameters parameters;
  private final QueryBudget budget;
  private final Map<String, NodeAccess> nodes = new HashMap<>();
  private final Map<String, EdgeAccess> edges = new HashMap<>();
  private final List<AutoCloseable> held = new ArrayList<>();
  private final Map<TableKey, TableHandles.Lease> handles = new HashMap<>();
  private int cacheHits;
  private int cacheMisses;

  /**
   * @param forced the path to take everywhere; null to choose
   * @param needs what the query reads
   */
  public GraphAccess(
      Snapshot snapshot,
      TableCache tables,
      @Nullable AccessPath forced,
      Needs needs,
      Parameters parameters,
      QueryBudget budget) {
    this.snapshot = snapshot;
    this.tables = tables;
    this.forced = forced;
    this.needs = needs;
    this.parameters = parameters;
    this.budget = budget;
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  public int cacheHits() {
    return cacheHits;
  }

  public int cacheMisses() {
    return cacheMisses;
  }

  public NodeAccess nodes(String nodeType) {
    NodeAccess known = nodes.get(nodeType);
    if (known == null) {
      known = openNodes(nodeType);
      nodes.put(nodeType, known);
    }
    return known;
  }

  public EdgeAccess edges(String edgeType) {
    EdgeAccess known = edges.get(edgeType);
    if (known == null) {
      known = openEdges(edgeType);
      edges.put(edgeType, known);
    }
    return known;
  }

  private NodeAccess openNodes(String nodeType) {
    TableKey key = TableKey.node(nodeType);
    Located table = tables.locate(snapshot, key);
    String reason = "forced";
    AccessPath path = forced;
    if (path == null || path == AccessPath.RESIDENT) {
      Optional<ResidentNodes> resident = residentNodes(key, table);
      if (resident.isPresent()) {
        return resident.get();
      }
      path = AccessPath.INDEXED;
      reason = "the cache budget has no room for the table";
    }
    return new LookupNodes(
        nodeType,
        path,
        reason,
        table.entry().rowCount(),
        lookup(key, path),
        new Pushdown(parameters),
        needs.properties(key),
        budget);
  }

  /** Resident only if the rows and every column that the query needs fit. */
  private Optional<ResidentNodes> residentNodes(TableKey key, Located table) {
    List<DerivedCache.Lease> leases = new ArrayList<>();
    try {
      return residentNodes(key, table, leases);
    } catch (RuntimeException | Error e) {
      leases.forEach(DerivedCache.Lease::close);
      throw e;
    }
  }

  private Optional<ResidentNodes> residentNodes(
      TableKey key, Located table, List<DerivedCache.Lease> leases) {
    Optional<DerivedCache.Lease> rowsLease = tables.nodes(snapshot, table);
    if (rowsLease.isEmpty()) {
      return Optional.empty();
    }
    leases.add(rowsLease.get());
    NodeRows rows = (NodeRows) rowsLease.get().value();
    Map<String, Column> columns = new HashMap<>();
    for (Map.Entry<String, PropertyType> property : needs.properties(key).entrySet()) {
      Optional<DerivedCache.Lease> column =
          tables.nodeColumn(snapshot, table, rows, property.getKey(), property.getValue());
      if (column.isEmpty()) {
        leases.forEach(DerivedCache.Lease::close);
        return Optional.empty();
      }
      leases.add(column.get());
      columns.put(property.getKey(), TableCache.columnOf(column.get()));
    }
    boolean hit = hold(leases);
    return Optional.of(
        new ResidentNodes(key.typeName(), rows, columns::get, hit ? "cached" : "built in cache"));
  }

  private EdgeAccess openEdges(String edgeType) {
    EdgeType type =
        snapshot
            .catalog()
            .edge(edgeType)
            .orElseThrow(
                () ->
                    new NotFoundException(
                        "type_not_found", "edge type '" + edgeType + "' not found"));
    TableKey key = TableKey.edge(edgeType);
    Located table = tables.locate(snapshot, key);
    NodeAccess from = nodes(type.from());
    NodeAccess to = nodes(type.to());
    String reason = "forced";
    AccessPath path = forced;
    if (path == null || path == AccessPath.RESIDENT) {
      if (from instanceof ResidentNodes f && to instanceof ResidentNodes t) {
        Optional<ResidentEdges> resident = residentEdges(key, table, f.rows(), t.rows());
        if (resident.isPresent()) {
          return resident.get();
        }
        reason = "the cache budget has no room for the edges";
      } else {
        reason = "an endpoint type is not resident";
      }
      path = AccessPath.INDEXED;
    }
    return new LookupEdges(
        edgeType,
        path,
        reason,
        table.entry().rowCount(),
        lookup(key, path),
        from,
        to,
        needs.properties(key),
        budget);
  }

  private Optional<ResidentEdges> residentEdges(
      TableKey key, Located table, NodeRows from, NodeRows to) {
    List<DerivedCache.Lease> leases = new ArrayList<>();
    try {
      return residentEdges(key, table, from, to, leases);
    } catch (RuntimeException | Error e) {
      leases.forEach(DerivedCache.Lease::close);
      throw e;
    }
  }

  private Optional<ResidentEdges> residentEdges(
      TableKey key, Located table, NodeRows from, NodeRows to, List<DerivedCache.Lease> leases) {
    Optional<DerivedCache.Lease> rowsLease =
        tables.edges(snapshot, table, from.space(), to.space());
    if (rowsLease.isEmpty()) {
      return Optional.empty();
    }
    leases.add(rowsLease.get());
    EdgeRows rows = (EdgeRows) rowsLease.get().value();
    Map<Boolean, Adjacency> lists = new HashMap<>();
    Map<String, Column> columns = new HashMap<>();
    boolean fits = true;
    for (boolean outgoing : new boolean[] {true, false}) {
      if (!needs.walks(key.typeName(), outgoing)) {
        continue;
      }
      Optional<DerivedCache.Lease> lease = tables.lists(table, rows, outgoing);
      lease.ifPresent(
          l -> {
            leases.add(l);
            lists.put(outgoing, (Adjacency) l.value());
          });
      fits &= lease.isPresent();
    }
    for (Map.Entry<String, PropertyType> property : needs.properties(key).entrySet()) {
      Optional<DerivedCache.Lease> lease =
          tables.edgeColumn(snapshot, table, rows, property.getKey(), property.getValue());
      lease.ifPresent(
          l -> {
            leases.add(l);
            columns.put(property.getKey(), TableCache.columnOf(l));
          });
      fits &= lease.isPresent();
    }
    if (!fits) {
      leases.forEach(DerivedCache.Lease::close);
      return Optional.empty();
    }
    boolean hit = hold(leases);
    return Optional.of(
        new ResidentEdges(
            key.typeName(), lists::get, columns::get, hit ? "cached" : "built in cache"));
  }

  private boolean hold(List<DerivedCache.Lease> leases) {
    held.addAll(leases);
    int hits = (int) leases.stream().filter(DerivedCache.Lease::isHit).count();
    cacheHits += hits;
    cacheMisses += leases.size() - hits;
    return hits == leases.size();
  }

  private Lookup lookup(TableKey key, AccessPath path) {
    return new Lookup(handle(key).handle(), path == AccessPath.INDEXED, budget);
  }

  /** The open handle of a table, for searches. */
  public TableHandles.Lease handle(TableKey key) {
    return handles.computeIfAbsent(
        key,
        k -> {
          TableHandles.Lease lease = tables.handle(snapshot, k);
          held.add(lease);
          return lease;
        });
  }

  /** The type of a property of a node or edge type; {@code id} is a String. */
  public static PropertyType propertyType(EntityType type, String property) {
    return property.equals(ResidentEdges.ID)
        ? PropertyType.of(ScalarType.STRING)
        : type.property(property)
            .orElseThrow(
                () ->
                    new NotFoundException(
                        "property_not_found",
                        "type '" + type.name() + "' has no property '" + property + "'"))
            .type();
  }

  @Override
  public void close() {
    RuntimeException first = null;
    for (AutoCloseable resource : held) {
      try {
        resource.close();
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    held.clear();
    if (first != null) {
      throw first;
    }
  }
}
