package io.omnigraph.read.access;

import io.omnigraph.read.column.Bits;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.column.HeapText;
import io.omnigraph.read.table.Adjacency;
import io.omnigraph.read.table.IdSpace;
import io.omnigraph.read.table.Neighbours;
import io.omnigraph.read.table.TableCache;
import io.omnigraph.schema.PropertyType;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Edges read from storage as the query meets them; an edge's ordinal is given at first sight. Ids
 * tell edges apart that are met in both directions, or whose values are read; other edges are just
 * counted, and their ids are not read.
 */
final class LookupEdges implements EdgeAccess {

  private final String edgeType;
  private final AccessPath path;
  private final String reason;
  private final long rowCount;
  private final Lookup lookup;
  private final NodeAccess from;
  private final NodeAccess to;
  private final QueryBudget budget;
  private final IdSpace edgeSpace = new IdSpace(64);
  private final Bits loaded = new Bits(64);
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final List<String> projected = new ArrayList<>(List.of("src", "dst"));
  private final boolean named;
  private final long rowBytes;
  private final Direction out = new Direction();
  private final Direction in = new Direction();
  private int accounted;
  private int counted;

  /**
   * @param needed the properties the query reads, with their types
   * @param bothWays whether the query walks the edges in both directions
   */
  LookupEdges(
      String edgeType,
      AccessPath path,
      String reason,
      long rowCount,
      Lookup lookup,
      NodeAccess from,
      NodeAccess to,
      SortedMap<String, PropertyType> needed,
      boolean bothWays,
      QueryBudget budget) {
    this.edgeType = edgeType;
    this.path = path;
    this.reason = reason;
    this.rowCount = rowCount;
    this.lookup = lookup;
    this.from = from;
    this.to = to;
    this.budget = budget;
    this.named = bothWays || !needed.isEmpty();
    long width = named ? 64 : 16;
    for (Map.Entry<String, PropertyType> property : needed.entrySet()) {
      if (property.getKey().equals(ResidentEdges.ID)) {
        continue; // every edge of which anything is read is read with its id
      }
      columns.put(property.getKey(), Column.create(property.getValue(), 64));
      projected.add(property.getKey());
      width += TableCache.width(property.getValue());
    }
    if (named) {
      projected.add("id");
    }
    this.rowBytes = width;
  }

  /** The lists known so far of one direction. */
  private static final class Direction {
    private int[] begins = {};
    private int[] ends = {};
    private IntArrayList targets = new IntArrayList();
    private IntArrayList edges = new IntArrayList();
    private final Bits known = new Bits(64);
    private boolean complete;
    private Neighbours view = new Neighbours(begins, ends, new int[0], new int[0]);
  }

  @Override
  public String edgeType() {
    return edgeType;
  }

  @Override
  public AccessPath path() {
    return path;
  }

  @Override
  public String reason() {
    return reason;
  }

  @Override
  public boolean mayHaveParallelEdges() {
    return true;
  }

  @Override
  public Neighbours neighbours(boolean outgoing, int[] nodes, int count) {
    Direction direction = outgoing ? out : in;
    if (direction.complete) {
      return direction.view;
    }
    IntArrayList unknown = new IntArrayList();
    for (int i = 0; i < count; i++) {
      if (nodes[i] >= 0 && direction.known.add(nodes[i])) {
        unknown.add(nodes[i]);
      }
    }
    if (!unknown.isEmpty()) {
      load(direction, outgoing, unknown);
    }
    return direction.view;
  }

  private void load(Direction direction, boolean outgoing, IntArrayList unknown) {
    NodeAccess near = outgoing ? from : to;
    String column = outgoing ? "src" : "dst";
    boolean everything = lookup.readsEverything(column, unknown.size());
    boolean keepAll = everything && rowCount * rowBytes < budget.room() / 4;
    Bits wanted = new Bits(near.ordinalLimit());
    List<String> ids = new ArrayList<>(unknown.size());
    for (int i = 0; i < unknown.size(); i++) {
      wanted.set(unknown.getInt(i));
      ids.add(near.id(unknown.getInt(i)));
    }
    IntArrayList nodes = new IntArrayList();
    IntArrayList others = new IntArrayList();
    IntArrayList edges = new IntArrayList();
    if (keepAll && named) {
      edgeSpace.expect((int) Math.min(rowCount, 1 << 26));
    }
    lookup.rows(
        column,
        ids,
        projected,
        batch -> take(batch, outgoing, keepAll ? null : wanted, nodes, others, edges));
    append(direction, outgoing, nodes, others, edges);
    direction.complete = keepAll;
  }

