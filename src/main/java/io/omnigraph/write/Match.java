package io.omnigraph.write;

import io.omnigraph.model.Value;
import io.omnigraph.query.plan.Condition.Operator;
import io.omnigraph.query.plan.MutationStatement.Predicate;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.KeyRenderer;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import io.omnigraph.storage.Cells;
import io.omnigraph.storage.ScanRequest;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/** The predicate of an update or delete with its value: which rows of the type it means. */
final class Match {

  private final EntityType type;
  private final String column;
  private final Operator operator;
  private final Value value;
  private final PropertyType columnType;

  Match(EntityType type, Predicate predicate, Value value) {
    this.type = type;
    this.column = predicate.column();
    this.operator = predicate.operator();
    this.columnType =
        type.property(column).map(Property::type).orElse(PropertyType.of(ScalarType.STRING));
    this.value = typed(columnType.scalar(), value);
  }

  /** Dates given as text are compared as dates. */
  private static Value typed(ScalarType scalar, Value value) {
    if (value instanceof Value.Text text) {
      if (scalar == ScalarType.DATE) {
        return new Value.Date(TemporalText.epochDay(text.value()));
      }
      if (scalar == ScalarType.DATETIME) {
        return new Value.DateTime(TemporalText.epochMilli(text.value()));
      }
    }
    return value;
  }

  String column() {
    return column;
  }

  boolean test(Value cell) {
    return ValueComparison.test(cell, operator, value);
  }

  boolean test(VectorSchemaRoot batch, int row) {
    return test(Cells.read(batch.getVector(column), row));
  }

  /** A scan that yields at least the matching rows, with the predicate's column. */
  ScanRequest request(List<String> columns) {
    List<String> projection = new ArrayList<>(columns);
    if (!projection.contains(column)) {
      projection.add(column);
    }
    String filter =
        value.isNull()
            ? "false"
            : PredicateFilter.of(column, columnType.scalar(), operator, value).orElse(null);
    return ScanRequest.of(projection).where(filter);
  }

  /** Naming a row by its key depends on that row only; any other predicate on the whole table. */
  void recordReads(ReadSetBuilder reads) {
    if (value.isNull()) {
      return;
    }
    if (operator == Operator.EQ
        && type instanceof NodeType node
        && node.keyColumns().equals(List.of(column))
        && test(value)) {
      reads.id(type.tableKey(), KeyRenderer.component(columnType, value));
    } else if (operator == Operator.EQ && value instanceof Value.Text text) {
      reads.texts(type.tableKey(), column, IdPool.of(List.of(text.value())));
    } else {
      reads.everything(type.tableKey());
    }
  }
}
