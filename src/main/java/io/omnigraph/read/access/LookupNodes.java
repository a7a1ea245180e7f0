package io.omnigraph.read.access;

import io.omnigraph.query.plan.Condition;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.column.HeapText;
import io.omnigraph.read.table.IdSpace;
import io.omnigraph.read.table.TableCache;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.storage.BatchStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Nodes read from storage as the query meets them. Ordinals are given in order of first sight;
 * whatever is read of a node brings the properties the query needs.
 */
final class LookupNodes implements NodeAccess {

  private static final byte UNKNOWN = 0;
  private static final byte LIVE = 1;
  private static final byte ABSENT = 2;

  private final String nodeType;
  private final AccessPath path;
  private final String reason;
  private final long rowCount;
  private final Lookup lookup;
  private final Pushdown pushdown;
  private final QueryBudget budget;
  private final IdSpace space = new IdSpace(64);
  private final Map<String, Column> columns = new LinkedHashMap<>();
  private final List<String> projected = new ArrayList<>();
  private final long rowBytes;
  private byte[] state = new byte[64];
  private int accounted;
  private boolean complete;

  /**
   * @param needed the properties the query reads, with their types
   */
  LookupNodes(
      String nodeType,
      AccessPath path,
      String reason,
      long rowCount,
      Lookup lookup,
      Pushdown pushdown,
      SortedMap<String, PropertyType> needed,
      QueryBudget budget) {
    this.nodeType = nodeType;
    this.path = path;
    this.reason = reason;
    this.rowCount = rowCount;
    this.lookup = lookup;
    this.pushdown = pushdown;
    this.budget = budget;
    this.projected.add("id");
    long width = 40;
    for (Map.Entry<String, PropertyType> property : needed.entrySet()) {
      columns.put(property.getKey(), Column.create(property.getValue(), 64));
      projected.add(property.getKey());
      width += TableCache.width(property.getValue());
    }
    this.rowBytes = width;
  }

  @Override
  public String nodeType() {
    return nodeType;
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
  public OrdinalStream scan(List<Condition> conditions) {
    boolean index = path == AccessPath.INDEXED;
    BatchStream batches = lookup.open(projected, index ? pushdown.filter(conditions) : null, index);
    return new OrdinalStream() {
      private int[] found = {};
      private int given;

      @Override
      public int next(int[] into) {
        if (given == found.length) {
          VectorSchemaRoot batch = batches.next();
          if (batch == null) {
            return -1;
          }
          budget.countRead(Lookup.bytes(batch));
          found = take(batch, false);
          given = 0;
        }
        int count = Math.min(into.length, found.length - given);
        System.arraycopy(found, given, into, 0, count);
        given += count;
        return count;
      }

      @Override
      public void close() {
        batches.close();
      }
    };
  }

  /**
   * Learns the rows of a batch.
   *
   * @param onlyKnown leave out ids that were never asked for
   * @return the ordinal of each row, or -1 where left out
   */
  private int[] take(VectorSchemaRoot batch, boolean onlyKnown) {
    HeapText ids = HeapText.of((VarCharVector) batch.getVector(0));
    int[] ordinals = onlyKnown ? space.findAll(ids) : space.internAll(ids);
    grow();
    int[] fresh = ordinals.clone();
    for (int i = 0; i < fresh.length; i++) {
      if (fresh[i] < 0 || state[fresh[i]] != UNKNOWN) {
        fresh[i] = -1;
      } else {
        state[fresh[i]] = LIVE;
      }
    }
    int c = 1;
    for (Column column : columns.values()) {
      column.setAll(batch.getVector(c++), fresh, fresh.length);
    }
    return ordinals;
  }

  private void grow() {
    int size = space.size();
    if (size > state.length) {
      state = Arrays.copyOf(state, Math.max(size, state.length * 2));
    }
    if (size > accounted) {
      budget.reserve(rowBytes * (size - accounted));
      accounted = size;
    }
  }

  @Override
  public int find(String id) {
    int[] ordinal = {space.intern(id)};
    resolve(ordinal, 1);
    return isLive(ordinal[0]) ? ordinal[0] : -1;
  }

  @Override
  public int[] ordinals(HeapText ids) {
    int[] ordinals = space.internAll(ids);
    grow();
    return ordinals;
  }

  @Override
  public void resolve(int[] ordinals, int count) {
    grow();
    List<String> unknown = new ArrayList<>();
    List<Integer> asked = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (ordinals[i] >= 0 && state[ordinals[i]] == UNKNOWN) {
        state[ordinals[i]] = ABSENT;
        asked.add(ordinals[i]);
      }
    }
    if (asked.isEmpty() || complete) {
      return;
    }
    for (int ordinal : asked) {
      state[ordinal] = UNKNOWN;
      unknown.add(space.id(ordinal));
    }
    boolean everything = lookup.readsEverything("id", unknown.size());
    boolean keepAll = everything && rowCount * rowBytes < budget.room() / 4;
    if (everything) {
      lookup.scan(projected, null, false, batch -> take(batch, !keepAll));
      complete = keepAll;
    } else {
      lookup.rows("id", unknown, projected, batch -> take(batch, true));
    }
    for (int ordinal : asked) {
      if (state[ordinal] == UNKNOWN) {
        state[ordinal] = ABSENT;
      }
    }
  }

  @Override
  public boolean isLive(int ordinal) {
    return ordinal >= 0 && ordinal < state.length && state[ordinal] == LIVE;
  }

  @Override
  public boolean allLive() {
    return false;
  }

  @Override
  public int ordinalLimit() {
    return space.size();
  }

  @Override
  public long rowCount() {
    return rowCount;
  }

  @Override
  public Cells ids(int[] ordinals, int count) {
    return space.gather(ordinals, count);
  }

  @Override
  public String id(int ordinal) {
    return space.id(ordinal);
  }

  @Override
  public int compareIds(int left, int right) {
    return space.compare(left, right);
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
