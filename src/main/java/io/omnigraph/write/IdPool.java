package io.omnigraph.write;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.AbstractSet;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Set;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VarCharVector;

/**
 * A compact set of byte strings (ids, rendered values). Every distinct entry gets an ordinal in
 * order of first appearance, by which callers keep further facts in parallel arrays. A million ids
 * cost about 45 bytes each instead of the hundred and more of a set of strings. Grows only. Not
 * thread-safe, not even for lookups, which share a buffer.
 */
public final class IdPool {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int PAGE_BITS = 20;
  private static final int PAGE_BYTES = 1 << PAGE_BITS;
  private static final int PAGE_MASK = PAGE_BYTES - 1;

  private byte[][] pages = new byte[4][];
  private long used;
  private long[] starts = new long[16];
  private int[] hashes = new int[16];
  private int[] slots = new int[32];
  private int size;
  private byte[] scratch = new byte[64];
  private final IdBudget budget;

  public IdPool() {
    this(IdBudget.unlimited());
  }

  /** A pool whose entries are taken from a budget. */
  IdPool(IdBudget budget) {
    this.budget = budget;
  }

  public static IdPool of(Iterable<String> values) {
    IdPool pool = new IdPool();
    values.forEach(pool::add);
    return pool;
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /** Adds a value and answers its ordinal if it is new, or {@code -1 - ordinal} if it was there. */
  public int add(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return add(bytes, 0, bytes.length);
  }

  /** As {@link #add(String)}, for UTF-8 bytes. */
  public int add(byte[] bytes, int offset, int length) {
    int hash = hash(bytes, offset, length);
    int slot = slotOf(bytes, offset, length, hash);
    if (slots[slot] != 0) {
      return -slots[slot];
    }
    budget.take(length);
    if (size + 1 > starts.length - 1) {
      starts = Arrays.copyOf(starts, starts.length * 2);
      hashes = Arrays.copyOf(hashes, starts.length);
    }
    append(bytes, offset, length);
    hashes[size] = hash;
    size++;
    starts[size] = used;
    slots[slot] = size;
    if (size * 2L > slots.length) {
      grow();
    }
    return size - 1;
  }

  /** Adds the text of a non-null cell; answers as {@link #add(String)}. */
  public int add(VarCharVector vector, int row) {
    int length = load(vector, row);
    return add(scratch, 0, length);
  }

  /** The ordinal of a value, or -1. */
  public int find(String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    return find(bytes, 0, bytes.length);
  }

  public int find(byte[] bytes, int offset, int length) {
    return slots[slotOf(bytes, offset, length, hash(bytes, offset, length))] - 1;
  }

  /** The ordinal of the text of a non-null cell, or -1. Uses a buffer of the pool. */
  public int find(VarCharVector vector, int row) {
    int length = load(vector, row);
    return find(scratch, 0, length);
  }

  public boolean contains(VarCharVector vector, int row) {
    return size > 0 && find(vector, row) >= 0;
  }

  public boolean contains(String value) {
    return size > 0 && find(value) >= 0;
  }

  public String get(int ordinal) {
    long start = starts[ordinal];
    int length = (int) (starts[ordinal + 1] - start);
    byte[] copy = new byte[length];
    for (int i = 0; i < length; i++) {
      copy[i] = byteAt(start + i);
    }
    return new String(copy, StandardCharsets.UTF_8);
  }

  /** Compares two entries by their bytes, which for UTF-8 is the order of code points. */
  public int compare(int ordinal, int otherOrdinal) {
    long a = starts[ordinal];
    long b = starts[otherOrdinal];
    long lengthA = starts[ordinal + 1] - a;
    long lengthB = starts[otherOrdinal + 1] - b;
    long common = Math.min(lengthA, lengthB);
    for (long i = 0; i < common; i++) {
      int order = Byte.compareUnsigned(byteAt(a + i), byteAt(b + i));
      if (order != 0) {
        return order;
      }
    }
    return Long.compare(lengthA, lengthB);
  }

  /** A read-only view as a set of strings; lookups do not materialise the entries. */
  public Set<String> asSet() {
    return new View();
  }

  private int load(VarCharVector vector, int row) {
    int start = vector.getStartOffset(row);
    int length = vector.getEndOffset(row) - start;
    if (length > scratch.length) {
      scratch = new byte[Math.max(length, scratch.length * 2)];
    }
    vector.getDataBuffer().getBytes(start, scratch, 0, length);
    return length;
  }

  private int slotOf(byte[] bytes, int offset, int length, int hash) {
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0 && !holds(slots[slot] - 1, bytes, offset, length, hash)) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private boolean holds(int ordinal, byte[] bytes, int offset, int length, int hash) {
    long start = starts[ordinal];
    if (hashes[ordinal] != hash || starts[ordinal + 1] - start != length) {
      return false;
    }
    if (length == 0) {
      return true;
    }
    int inPage = (int) (start & PAGE_MASK);
    if (inPage + length <= PAGE_BYTES) {
      byte[] page = pages[(int) (start >>> PAGE_BITS)];
      return Arrays.equals(page, inPage, inPage + length, bytes, offset, offset + length);
    }
    for (int i = 0; i < length; i++) {
      if (byteAt(start + i) != bytes[offset + i]) {
        return false;
      }
    }
    return true;
  }

  private byte byteAt(long position) {
    return pages[(int) (position >>> PAGE_BITS)][(int) (position & PAGE_MASK)];
  }

  private void append(byte[] bytes, int offset, int length) {
    int done = 0;
    while (done < length) {
      int page = (int) (used >>> PAGE_BITS);
      if (page >= pages.length) {
        pages = Arrays.copyOf(pages, pages.length * 2);
      }
      int inPage = (int) (used & PAGE_MASK);
      ensurePage(page, inPage + (length - done));
      int part = Math.min(length - done, PAGE_BYTES - inPage);
      System.arraycopy(bytes, offset + done, pages[page], inPage, part);
      done += part;
      used += part;
    }
  }

  /** Small sets stay small: the first page grows to its full size, later ones come whole. */
  private void ensurePage(int page, int needed) {
    if (page > 0) {
      if (pages[page] == null) {
        pages[page] = new byte[PAGE_BYTES];
      }
      return;
    }
    byte[] first = pages[0];
    int wanted = Math.min(PAGE_BYTES, needed);
    if (first == null || first.length < wanted) {
      int grown = Math.min(PAGE_BYTES, Math.max(256, Integer.highestOneBit(wanted) << 1));
      pages[0] = first == null ? new byte[grown] : Arrays.copyOf(first, grown);
    }
  }

  private void grow() {
    slots = new int[slots.length * 2];
    int mask = slots.length - 1;
    for (int ordinal = 0; ordinal < size; ordinal++) {
      int slot = hashes[ordinal] & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = ordinal + 1;
    }
  }

  static int hash(byte[] bytes, int offset, int length) {
    long h = begin(length);
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      h = mix(h, (long) LONGS.get(bytes, offset + i));
    }
    long tail = 0;
    for (; i < length; i++) {
      tail = (tail << 8) | (bytes[offset + i] & 0xFF);
    }
    return finish(h, tail);
  }

