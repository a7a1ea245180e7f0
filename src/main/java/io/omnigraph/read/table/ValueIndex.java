package io.omnigraph.read.table;

import io.omnigraph.model.Value;
import io.omnigraph.read.cache.DerivedCache;
import io.omnigraph.read.column.Bits;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Column;
import io.omnigraph.read.column.Hashing;
import io.omnigraph.read.column.TextPool;
import io.omnigraph.schema.PropertyType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Nodes by a hash of one property: for an equality, the few nodes that may fulfil it. Whoever asks
 * tests them and leaves out the dead, so a version can share what an older one had: nodes written
 * since are candidates for every value. Immutable.
 */
public final class ValueIndex implements DerivedCache.Sized {

  /** More nodes than these written since are worth a new index. */
  private static final int MOST_NEWER = 512;

  private static final int CHUNK = 4096;

  private final IdSpace space;

  /** Where the nodes of each bucket begin, and one more. */
  private final int[] begins;

  private final int[] nodes;

  /** Written after the others were indexed, ascending. */
  private final int[] newer;

  private ValueIndex(IdSpace space, int[] begins, int[] nodes, int[] newer) {
    this.space = space;
    this.begins = begins;
    this.nodes = nodes;
    this.newer = newer;
  }

  /** Whether values of a type are told apart by texts or whole numbers. */
  public static boolean isFor(PropertyType type) {
    if (type.list()) {
      return false;
    }
    return switch (type.scalar()) {
      case STRING, I32, I64, U32, U64, DATE, DATETIME -> true;
      case BOOL, F32, F64, VECTOR, BLOB -> false;
    };
  }

  static ValueIndex of(NodeRows rows, Column column) {
    int buckets = Integer.highestOneBit(Math.max(1, rows.liveCount())) * 2;
    int[] begins = new int[buckets + 1];
    each(rows, column, (node, bucket) -> begins[bucket + 1]++, buckets);
    for (int b = 0; b < buckets; b++) {
      begins[b + 1] += begins[b];
    }
    int[] nodes = new int[begins[buckets]];
    int[] next = begins.clone();
    each(rows, column, (node, bucket) -> nodes[next[bucket]++] = node, buckets);
    return new ValueIndex(rows.space(), begins, nodes, new int[0]);
  }

  private interface NodeInBucket {
    void take(int node, int bucket);
  }

  /** Visits every node with a value, ascending. */
  private static void each(NodeRows rows, Column column, NodeInBucket visitor, int buckets) {
    Bits live = rows.live();
    int[] chunk = new int[CHUNK];
    int node = live.next(0);
    while (node >= 0) {
      int count = 0;
      for (; node >= 0 && count < CHUNK; node = live.next(node + 1)) {
        chunk[count++] = node;
      }
      Cells values = column.gather(chunk, count);
      for (int i = 0; i < count; i++) {
        if (!values.isNull(i)) {
          visitor.take(chunk[i], hash(values, i) & (buckets - 1));
        }
      }
    }
  }

  /** Equal for values that are equal and of texts or whole numbers both. */
  private static int hash(Cells values, int row) {
    if (values.kind() != Cells.Kind.TEXT) {
      return Hashing.of(values.longAt(row));
    }
    byte[] pool = values.pool();
    int start = values.startAt(row);
    return Hashing.of(pool, TextPool.offset(pool, start), TextPool.length(pool, start));
  }

  /**
   * The index of a later version.
   *
   * @param written nodes that were written since, in any order
   * @return null if it should be made anew
   */
  @Nullable ValueIndex after(int[] written) {
    if (newer.length + written.length > MOST_NEWER) {
      return null;
    }
    int[] all = Arrays.copyOf(newer, newer.length + written.length);
    System.arraycopy(written, 0, all, newer.length, written.length);
    return new ValueIndex(space, begins, nodes, Arrays.stream(all).sorted().distinct().toArray());
  }

  /** Whether the nodes are named as in these rows. */
  boolean isOf(NodeRows rows) {
    return space == rows.space();
  }

  /** The nodes that may have a value, ascending; null if the index cannot tell. */
  public @Nullable Candidates candidates(Value value) {
    return switch (value) {
      case Value.Text ignored -> bucketOf(value);
      case Value.Int ignored -> bucketOf(value);
      case Value.BigUnsigned ignored -> bucketOf(value);
      case Value.Date ignored -> bucketOf(value);
      case Value.DateTime ignored -> bucketOf(value);
      case Value.Null ignored -> null;
      case Value.Bool ignored -> null;
      case Value.Real ignored -> null;
      case Value.ListOf ignored -> null;
      case Value.Vector ignored -> null;
    };
  }

  private Candidates bucketOf(Value value) {
    int bucket = hash(Cells.constant(value), 0) & (begins.length - 2);
    return new Candidates(begins[bucket], begins[bucket + 1]);
  }

  @Override
  public void parts(DerivedCache.PartVisitor visitor) {
    visitor.part(begins, 4L * begins.length);
    visitor.part(nodes, 4L * nodes.length);
    visitor.part(newer, 4L * newer.length);
  }

  /** Two ascending lists, given as one without repetition. */
  public final class Candidates {
    private int at;
    private final int end;
    private int atNewer;

    private Candidates(int begin, int end) {
      this.at = begin;
      this.end = end;
    }

    /** How many there are left, or fewer. */
    public int most() {
      return end - at + newer.length - atNewer;
    }

    /** The next one; -1 at the end. */
    public int next() {
      boolean indexed = at < end;
      boolean changed = atNewer < newer.length;
      if (!indexed && !changed) {
        return -1;
      }
      int next = !changed || indexed && nodes[at] <= newer[atNewer] ? nodes[at] : newer[atNewer];
      at += indexed && nodes[at] == next ? 1 : 0;
      atNewer += changed && newer[atNewer] == next ? 1 : 0;
      return next;
    }
  }
}