  private void take(
      VectorSchemaRoot batch,
      boolean outgoing,
      @org.jspecify.annotations.Nullable Bits wanted,
      IntArrayList nodes,
      IntArrayList others,
      IntArrayList edges) {
    HeapText nearIds = HeapText.of((VarCharVector) batch.getVector(outgoing ? 0 : 1));
    int[] near = (outgoing ? from : to).ordinals(nearIds);
    int rows = batch.getRowCount();
    int[] picked = new int[rows];
    Arrays.fill(picked, -1);
    int kept = 0;
    for (int i = 0; i < rows; i++) {
      if (near[i] >= 0 && (wanted == null || wanted.get(near[i]))) {
        picked[i] = kept++;
      }
    }
    if (kept == 0) {
      return;
    }
    int[] far =
        (outgoing ? to : from)
            .ordinals(HeapText.of((VarCharVector) batch.getVector(outgoing ? 1 : 0)));
    HeapText ids = named ? HeapText.of((VarCharVector) batch.getVector("id")) : null;
    int[] fresh = new int[rows];
    for (int i = 0; i < rows; i++) {
      fresh[i] = -1;
      if (picked[i] >= 0 && far[i] >= 0) {
        int edge =
            ids == null
                ? counted++
                : edgeSpace.intern(ids.bytes(), ids.offsets()[i], ids.length(i));
        nodes.add(near[i]);
        others.add(far[i]);
        edges.add(edge);
        if (ids != null && loaded.add(edge)) {
          fresh[i] = edge;
        }
      }
    }
    columns.forEach((name, column) -> column.setAll(batch.getVector(name), fresh, rows));
    int met = counted + edgeSpace.size();
    if (met > accounted) {
      budget.reserve(rowBytes * (met - accounted));
      accounted = met;
    }
  }

  /** Adds sorted lists; every node in {@code nodes} gets its list in one piece. */
  private void append(
      Direction direction,
      boolean outgoing,
      IntArrayList nodes,
      IntArrayList others,
      IntArrayList edges) {
    int nodeCount = (outgoing ? from : to).ordinalLimit();
    int otherCount = (outgoing ? to : from).ordinalLimit();
    Adjacency batch =
        Adjacency.build(
            nodes.elements(), others.elements(), nodes.size(), null, nodeCount, otherCount);
    Neighbours lists = batch.neighbours();
    int before = direction.begins.length;
    if (nodeCount > before) {
      direction.begins = Arrays.copyOf(direction.begins, nodeCount);
      direction.ends = Arrays.copyOf(direction.ends, nodeCount);
    }
    Bits seen = new Bits(nodeCount);
    for (int i = 0; i < nodes.size(); i++) {
      int node = nodes.getInt(i);
      if (!seen.add(node)) {
        continue;
      }
      direction.begins[node] = direction.targets.size();
      for (int at = lists.begin(node); at < lists.end(node); at++) {
        direction.targets.add(lists.targets()[at]);
        direction.edges.add(edges.getInt(lists.edges()[at]));
      }
      direction.ends[node] = direction.targets.size();
    }
    budget.reserve(8L * nodes.size() + 8L * (direction.begins.length - before));
    direction.view =
        new Neighbours(
            direction.begins,
            direction.ends,
            direction.targets.elements(),
            direction.edges.elements());
  }

  @Override
  public Cells ids(int[] ordinals, int count) {
    return edgeSpace.gather(ordinals, count);
  }

  @Override
  public Cells values(String property, int[] ordinals, int count) {
    Column column = columns.get(property);
    if (column == null) {
      throw new IllegalStateException("property was not announced: " + property);
    }
    return column.gather(ordinals, count);
  }
}
