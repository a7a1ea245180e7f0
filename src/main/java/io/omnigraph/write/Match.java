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
import io.omnigraph.storage.FilterSql;
import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

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
    String id = keyedId();
    String filter =
        value.isNull()
            ? "false"
            : id != null
                ? FilterSql.equalTo(TableSchemas.ID, id)
                : PredicateFilter.of(column, columnType.scalar(), operator, value).orElse(null);
    return ScanRequest.of(projection).where(filter);
  }

  /**
   * The id of the one row that can match, if the predicate names a row by its whole key; the id has
   * an index always, a key not.
   */
  private @Nullable String keyedId() {
    return operator == Operator.EQ
            && type instanceof NodeType node
            && node.keyColumns().equals(List.of(column))
            && test(value)
            && holdsKind(value)
        ? KeyRenderer.component(columnType, value)
        : null;
  }

  /** Whether a value is of the kind that the key column holds, so that it renders like a cell. */
  private boolean holdsKind(Value candidate) {
    return switch (columnType.scalar()) {
      case STRING -> candidate instanceof Value.Text;
      case BOOL -> candidate instanceof Value.Bool;
      case I32, I64, U32, U64 -> candidate instanceof Value.Int;
      case DATE -> candidate instanceof Value.Date;
      case DATETIME -> candidate instanceof Value.DateTime;
      case F32, F64, BLOB, VECTOR -> false;
    };
  }

  /** Naming a row by its key depends on that row only; any other predicate on the whole table. */
  void recordReads(ReadSetBuilder reads) {
    if (value.isNull()) {
      return;
    }
    String id = keyedId();
    if (id != null) {
      reads.id(type.tableKey(), id);
    } else if (operator == Operator.EQ && value instanceof Value.Text text) {
      reads.texts(type.tableKey(), column, IdPool.of(List.of(text.value())));
    } else {
      reads.everything(type.tableKey());
    }
  }
}
