package io.omnigraph.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.omnigraph.read.column.Column;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;

/** Vectors whose elements are not all numbers, on their way from storage to a result. */
class VectorItemsTest {

  private static final int DIMENSION = 3;

  @Test
  void anElementThatIsNullInStorageIsNullInTheResultAndNotANumberThatIsNaN() {
    try (RootAllocator allocator = new RootAllocator();
        FixedSizeListVector stored = vectors(allocator);
        FixedSizeListVector result = vectors(allocator)) {
      Float4Vector items = (Float4Vector) stored.getDataVector();
      stored.allocateNew();
      items.allocateNew(2 * DIMENSION);
      stored.setNotNull(0);
      stored.setNotNull(1);
      items.set(0, 1f);
      items.setNull(1);
      items.set(2, Float.NaN);
      for (int i = DIMENSION; i < 2 * DIMENSION; i++) {
        items.set(i, i);
      }
      items.setValueCount(2 * DIMENSION);
      stored.setValueCount(2);
      Column column =
          Column.create(new PropertyType(ScalarType.VECTOR, false, true, List.of(), DIMENSION), 2);
      column.setAll(stored, new int[] {0, 1}, 2);

      ResultWriter.write(column.copy().gather(new int[] {1, 0}, 2), 2, result);

      Float4Vector written = (Float4Vector) result.getDataVector();
      assertThat(result.getObject(0)).isEqualTo(List.of(3f, 4f, 5f));
      assertThat(written.get(DIMENSION)).isEqualTo(1f);
      assertThat(written.isNull(DIMENSION + 1)).isTrue();
      assertThat(written.isNull(DIMENSION + 2)).isFalse();
      assertThat(written.get(DIMENSION + 2)).isNaN();
    }
  }

  private static FixedSizeListVector vectors(RootAllocator allocator) {
    FixedSizeListVector vector = FixedSizeListVector.empty("v", DIMENSION, allocator);
    vector.addOrGetVector(
        FieldType.nullable(
            new ArrowType.FloatingPoint(
                org.apache.arrow.vector.types.FloatingPointPrecision.SINGLE)));
    return vector;
  }
}
