package io.omnigraph.read.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Utf-8 texts one after the other in a growing byte array; each is named by its start, where its
 * length stands as a variable-length integer. Bytes once written never change, so older holders of
 * {@link #bytes()} stay valid. One writer at a time.
 */
public final class TextPool {

  private static final int MOST_SHARED = 4096;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int used;

  /** Starts + 1 of texts that may be shared; null once there are too many different ones. */
  private int @Nullable [] shared = new int[64];

  private int sharedCount;

  public TextPool(int capacity) {
    bytes = new byte[Math.max(16, capacity)];
  }

  /** The array that holds every text appended so far (it may have unused room at its end). */
  public byte[] bytes() {
    return bytes;
  }

  public int used() {
    return used;
  }

  /** Copies a text in and returns its start. */
  public int append(byte[] source, int offset, int length) {
    int need = used + 5 + length;
    if (need < 0) {
      throw new OutOfMemoryError("a text column holds more than 2 GiB");
    }
    if (need > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, need + (need >> 1)));
    }
    int start = used;
    int rest = length;
    while (rest > 0x7F) {
      bytes[used++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[used++] = (byte) rest;
    System.arraycopy(source, offset, bytes, used, length);
    used += length;
    return start;
  }

  /**
   * As {@link #append}, but as long as the pool holds few different texts, an equal one is found
   * and its start returned.
   */
  public int share(byte[] source, int offset, int length) {
    int[] table = shared;
    if (table == null) {
      return append(source, offset, length);
    }
    int mask = table.length - 1;
    int slot = Hashing.of(source, offset, length) & mask;
    while (table[slot] != 0) {
      int start = table[slot] - 1;
      int at = offset(bytes, start);
      if (length(bytes, start) == length
          && Arrays.equals(bytes, at, at + length, source, offset, offset + length)) {
        return start;
      }
      slot = (slot + 1) & mask;
    }
    int start = append(source, offset, length);
    table[slot] = start + 1;
    if (++sharedCount > MOST_SHARED) {
      shared = null;
    } else if (sharedCount * 2 > table.length) {
      shared = rehashed(table);
    }
    return start;
  }

  private int[] rehashed(int[] table) {
    int[] larger = new int[table.length * 2];
    int mask = larger.length - 1;
    for (int entry : table) {
      if (entry != 0) {
        int start = entry - 1;
        int slot = Hashing.of(bytes, offset(bytes, start), length(bytes, start)) & mask;
        while (larger[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        larger[slot] = entry;
      }
    }
    return larger;
  }

  /** Length in bytes of the text at {@code start}. */
  public static int length(byte[] pool, int start) {
    int b = pool[start];
    if (b >= 0) {
      return b;
    }
    int length = b & 0x7F;
    int shift = 7;
    int at = start;
    do {
      b = pool[++at];
      length |= (b & 0x7F) << shift;
      shift += 7;
    } while (b < 0);
    return length;
  }

  /** Index of the first byte of the text at {@code start}. */
  public static int offset(byte[] pool, int start) {
    int at = start;
    while (pool[at] < 0) {
      at++;
    }
    return at + 1;
  }

  public static String text(byte[] pool, int start) {
    return new String(pool, offset(pool, start), length(pool, start), StandardCharsets.UTF_8);
  }

  /** A pool of one text, at start 0. */
  public static byte[] single(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    TextPool pool = new TextPool(utf8.length + 5);
    pool.append(utf8, 0, utf8.length);
    return pool.bytes;
  }

  public static boolean equal(byte[] a, int startA, byte[] b, int startB) {
    byte head = a[startA];
    if (head != b[startB]) {
      return false; // the first byte of the length
    }
    if (head >= 8) {
      // The last eight bytes differ sooner than the first: keys tend to begin alike.
      if ((long) EIGHT.get(a, startA + head - 7) != (long) EIGHT.get(b, startB + head - 7)) {
        return false;
      }
      if (head == 8) {
        return true;
      }
    }
    int length = length(a, startA);
    if (length != length(b, startB)) {
      return false;
    }
    int offsetA = offset(a, startA);
    int offsetB = offset(b, startB);
    return Arrays.equals(a, offsetA, offsetA + length, b, offsetB, offsetB + length);
  }

  /** Orders by unsigned bytes, which is the order of code points. */
  public static int compare(byte[] a, int startA, byte[] b, int startB) {
    int offsetA = offset(a, startA);
    int offsetB = offset(b, startB);
    return Arrays.compareUnsigned(
        a, offsetA, offsetA + length(a, startA), b, offsetB, offsetB + length(b, startB));
  }

  long bytesHeld() {
    return 16L + bytes.length;
  }
}
