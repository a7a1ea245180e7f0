package io.omnigraph.read.table;

import io.omnigraph.storage.SnapshotHandle.FragmentInfo;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;

/**
 * Where the physical rows of a table version stand in memory: each fragment's rows, in the order
 * they were first scanned, occupy consecutive row numbers. Row addresses are {@code fragment << 32
 * | offset}. Immutable.
 */
final class RowLayout {

  /**
   * @param first row number of the first remembered row
   * @param offsets remembered offsets ascending; null if they are 0, 1, 2, ...
   */
  private record Segment(FragmentInfo fragment, int first, int count, int[] offsets) {}

  private static final int[] DENSE = {};

  private final Int2ObjectOpenHashMap<Segment> segments;
  private final int rows;

  private RowLayout(Int2ObjectOpenHashMap<Segment> segments, int rows) {
    this.segments = segments;
    this.rows = rows;
  }

  static RowLayout empty() {
    return new RowLayout(new Int2ObjectOpenHashMap<>(), 0);
  }

  /** Number of rows remembered, dead ones included. */
  int rows() {
    return rows;
  }

  /** The row number of an address; -1 if it is not remembered. */
  int row(long address) {
    Segment segment = segments.get((int) (address >>> 32));
    return segment == null ? -1 : row(segment, (int) address);
  }

  private static int row(Segment segment, int offset) {
    if (segment.offsets == DENSE) {
      return offset < segment.count ? segment.first + offset : -1;
    }
    int at = Arrays.binarySearch(segment.offsets, offset);
    return at < 0 ? -1 : segment.first + at;
  }

  /** The row numbers of a fragment by offset; -1 where none is remembered. */
  IntUnaryOperator rowsOf(int fragment) {
    Segment segment = segments.get(fragment);
    return segment == null ? offset -> -1 : offset -> row(segment, offset);
  }

  /** The fragments as they were at this version, by id. */
  Map<Integer, FragmentInfo> fragments() {
    return segments.values().stream()
        .collect(Collectors.toMap(s -> s.fragment.id(), Segment::fragment));
  }

  /** Row numbers of one fragment: first (inclusive) and end (exclusive). */
  int[] range(int fragment) {
    Segment segment = segments.get(fragment);
    return segment == null
        ? new int[] {0, 0}
        : new int[] {segment.first, segment.first + segment.count};
  }

  /** The same rows under newer fragment facts; fragments that are gone are forgotten. */
  RowLayout withFragments(List<FragmentInfo> newer) {
    Int2ObjectOpenHashMap<Segment> next = new Int2ObjectOpenHashMap<>();
    for (FragmentInfo fragment : newer) {
      Segment old = segments.get(fragment.id());
      if (old != null) {
        next.put(fragment.id(), new Segment(fragment, old.first, old.count, old.offsets));
      }
    }
    return new RowLayout(next, rows);
  }

  long bytes() {
    return 64L + segments.values().stream().mapToLong(s -> 160L + 4L * s.offsets.length).sum();
  }

  /** Collects addresses in scan order behind an existing layout. */
  static final class Builder {
    private final Int2ObjectOpenHashMap<Segment> segments;
    private final Function<Integer, FragmentInfo> facts;
    private int rows;
    private int fragment = -1;
    private int first;
    private int count;
    private boolean dense;
    private int[] offsets = new int[1024];

    Builder(RowLayout base, List<FragmentInfo> fragments) {
      this.segments = new Int2ObjectOpenHashMap<>(base.segments);
      this.rows = base.rows;
      Map<Integer, FragmentInfo> byId =
          fragments.stream().collect(Collectors.toMap(FragmentInfo::id, f -> f));
      this.facts =
          id -> {
            FragmentInfo known = byId.get(id);
            if (known == null) {
              throw new IllegalStateException("row of an unknown fragment " + id);
            }
            return known;
          };
    }

    /** Adds a row; fragments come one after the other, offsets ascending. */
    void add(long address) {
      int id = (int) (address >>> 32);
      if (id != fragment || count == 0) {
        finish();
        fragment = id;
        first = rows;
        dense = true;
      }
      int offset = (int) address;
      dense &= offset == count;
      if (count == offsets.length) {
        offsets = Arrays.copyOf(offsets, count * 2);
      }
      offsets[count++] = offset;
      rows++;
    }

    private void finish() {
      if (count > 0) {
        Segment before =
            segments.put(
                fragment,
                new Segment(
                    facts.apply(fragment),
                    first,
                    count,
                    dense ? DENSE : Arrays.copyOf(offsets, count)));
        if (before != null) {
          throw new IllegalStateException("fragment " + fragment + " was scanned twice");
        }
      }
      count = 0;
    }

    RowLayout build() {
      finish();
      return new RowLayout(segments, rows);
    }
  }
}
