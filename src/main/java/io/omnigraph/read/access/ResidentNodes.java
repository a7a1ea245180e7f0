package io.omnigraph.read.access;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.read.column.Bits;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.column.HeapText;
import io.omnigraph.read.table.InvertedIndex;
import io.omnigraph.read.table.NodeOrder;
import io.omnigraph.read.table.NodeRows;
import io.omnigraph.read.table.TextHits;
import io.omnigraph.storage.FullTextTerms;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Nodes from the caches. */
final class ResidentNodes implements NodeAccess {

  /** So many rows are worth a look at the whole column, or as many as the column has. */
  private static final int MANY = 1024;

  static boolean areMany(int rows, int all) {
    return rows >= Math.min(MANY, all);
  }

  private final String nodeType;
  private final NodeRows rows;
  private final Function<String, Column> columns;
  private final Orders orders;
  private final Indices indices;
  private final Function<String, @Nullable InvertedIndex> words;
  private final String reason;

  /**
   * @param columns gives the column of a property, for the life of the query
   * @param words gives the inverted index of a property, or null, for the life of the query
   */
  ResidentNodes(
      String nodeType,
      NodeRows rows,
      Function<String, Column> columns,
      Orders orders,
      Indices indices,
      Function<String, @Nullable InvertedIndex> words,
      String reason) {
    this.nodeType = nodeType;
    this.rows = rows;
    this.columns = columns;
    this.orders = orders;
    this.indices = indices;
    this.words = words;
    this.reason = reason;
  }

  /** Finds the nodes in an order, for the life of the query. */
  @FunctionalInterface
  interface Orders {
    @Nullable NodeOrder of(
        @Nullable String property,
        @Nullable Column column,
        boolean descending,
        NodeOrder.ValueOrder values);
  }

  /** Finds nodes by the values of properties. */
  @FunctionalInterface
  interface Indices {
    ResidentTables.@Nullable Found candidates(List<Condition> conditions);
  }

  NodeRows rows() {
    return rows;
  }

  @Override
  public String nodeType() {
    return nodeType;
  }

  @Override
  public AccessPath path() {
    return AccessPath.RESIDENT;
  }

  @Override
  public String reason() {
    return reason;
  }

  @Override
  public OrdinalStream scan(List<Condition> conditions) {
    Bits live = rows.live();
    ResidentTables.Found found = indices.candidates(conditions);
    if (found != null) {
      return new IndexedNodes(found.nodes(), live, found.property());
    }
    return new OrdinalStream() {
      private int from;

      @Override
      public int next(int[] into) {
        int count = 0;
        int ordinal = from < 0 ? -1 : live.next(from);
        while (ordinal >= 0 && count < into.length) {
          into[count++] = ordinal;
          ordinal = live.next(ordinal + 1);
        }
        from = ordinal;
        return count == 0 ? -1 : count;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public int find(String id) {
    return rows.find(id);
  }

  @Override
  public int[] ordinals(HeapText ids) {
    return rows.space().findAll(ids);
  }

  @Override
  public void resolve(int[] ordinals, int count) {}

  @Override
  public boolean isLive(int ordinal) {
    return rows.live().get(ordinal);
  }

  @Override
  public int selectLive(int[] ordinals, int count, int[] into) {
    return rows.live().select(ordinals, count, into);
  }

  @Override
  public boolean allLive() {
    return rows.liveCount() == rows.space().size();
  }

  @Override
  public int ordinalLimit() {
    return rows.space().size();
  }

  @Override
  public long rowCount() {
    return rows.liveCount();
  }

  @Override
  public Cells ids(int[] ordinals, int count) {
    return rows.space().gather(ordinals, count);
  }

  @Override
  public String id(int ordinal) {
    return rows.space().id(ordinal);
  }

  @Override
  public int compareIds(int left, int right) {
    return rows.space().compare(left, right);
  }

  @Override
  public Cells values(String property, int[] ordinals, int count) {
    Column column = columns.apply(property);
    return areMany(count, rows.space().size()) && column.covers(rows.live(), 0)
        ? column.gatherPresent(ordinals, count)
        : column.gather(ordinals, count);
  }

  @Override
  public int @Nullable [] ordered(
      @Nullable String property, boolean descending, NodeOrder.ValueOrder values) {
    Column column = property == null ? null : columns.apply(property);
    NodeOrder order = orders.of(property, column, descending, values);
    return order == null ? null : order.ordinals();
  }

  @Override
  public @Nullable TextHits hits(String property, FullTextTerms terms) {
    InvertedIndex index = words.apply(property);
    return index == null ? null : index.hits(terms, rows);
  }

  @Override
  public Column.@Nullable Keys keys(String property, boolean convert) {
    Column column = columns.apply(property);
    Column.Keys keys = column.covers(rows.live(), 0) ? column.keys(convert) : null;
    // Edges may lead to ids that came after the column and name no node of this version.
    return keys == null || keys.length() < rows.space().size() ? null : keys;
  }
}
