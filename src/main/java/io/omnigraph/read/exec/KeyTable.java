package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Hashing;
import io.omnigraph.read.column.ListColumn;
import io.omnigraph.read.column.TextPool;
import io.omnigraph.read.column.VectorColumn;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import java.util.Arrays;

/**
 * Numbers distinct tuples of values in order of first sight. Nulls are equal, so are the two zeros
 * and all NaNs; lists and vectors are equal if their items are, one by one.
 */
final class KeyTable {

  private static final int MOST_REMEMBERED = 1 << 16;

  private final QueryBudget budget;
  private final TextPool pool = new TextPool(1024);
  private int[] starts = new int[64];
  private int[] hashes = new int[64];
  private int[] slots = new int[128];
  private int size;
  private byte[] encoded = new byte[64];
  private int length;
  private byte[] knownPool = {};
  private final Int2IntOpenHashMap byStart = new Int2IntOpenHashMap();
  private final Long2IntOpenHashMap byLong = new Long2IntOpenHashMap();

  KeyTable(QueryBudget budget) {
    this.budget = budget;
    byStart.defaultReturnValue(-1);
    byLong.defaultReturnValue(-1);
  }

  int size() {
    return size;
  }

  /** The number of a row's tuple, given anew if it was not seen. */
  int number(Cells[] keys, int row) {
    if (keys.length == 1 && !keys[0].isNull(row)) {
      Cells key = keys[0];
      if (key.kind() == Cells.Kind.TEXT) {
        return numberOfText(keys, row);
      }
      if (key.kind().isLong()) {
        return numberOfLong(keys, row);
      }
    }
    return numberOfTuple(keys, row);
  }

  /** Texts that stand at one place of a pool are one text, so their number is remembered. */
  private int numberOfText(Cells[] keys, int row) {
    Cells key = keys[0];
    if (key.pool() != knownPool) {
      knownPool = key.pool();
      byStart.clear();
    }
    int start = key.startAt(row);
    int known = byStart.get(start);
    if (known < 0) {
      known = numberOfTuple(keys, row);
      if (byStart.size() < MOST_REMEMBERED) {
        byStart.put(start, known);
      }
    }
    return known;
  }

  private int numberOfLong(Cells[] keys, int row) {
    long value = keys[0].longAt(row);
    int known = byLong.get(value);
    if (known < 0) {
      known = numberOfTuple(keys, row);
      if (byLong.size() < MOST_REMEMBERED) {
        byLong.put(value, known);
      }
    }
    return known;
  }

  private int numberOfTuple(Cells[] keys, int row) {
    length = 0;
    for (Cells key : keys) {
      encode(key, row);
    }
    return number();
  }

  /** The number of a row's tuple behind a prefix. */
  int number(int prefix, Cells key, int row) {
    length = 0;
    putLong(prefix);
    encode(key, row);
    return number();
  }

  private void encode(Cells key, int row) {
    if (key.isNull(row)) {
      put((byte) 0);
      return;
    }
    switch (key.kind()) {
      case INTEGER, UNSIGNED, BOOL, DATE, DATETIME -> {
        put((byte) 1);
        putLong(key.longAt(row));
      }
      case REAL -> {
        put((byte) 1);
        putReal(key.realAt(row));
      }
      case TEXT -> {
        byte[] text = key.pool();
        int start = key.startAt(row);
        int bytes = TextPool.length(text, start);
        put((byte) 1);
        putLong(bytes);
        room(bytes);
        System.arraycopy(text, TextPool.offset(text, start), encoded, length, bytes);
        length += bytes;
      }
      case LIST -> {
        ListColumn list = (ListColumn) key.column();
        int at = key.rowAt(row);
        Cells items = list.itemsOf(at);
        put((byte) 1);
        int count = list.end(at) - list.begin(at);
        putLong(count);
        for (int i = 0; i < count; i++) {
          encode(items, i);
        }
      }
      case VECTOR -> {
        VectorColumn vectors = (VectorColumn) key.column();
        float[] page = vectors.page(key.rowAt(row));
        int offset = vectors.offset(key.rowAt(row));
        put((byte) 1);
        for (int i = 0; i < vectors.dimension(); i++) {
          putReal(page[offset + i]);
        }
      }
      case NULL -> put((byte) 0);
    }
  }

  private void put(byte value) {
    room(1);
    encoded[length++] = value;
  }

  private void putLong(long value) {
    room(8);
    for (int shift = 0; shift < 64; shift += 8) {
      encoded[length++] = (byte) (value >>> shift);
    }
  }

  private void putReal(double value) {
    putLong(Double.doubleToLongBits(value == 0 ? 0.0 : value));
  }

  private void room(int more) {
    if (length + more > encoded.length) {
      encoded = Arrays.copyOf(encoded, (length + more) * 2);
    }
  }

  private int number() {
    int hash = Hashing.of(encoded, 0, length);
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      int candidate = slots[slot] - 1;
      if (hashes[candidate] == hash && equalTo(starts[candidate])) {
        return candidate;
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = size + 1;
    return add(hash);
  }

  private boolean equalTo(int start) {
    byte[] bytes = pool.bytes();
    int at = TextPool.offset(bytes, start);
    return TextPool.length(bytes, start) == length
        && Arrays.equals(bytes, at, at + length, encoded, 0, length);
  }

  private int add(int hash) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, size * 2);
      hashes = Arrays.copyOf(hashes, size * 2);
    }
    budget.reserve(20L + length);
    starts[size] = pool.append(encoded, 0, length);
    hashes[size] = hash;
    size++;
    if (size * 2 > slots.length) {
      rehash();
    }
    return size - 1;
  }

  private void rehash() {
    slots = new int[slots.length * 2];
    int mask = slots.length - 1;
    for (int i = 0; i < size; i++) {
      int slot = hashes[i] & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = i + 1;
    }
  }
}
