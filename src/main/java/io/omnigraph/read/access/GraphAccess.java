package io.omnigraph.read.access;

import io.omnigraph.manifest.Snapshot;
import io.omnigraph.manifest.TableHandles;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.TableKey;
import io.omnigraph.query.Parameters;
import io.omnigraph.read.cache.Patience;
import io.omnigraph.read.table.Effort;
import io.omnigraph.read.table.PhysicalTable.Located;
import io.omnigraph.read.table.TableCache;
import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import io.omnigraph.storage.BatchStream;
import io.omnigraph.storage.ScanRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
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
  private final Pushdown pushdown;
  private final QueryBudget budget;
  private final Map<String, NodeAccess> nodes = new HashMap<>();
  private final Map<String, EdgeAccess> edges = new HashMap<>();
  private final List<AutoCloseable> held = new ArrayList<>();
  private final Map<TableKey, TableHandles.Lease> handles = new HashMap<>();
  private final ResidentTables resident;
  private final @Nullable Warmer warmer;
  private final boolean planOnly;

  /** How to wait for what takes long; null if nothing will be read. */
  private final @Nullable Patience patience;

  /**
   * @param forced the path to take everywhere; null to choose
   * @param needs what the query reads
   * @param warmer asked for large tables that are not in the cache, instead of building them here;
   *     null to build them
   * @param builders build what this query waits for; null to look only, because nothing will be
   *     read
   */
  public GraphAccess(
      Snapshot snapshot,
      TableCache tables,
      @Nullable AccessPath forced,
      Needs needs,
      Parameters parameters,
      QueryBudget budget,
      @Nullable Warmer warmer,
      @Nullable Executor builders) {
    this.snapshot = snapshot;
    this.tables = tables;
    this.forced = forced;
    this.needs = needs;
    this.pushdown = new Pushdown(parameters);
    this.budget = budget;
    this.warmer = warmer;
    this.planOnly = builders == null;
    this.patience = builders == null ? null : new Patience(builders, budget::checkTime);
    this.resident = new ResidentTables(snapshot, tables, needs, pushdown, effort());
    held.add(resident);
  }

  private Effort effort() {
    if (patience == null) {
      return Effort.FIND;
    }
    return warmer == null ? Effort.buildWith(patience) : Effort.DERIVE;
  }

  public Snapshot snapshot() {
    return snapshot;
  }

  public int cacheHits() {
    return resident.hits();
  }

  public int cacheMisses() {
    return resident.misses();
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

  private boolean mayBeResident() {
    return forced == null || forced == AccessPath.RESIDENT;
  }

  private NodeAccess openNodes(String nodeType) {
    TableKey key = TableKey.node(nodeType);
    Located table = tables.locate(snapshot, key);
    if (mayBeResident()) {
      Optional<ResidentNodes> there = resident.nodes(key, table);
      if (there.isPresent()) {
        if (warmer != null
            && !planOnly
            && !needs.words(key).stream().allMatch(property -> tables.hasWords(table, property))) {
          warmer.request(snapshot, key, needs);
        }
        return there.get();
      }
    }
    boolean cold = wouldBuild(table);
    AccessPath path =
        cold
            ? AccessPath.RESIDENT
            : mayBeResident() ? AccessPath.INDEXED : Objects.requireNonNull(forced);
    return new LookupNodes(
        nodeType,
        path,
        cold ? cold(key, table) : missing(key, table),
        table.entry().rowCount(),
        lookup(key, path),
        pushdown,
        needs.properties(key),
        budget);
  }

  /** Whether a query that is only planned would build a table if it ran. */
  private boolean wouldBuild(Located table) {
    return planOnly
        && mayBeResident()
        && tables.mayFit(table)
        && (warmer == null || table.entry().rowCount() <= TableCache.SMALL_ROWS);
  }

  private String cold(TableKey key, Located table) {
    String type = key.typeName();
    List<String> parts =
        tables.missing(
            table,
            needs.properties(key),
            !key.isNode() && needs.walks(type, true),
            !key.isNode() && needs.walks(type, false));
    return "cold, would build " + (parts.isEmpty() ? "it anew" : String.join(", ", parts));
  }

  /** Why a table is not resident; asks for it to be so next time. */
  private String missing(TableKey key, Located table) {
    if (!mayBeResident()) {
      return "forced";
    }
    if (warmer == null || !tables.mayFit(table)) {
      return "the cache budget has no room for the table";
    }
    if (!planOnly) {
      warmer.request(snapshot, key, needs);
    }
    return "not in the cache yet, or no room for it";
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
    boolean ends = from.path() == AccessPath.RESIDENT && to.path() == AccessPath.RESIDENT;
    if (from instanceof ResidentNodes f && to instanceof ResidentNodes t) {
      Optional<ResidentEdges> there = resident.edges(key, table, f.rows(), t.rows());
      if (there.isPresent()) {
        return there.get();
      }
    }
    boolean cold = ends && wouldBuild(table);
    AccessPath path =
        cold
            ? AccessPath.RESIDENT
            : mayBeResident() ? AccessPath.INDEXED : Objects.requireNonNull(forced);
    String reason = cold ? cold(key, table) : missing(key, table);
    return new LookupEdges(
        edgeType,
        path,
        mayBeResident() && !ends ? "an endpoint type is not resident" : reason,
        table.entry().rowCount(),
        lookup(key, path),
        from,
        to,
        needs.properties(key),
        needs.walks(edgeType, true) && needs.walks(edgeType, false),
        budget);
  }

  private Lookup lookup(TableKey key, AccessPath path) {
    return new Lookup(
        handle(key).handle(), request -> scan(key, request), path == AccessPath.INDEXED, budget);
  }

  /**
   * Reads or searches a whole table. Of a large one nothing is awaited longer than the query may
   * run; small tables are read faster than a thread is found for it.
   */
  public BatchStream scan(TableKey key, ScanRequest request) {
    return patience == null || snapshot.table(key).rowCount() <= TableCache.SMALL_ROWS
        ? handle(key).handle().scan(request)
        : new PatientStream(tables.handle(snapshot, key), request, patience);
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
