package io.omnigraph.read.column;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Hashes bytes and numbers for open-addressing tables. */
public final class Hashing {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  private Hashing() {}

  public static int of(byte[] bytes, int offset, int length) {
    long hash = length * MULTIPLIER;
    int at = offset;
    int end = offset + length;
    for (; at + 8 <= end; at += 8) {
      hash = mix(hash ^ (long) LONGS.get(bytes, at));
    }
    long tail = 0;
    for (int shift = 0; at < end; at++, shift += 8) {
      tail |= (bytes[at] & 0xFFL) << shift;
    }
    return (int) mix(hash ^ tail);
  }

  public static int of(long value) {
    return (int) mix(value);
  }

  /** Combines a running hash with one more part. */
  public static int combine(int hash, int part) {
    return (int) mix(((long) hash << 32) | (part & 0xFFFFFFFFL));
  }

  /**
   * The lower half has the upper one folded in, on which every bit of the value has its effect: it
   * must not be folded in again, which would take it out.
   */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 32)) * MULTIPLIER;
    mixed ^= mixed >>> 29;
    mixed *= 0xBF58476D1CE4E5B9L;
    return mixed ^ (mixed >>> 32);
  }
}
