package io.omnigraph.read.access;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.column.HeapText;
import io.omnigraph.read.table.NodeOrder;
import io.omnigraph.read.table.TextHits;
import io.omnigraph.storage.FullTextTerms;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one type as one query sees them. Nodes are named by ordinals that hold for the
 * query. Used by one thread at a time.
 */
public interface NodeAccess {

  String nodeType();

  AccessPath path();

  /** Why this path was taken. */
  String reason();

  /**
   * All live nodes, or fewer: nodes that fail the conditions may be left out, but need not be.
   *
   * @param conditions on one variable of this type
   */
  OrdinalStream scan(List<Condition> conditions);

  /** The ordinal of the live node with this id; -1 if there is none. */
  int find(String id);

  /**
   * The ordinals of a batch of ids; -1 or the ordinal of a node that is not live for ids without a
   * node.
   */
  int[] ordinals(HeapText ids);

  /** Finds out which of these ordinals are live, for {@link #isLive}. */
  void resolve(int[] ordinals, int count);

  /** Whether a resolved ordinal is a live node. */
  boolean isLive(int ordinal);

  /**
   * Writes the places of live nodes among some ordinals, ascending.
   *
   * @param into room for every place
   * @return how many
   */
  default int selectLive(int[] ordinals, int count, int[] into) {
    resolve(ordinals, count);
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (isLive(ordinals[i])) {
        into[kept++] = i;
      }
    }
    return kept;
  }

  /**
   * True if every ordinal that adjacency lists obtained so far can lead to is live, so that it need
   * not be asked.
   */
  boolean allLive();

  /** One more than the highest ordinal at this moment. */
  int ordinalLimit();

  /** The number of live nodes, as the snapshot records it. */
  long rowCount();

  Cells ids(int[] ordinals, int count);

  String id(int ordinal);

  /** Orders by id text. */
  int compareIds(int left, int right);

  /**
   * A property as an array of ordered integers with a place for every ordinal that an edge may lead
   * to, if it is held so and no live node lacks it; else null.
   *
   * @param convert make the array if the property is held otherwise
   */
  default Column.@Nullable Keys keys(String property, boolean convert) {
    return null;
  }

  /**
   * All live nodes by a property and, where that is equal, by id; nulls are smallest.
   *
   * @param property null for the order by id alone
   * @param descending whether the property descends; ids ascend always
   * @return not to be changed; null if there is no such order at hand
   */
  default int @Nullable [] ordered(
      @Nullable String property, boolean descending, NodeOrder.ValueOrder values) {
    return null;
  }

  /**
   * The live nodes that have at least one of the terms, with their scores.
   *
   * @return null if storage has to be asked
   */
  default @Nullable TextHits hits(String property, FullTextTerms terms) {
    return null;
  }

  /** Values of a property of live nodes. */
  Cells values(String property, int[] ordinals, int count);
}
