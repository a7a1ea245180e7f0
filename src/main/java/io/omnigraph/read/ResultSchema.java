package io.omnigraph.read;

import io.omnigraph.query.plan.CompiledQuery.ResultColumn;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import io.omnigraph.storage.TableSchemas;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The Arrow schema of a result: every column nullable; blobs, which are not read, are text. */
final class ResultSchema {

  private ResultSchema() {}

  static Schema of(List<ResultColumn> columns) {
    return new Schema(columns.stream().map(ResultSchema::field).toList());
  }

  private static Field field(ResultColumn column) {
    PropertyType type = column.type();
    PropertyType shown =
        type.scalar() == ScalarType.BLOB
            ? PropertyType.nullable(ScalarType.STRING)
            : type.asNullable(true);
    return TableSchemas.field(new Property(column.name(), shown, List.of()));
  }
}
