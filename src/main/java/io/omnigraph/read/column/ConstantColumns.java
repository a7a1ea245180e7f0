package io.omnigraph.read.column;

import io.omnigraph.model.Value;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;

/** Puts a list or vector value into a column of one row. */
final class ConstantColumns {

  private ConstantColumns() {}

  static Cells vector(Value.Vector value) {
    return Cells.constantColumn(Cells.Kind.VECTOR, vectorColumn(value.elements()));
  }

  private static VectorColumn vectorColumn(float[] elements) {
    VectorColumn column = new VectorColumn(Math.max(1, elements.length), 1);
    column.put(0, elements);
    return column;
  }

  static Cells list(Value.ListOf value) {
    ListColumn column = new ListColumn(listType(value), 1);
    Cells[] items = value.items().stream().map(Cells::constant).toArray(Cells[]::new);
    column.put(0, items);
    return Cells.constantColumn(Cells.Kind.LIST, column);
  }

  /** Ints and floats mixed in one literal list are floats. */
  private static PropertyType listType(Value.ListOf value) {
    ScalarType scalar = null;
    for (Value item : value.items()) {
      ScalarType type =
          switch (item) {
            case Value.Int ignored -> ScalarType.I64;
            case Value.BigUnsigned ignored -> ScalarType.U64;
            case Value.Real ignored -> ScalarType.F64;
            case Value.Bool ignored -> ScalarType.BOOL;
            case Value.Date ignored -> ScalarType.DATE;
            case Value.DateTime ignored -> ScalarType.DATETIME;
            case Value.Text ignored -> ScalarType.STRING;
            case Value.Null ignored -> scalar == null ? ScalarType.STRING : scalar;
            case Value.ListOf ignored -> throw new IllegalArgumentException("nested list");
            case Value.Vector ignored -> throw new IllegalArgumentException("vector in a list");
          };
      scalar = scalar == null || scalar == type ? type : ScalarType.F64;
    }
    return PropertyType.listOf(scalar == null ? ScalarType.STRING : scalar);
  }
}
