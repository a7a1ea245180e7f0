package io.omnigraph.read.access;

import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.table.Adjacency;
import io.omnigraph.read.table.EdgeRows;
import io.omnigraph.read.table.Neighbours;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Edges from the caches. */
final class ResidentEdges implements EdgeAccess {

  /** The column that holds edge ids. */
  static final String ID = "id";

  private final String edgeType;
  private final EdgeRows rows;
  private final Function<Boolean, Adjacency> lists;
  private final Function<String, Column> columns;
  private final String reason;
  private @Nullable Adjacency outgoing;
  private @Nullable Adjacency incoming;

  /**
   * @param lists gives the adjacency of a direction (true: outgoing), for the life of the query
   * @param columns gives the column of a property, for the life of the query
   */
  ResidentEdges(
      String edgeType,
      EdgeRows rows,
      Function<Boolean, Adjacency> lists,
      Function<String, Column> columns,
      String reason) {
    this.edgeType = edgeType;
    this.rows = rows;
    this.lists = lists;
    this.columns = columns;
    this.reason = reason;
  }

  private Adjacency lists(boolean out) {
    Adjacency known = out ? outgoing : incoming;
    if (known == null) {
      known = lists.apply(out);
      if (out) {
        outgoing = known;
      } else {
        incoming = known;
      }
    }
    return known;
  }

  @Override
  public String edgeType() {
    return edgeType;
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
  public Neighbours neighbours(boolean out, int[] nodes, int count) {
    return lists(out).neighbours();
  }

  @Override
  public boolean mayHaveParallelEdges() {
    Adjacency known = outgoing != null ? outgoing : incoming;
    return known == null || known.hasParallelEdges();
  }

  @Override
  public Cells ids(int[] edges, int count) {
    return columns.apply(ID).gather(edges, count);
  }

  @Override
  public Cells values(String property, int[] edges, int count) {
    Column column = columns.apply(property);
    return ResidentNodes.areMany(count, rows.rowLimit()) && isWhole(column)
        ? column.gatherPresent(edges, count)
        : column.gather(edges, count);
  }

  private boolean isWhole(Column column) {
    return column.covers(rows.live(), rows.rowLimit());
  }

  @Override
  public Column.@Nullable Keys keys(String property, boolean convert) {
    Column column = columns.apply(property);
    return isWhole(column) ? column.keys(convert) : null;
  }
}
