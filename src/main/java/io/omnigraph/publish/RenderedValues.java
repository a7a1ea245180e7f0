package io.omnigraph.publish;

import io.omnigraph.model.Value;
import io.omnigraph.storage.Cells;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/**
 * Column tuples as texts that are equal exactly if the tuples are: every component carries its type
 * and its length, so no separator can be forged. Used for uniqueness groups and for the values of a
 * {@link ReadSet}. Stateless.
 */
public final class RenderedValues {

  private RenderedValues() {}

  /** The tuple as text; null if a component is null, which exempts the row from uniqueness. */
  public static @Nullable String of(List<Value> tuple) {
    StringBuilder text = new StringBuilder();
    for (Value value : tuple) {
      if (value.isNull()) {
        return null;
      }
      String component = component(value);
      text.append(component.length()).append(':').append(component);
    }
    return text.toString();
  }

  /** The tuple of one row of a batch. */
  public static @Nullable String of(VectorSchemaRoot batch, List<String> columns, int row) {
    StringBuilder text = new StringBuilder();
    for (String column : columns) {
      FieldVector vector = batch.getVector(column);
      Value value = vector == null ? Value.NULL : Cells.read(vector, row);
      if (value.isNull()) {
        return null;
      }
      String component = component(value);
      text.append(component.length()).append(':').append(component);
    }
    return text.toString();
  }

  private static String component(Value value) {
    return switch (value) {
      case Value.Null() -> throw new IllegalArgumentException("null has no text");
      case Value.Text(String text) -> "s" + text;
      case Value.Bool(boolean bool) -> "b" + bool;
      case Value.Int(long number) -> "i" + number;
      case Value.BigUnsigned(long bits) -> "i" + Long.toUnsignedString(bits);
      case Value.Real(double number) -> "r" + (number == 0 ? 0.0 : number);
      case Value.Date(int day) -> "d" + day;
      case Value.DateTime(long millis) -> "t" + millis;
      case Value.ListOf(List<Value> items) -> {
        StringBuilder text = new StringBuilder("l");
        for (Value item : items) {
          String inner = item.isNull() ? "n" : component(item);
          text.append(inner.length()).append(':').append(inner);
        }
        yield text.toString();
      }
      case Value.Vector(float[] elements) -> "v" + java.util.Arrays.toString(elements);
    };
  }
}
