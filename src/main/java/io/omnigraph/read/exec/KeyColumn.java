package io.omnigraph.read.exec;

import io.omnigraph.read.access.QueryBudget;
import io.omnigraph.read.column.Cells;
import io.omnigraph.read.column.Hashing;
import io.omnigraph.read.column.ListColumn;
import io.omnigraph.read.column.TextPool;
import io.omnigraph.read.column.VectorColumn;
import java.util.Arrays;

/**
 * Numbers the distinct values of one column in order of first sight. Nulls are equal, so are the
 * two zeros and all NaNs; lists and vectors are equal if their items are, one by one.
 */
final class KeyColumn {

  private static final int MOST_REMEMBERED = 1 << 16;

  private final QueryBudget budget;
  private int size;
  private int nullNumber = -1;

  /** Numbers of longs and floats are this table's, shifted past a null that came before. */
  private final LongTable longs;

  private int[] numberOf = new int[64];

  private final TextPool pool = new TextPool(256);
  private int[] starts = new int[64];
  private int[] hashes = new int[64];
  private int[] owners = new int[64];
  private int[] slots = new int[128];
  private int texts;
  private byte[] encoded = new byte[64];
  private int length;

  private byte[] knownPool = {};
  private int[] knownStarts = {};
  private int[] knownNumbers = {};
  private int known;

  KeyColumn(QueryBudget budget) {
    this.budget = budget;
    this.longs = new LongTable(budget);
  }

  /** The number of null; negative if none was seen. */
  int numberOfNull() {
    return nullNumber;
  }

  /** Writes the number of each value. */
  void number(Cells values, int rows, int[] into) {
    boolean nulls = values.hasNulls();
    boolean isLong = values.kind().isLong();
    if (values.isNarrow() && !nulls) {
      ofInts(values.ints(), values.places(rows), rows, into);
      return;
    }
    for (int i = 0; i < rows; i++) {
      into[i] =
          nulls && values.isNull(i)
              ? ofNull()
              : isLong ? ofLong(values.longAt(i)) : ofOther(values, i);
    }
  }

  /** The number of the value of one row. */
  int number(Cells values, int row) {
    return values.isNull(row) ? ofNull() : ofOther(values, row);
  }

  private void ofInts(int[] values, int[] places, int rows, int[] into) {
    for (int i = 0; i < rows; i++) {
      into[i] = ofLong(values[places[i]]);
    }
  }

  private int ofNull() {
    if (nullNumber < 0) {
      nullNumber = size++;
    }
    return nullNumber;
  }

  private int ofLong(long value) {
    int at = longs.number(value);
    if (at == numberOf.length) {
      budget.reserve(4L * at);
      numberOf = Arrays.copyOf(numberOf, at * 2);
    }
    if (numberOf[at] == 0) {
      numberOf[at] = ++size;
    }
    return numberOf[at] - 1;
  }

  private int ofOther(Cells values, int row) {
    return switch (values.kind()) {
      case REAL -> {
        double value = values.realAt(row);
        yield ofLong(Double.doubleToLongBits(value == 0 ? 0.0 : value));
      }
      case TEXT -> ofText(values, row);
      case LIST, VECTOR -> {
        length = 0;
        encode(values, row);
        yield ofBytes(encoded, 0, length);
      }
      case NULL -> ofNull();
      case INTEGER, UNSIGNED, BOOL, DATE, DATETIME -> ofLong(values.longAt(row));
    };
  }

