package io.omnigraph.read.column;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Keys that differ little must spread over a table as well as any. */
class HashingTest {

  private static final int KEYS = 1 << 16;

  /** Keys thrown at random into as many slots leave 1/e of them empty. */
  private static final double USED_AT_RANDOM = 1 - 1 / Math.E;

  @Test
  void idsThatDifferInTheirLastDigitsSpreadOverATable() {
    for (String format : List.of("%04d", "d%06d", "person%06d", "id-%012d", "%d", "x%07d-tail")) {
      assertSpreads(
          format,
          key -> {
            byte[] id = format.formatted(key).getBytes(StandardCharsets.UTF_8);
            return Hashing.of(id, 0, id.length);
          });
    }
  }

  @Test
  void numbersThatDifferInAnyOfTheirBitsSpreadOverATable() {
    for (int shift = 0; shift <= 48; shift += 4) {
      int by = shift;
      assertSpreads("shifted by " + by, key -> Hashing.of((long) key << by));
    }
    assertSpreads("combined", key -> Hashing.combine(key & 255, key >>> 8));
  }

  private static void assertSpreads(String what, IntUnaryOperator hash) {
    BitSet low = new BitSet();
    BitSet high = new BitSet();
    for (int key = 0; key < KEYS; key++) {
      int of = hash.applyAsInt(key);
      low.set(of & (KEYS - 1));
      high.set(of >>> 16);
    }
    assertThat(low.cardinality()).as(what).isGreaterThan((int) (0.9 * USED_AT_RANDOM * KEYS));
    assertThat(high.cardinality()).as(what).isGreaterThan((int) (0.9 * USED_AT_RANDOM * KEYS));
  }
}