  /** The same for bytes outside the heap. */
  static int hash(ArrowBuf bytes, long offset, int length) {
    long h = begin(length);
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      h = mix(h, bytes.getLong(offset + i));
    }
    long tail = 0;
    for (; i < length; i++) {
      tail = (tail << 8) | (bytes.getByte(offset + i) & 0xFF);
    }
    return finish(h, tail);
  }

  private static long begin(int length) {
    return 0x9E3779B97F4A7C15L ^ length;
  }

  private static long mix(long h, long eight) {
    long mixed = (h ^ eight) * 0xFF51AFD7ED558CCDL;
    return mixed ^ (mixed >>> 32);
  }

  private static int finish(long h, long tail) {
    long mixed = (h ^ tail) * 0xC4CEB9FE1A85EC53L;
    return (int) (mixed ^ (mixed >>> 32));
  }

  private final class View extends AbstractSet<String> {
    @Override
    public int size() {
      return size;
    }

    @Override
    public boolean contains(Object value) {
      return value instanceof String text && IdPool.this.contains(text);
    }

    @Override
    public Iterator<String> iterator() {
      return new Iterator<>() {
        private int next;

        @Override
        public boolean hasNext() {
          return next < size;
        }

        @Override
        public String next() {
          if (next >= size) {
            throw new NoSuchElementException();
          }
          return get(next++);
        }
      };
    }
  }
}
