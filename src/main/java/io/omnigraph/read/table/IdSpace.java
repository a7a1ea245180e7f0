package io.omnigraph.read.table;

import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Hashing;
import io.omnigraph.read.column.HeapText;
import io.omnigraph.read.column.TextPool;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Numbers ids: each distinct id text has one ordinal, given in order of first sight and never taken
 * back, so an ordinal means the same id in every version and on every branch that uses this space.
 * Holds ids of nodes that live, lived, or are only named by an edge.
 *
 * <p>One thread at a time adds (under the monitor); any number read meanwhile: they look at the
 * state published last, and skip newer entries that show up in shared arrays.
 */
public final class IdSpace {

  /** Arrays shared between states only ever gain entries at ordinals beyond {@code size}. */
  private record State(int[] slots, int[] starts, byte[] bytes, int size) {}

  private volatile State state;
  private final TextPool pool;

  public IdSpace(int capacity) {
    int slots = Integer.highestOneBit(Math.max(16, capacity * 2 - 1)) << 1;
    this.pool = new TextPool(Math.max(64, capacity * 16));
    this.state = new State(new int[slots], new int[Math.max(16, capacity)], pool.bytes(), 0);
  }

  /** One more than the highest ordinal given so far. */
  public int size() {
    return state.size;
  }

  /** The ordinal of an id; -1 if it was never seen. */
  public int find(String id) {
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    return find(state, utf8, 0, utf8.length);
  }

  public int find(byte[] bytes, int offset, int length) {
    return find(state, bytes, offset, length);
  }

  private static int find(State s, byte[] bytes, int offset, int length) {
    int mask = s.slots.length - 1;
    int slot = Hashing.of(bytes, offset, length) & mask;
    while (true) {
      int ordinal = s.slots[slot] - 1;
      if (ordinal < 0) {
        return -1;
      }
      if (ordinal < s.size && matches(s, ordinal, bytes, offset, length)) {
        return ordinal;
      }
      slot = (slot + 1) & mask;
    }
  }

  private static boolean matches(State s, int ordinal, byte[] bytes, int offset, int length) {
    int start = s.starts[ordinal];
    if (TextPool.length(s.bytes, start) != length) {
      return false;
    }
    int at = TextPool.offset(s.bytes, start);
    return Arrays.equals(s.bytes, at, at + length, bytes, offset, offset + length);
  }

  /** Makes room for so many ids at once, which is faster than step by step. */
  public synchronized void expect(int capacity) {
    State s = state;
    int slots = Integer.highestOneBit(Math.max(16, capacity * 2 - 1)) << 1;
    if (slots > s.slots.length) {
      int[] starts = Arrays.copyOf(s.starts, Math.max(s.starts.length, capacity));
      state = new State(rehash(slots, starts, pool.bytes(), s.size), starts, s.bytes, s.size);
    }
  }

  public synchronized int intern(String id) {
    byte[] utf8 = id.getBytes(StandardCharsets.UTF_8);
    return intern(utf8, 0, utf8.length);
  }

  public synchronized int intern(byte[] bytes, int offset, int length) {
    int known = find(state, bytes, offset, length);
    if (known >= 0) {
      return known;
    }
    State next = add(state, bytes, offset, length);
    state = new State(next.slots, next.starts, pool.bytes(), next.size);
    return next.size - 1;
  }

  /** Ordinals of a whole batch, new ids added. */
  public synchronized int[] internAll(HeapText texts) {
    int[] out = new int[texts.rows()];
    State s = state;
    for (int i = 0; i < out.length; i++) {
      int offset = texts.offsets()[i];
      int length = texts.length(i);
      int known = find(s, texts.bytes(), offset, length);
      if (known < 0) {
        s = add(s, texts.bytes(), offset, length);
        known = s.size - 1;
      }
      out[i] = known;
    }
    state = s;
    return out;
  }

  /** Ordinals of a whole batch, -1 where unknown; adds nothing. */
  public int[] findAll(HeapText texts) {
    int[] out = new int[texts.rows()];
    State s = state;
    for (int i = 0; i < out.length; i++) {
      out[i] = find(s, texts.bytes(), texts.offsets()[i], texts.length(i));
    }
    return out;
  }

  private State add(State s, byte[] bytes, int offset, int length) {
    int ordinal = s.size;
    int[] starts = s.starts;
    if (ordinal == starts.length) {
      starts = Arrays.copyOf(starts, ordinal + (ordinal >> 1) + 16);
    }
    starts[ordinal] = pool.append(bytes, offset, length);
    int[] slots = s.slots;
    if ((ordinal + 1) * 4L > slots.length * 3L) {
      slots = rehash(slots.length * 2, starts, pool.bytes(), ordinal);
    }
    place(slots, ordinal, Hashing.of(bytes, offset, length));
    return new State(slots, starts, pool.bytes(), ordinal + 1);
  }

  private static int[] rehash(int length, int[] starts, byte[] bytes, int size) {
    int[] slots = new int[length];
    for (int ordinal = 0; ordinal < size; ordinal++) {
      int start = starts[ordinal];
      place(
          slots,
          ordinal,
          Hashing.of(bytes, TextPool.offset(bytes, start), TextPool.length(bytes, start)));
    }
    return slots;
  }

  private static void place(int[] slots, int ordinal, int hash) {
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    slots[slot] = ordinal + 1;
  }

  public String id(int ordinal) {
    State s = state;
    return TextPool.text(s.bytes, s.starts[ordinal]);
  }

  /** The id texts of ordinals, read through them: valid while they stand. */
  public Cells gather(int[] ordinals, int count) {
    State s = state;
    return Cells.viewOfTexts(s.bytes, s.starts, ordinals);
  }

  /** Orders two ordinals by their id texts. */
  public int compare(int left, int right) {
    State s = state;
    return left == right ? 0 : TextPool.compare(s.bytes, s.starts[left], s.bytes, s.starts[right]);
  }

  public long bytes() {
    State s = state;
    return 64L + 4L * s.slots.length + 4L * s.starts.length + s.bytes.length;
  }
}
