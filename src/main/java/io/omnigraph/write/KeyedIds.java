package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.Value;
import io.omnigraph.query.plan.Condition.Operator;
import io.omnigraph.schema.KeyRenderer;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.storage.Cells;
import java.math.BigDecimal;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Ids of keyed nodes: canonical ones, and those that older graphs gave them. */
final class KeyedIds {

  private KeyedIds() {}

  static String render(NodeType type, VectorSchemaRoot batch, int row) {
    return KeyRenderer.id(type, column -> Cells.read(batch.getVector(column), row));
  }

  /** True if a text names one of the key values, read as that key's type. */
  static boolean namesComponent(NodeType type, VectorSchemaRoot batch, int row, String text) {
    for (String column : type.keyColumns()) {
      PropertyType keyType = type.property(column).orElseThrow().type();
      if (names(keyType, Cells.read(batch.getVector(column), row), text)) {
        return true;
      }
    }
    return false;
  }

  private static boolean names(PropertyType type, Value value, String text) {
    try {
      return switch (type.scalar()) {
        case STRING -> value.equals(new Value.Text(text));
        case BOOL ->
            value.equals(new Value.Bool(true)) ? text.equals("true") : text.equals("false");
        case I32, I64, U32, U64, F32, F64 -> namesNumber(type, value, text);
        case DATE ->
            KeyRenderer.component(type, value).equals(text)
                || value.equals(new Value.Date(TemporalText.epochDay(text)));
        case DATETIME ->
            KeyRenderer.component(type, value).equals(text)
                || value.equals(new Value.DateTime(TemporalText.epochMilli(text)));
        case BLOB, VECTOR -> false;
      };
    } catch (BadRequestException | NumberFormatException e) {
      return false; // Not a text of the key's type, so it names something else.
    }
  }

  private static boolean namesNumber(PropertyType type, Value value, String text) {
    BigDecimal number = new BigDecimal(text);
    return number.compareTo(new BigDecimal(KeyRenderer.component(type, value))) == 0
        || ValueComparison.test(value, Operator.EQ, new Value.Real(number.doubleValue()))
            && !type.scalar().isInteger();
  }

  static BadRequestException mismatch(
      NodeType type, VectorSchemaRoot batch, int row, String explicit) {
    UniqueTuple key = new UniqueTuple(type.keyColumns());
    return new BadRequestException(
        "id_mismatch",
        "node "
            + type.name()
            + " has explicit id '"
            + explicit
            + "' that does not match @key property '"
            + key.columnsText()
            + "' value '"
            + key.valuesText(batch, row)
            + "'",
        Map.of("type", type.name(), "id", explicit));
  }
}