  /** Texts that stand at one place of a pool are one text, so their number is remembered. */
  private int ofText(Cells values, int row) {
    byte[] texts = values.pool();
    int start = values.startAt(row);
    if (texts != knownPool) {
      knownPool = texts;
      known = 0;
      knownStarts = new int[256];
      knownNumbers = new int[256];
    }
    int mask = knownStarts.length - 1;
    int slot = (start * 0x9E3779B9) >>> 7 & mask;
    while (knownStarts[slot] != 0) {
      if (knownStarts[slot] == start + 1) {
        return knownNumbers[slot];
      }
      slot = (slot + 1) & mask;
    }
    int number = ofBytes(texts, TextPool.offset(texts, start), TextPool.length(texts, start));
    if (known < MOST_REMEMBERED) {
      knownStarts[slot] = start + 1;
      knownNumbers[slot] = number;
      if (++known * 2 > knownStarts.length) {
        widenKnown();
      }
    }
    return number;
  }

  private void widenKnown() {
    int[] oldStarts = knownStarts;
    int[] oldNumbers = knownNumbers;
    budget.reserve(8L * oldStarts.length);
    knownStarts = new int[oldStarts.length * 2];
    knownNumbers = new int[oldStarts.length * 2];
    int mask = knownStarts.length - 1;
    for (int i = 0; i < oldStarts.length; i++) {
      if (oldStarts[i] != 0) {
        int slot = ((oldStarts[i] - 1) * 0x9E3779B9) >>> 7 & mask;
        while (knownStarts[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        knownStarts[slot] = oldStarts[i];
        knownNumbers[slot] = oldNumbers[i];
      }
    }
  }

  private void encode(Cells key, int row) {
    if (key.isNull(row)) {
      put((byte) 0);
      return;
    }
    put((byte) 1);
    switch (key.kind()) {
      case INTEGER, UNSIGNED, BOOL, DATE, DATETIME -> putLong(key.longAt(row));
      case REAL -> putReal(key.realAt(row));
      case TEXT -> {
        byte[] text = key.pool();
        int start = key.startAt(row);
        int bytes = TextPool.length(text, start);
        putLong(bytes);
        room(bytes);
        System.arraycopy(text, TextPool.offset(text, start), encoded, length, bytes);
        length += bytes;
      }
      case LIST -> {
        ListColumn list = (ListColumn) key.column();
        int at = key.rowAt(row);
        Cells items = list.itemsOf(at);
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

  private int ofBytes(byte[] bytes, int offset, int count) {
    int hash = Hashing.of(bytes, offset, count);
    int mask = slots.length - 1;
    int slot = hash & mask;
    while (slots[slot] != 0) {
      int candidate = slots[slot] - 1;
      if (hashes[candidate] == hash && isAt(starts[candidate], bytes, offset, count)) {
        return owners[candidate];
      }
      slot = (slot + 1) & mask;
    }
    slots[slot] = texts + 1;
    return add(hash, bytes, offset, count);
  }

  private boolean isAt(int start, byte[] bytes, int offset, int count) {
    byte[] held = pool.bytes();
    int at = TextPool.offset(held, start);
    return TextPool.length(held, start) == count
        && Arrays.equals(held, at, at + count, bytes, offset, offset + count);
  }

  /** Reserves twice what is added: arrays that grow are held twice for a moment. */
  private int add(int hash, byte[] bytes, int offset, int count) {
    budget.reserve(2L * (5 + count) + 40);
    if (Integer.MAX_VALUE - 64 - pool.used() < count * 2L) {
      budget.reserve(budget.room() + 1); // more bytes than an array holds
    }
    if (texts == starts.length) {
      starts = Arrays.copyOf(starts, texts * 2);
      hashes = Arrays.copyOf(hashes, texts * 2);
      owners = Arrays.copyOf(owners, texts * 2);
    }
    starts[texts] = pool.append(bytes, offset, count);
    hashes[texts] = hash;
    owners[texts] = size++;
    texts++;
    if (texts * 2 > slots.length) {
      rehash();
    }
    return size - 1;
  }

  private void rehash() {
    slots = new int[slots.length * 2];
    int mask = slots.length - 1;
    for (int i = 0; i < texts; i++) {
      int slot = hashes[i] & mask;
      while (slots[slot] != 0) {
        slot = (slot + 1) & mask;
      }
      slots[slot] = i + 1;
    }
  }
}
