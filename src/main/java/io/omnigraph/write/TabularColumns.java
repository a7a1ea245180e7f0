package io.omnigraph.write;

import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.ScalarType;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The columns of an exported table: those of the storage, with some differences. Instants are
 * timestamps, since Parquet would cut milliseconds to days; vectors are plain lists in Parquet,
 * whose library refuses null ones of fixed size; blobs are bytes, or the text that a load takes if
 * some of them are references.
 */
final class TabularColumns {

  private static final ArrowType INSTANT = new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC");

  private TabularColumns() {}

  /**
   * @param references blob properties that hold references
   */
  static Schema of(EntityType type, Set<String> references, TabularFormat format) {
    List<Field> fields = new ArrayList<>();
    fields.add(TableSchemas.text(TableSchemas.ID, false));
    if (type.tableKey().isEdge()) {
      fields.add(TableSchemas.text(TableSchemas.SRC, false));
      fields.add(TableSchemas.text(TableSchemas.DST, false));
    }
    for (Property property : type.properties()) {
      fields.add(field(property, references.contains(property.name()), format));
    }
    return new Schema(fields);
  }

  private static Field field(Property property, boolean references, TabularFormat format) {
    Field stored = TableSchemas.field(property);
    return switch (property.type().scalar()) {
      case BLOB ->
          TableSchemas.column(
              property.name(),
              property.type().nullable(),
              references ? ArrowType.Utf8.INSTANCE : ArrowType.Binary.INSTANCE);
      case DATETIME ->
          property.type().list()
              ? new Field(
                  stored.getName(),
                  stored.getFieldType(),
                  List.of(new Field("item", new FieldType(true, INSTANT, null), null)))
              : TableSchemas.column(property.name(), property.type().nullable(), INSTANT);
      case VECTOR ->
          format == TabularFormat.ARROW
              ? stored
              : new Field(
                  stored.getName(),
                  new FieldType(property.type().nullable(), ArrowType.List.INSTANCE, null),
                  stored.getChildren());
      case STRING, BOOL, I32, I64, U32, U64, F32, F64, DATE -> stored;
    };
  }

  static boolean isBlob(Property property) {
    return property.type().scalar() == ScalarType.BLOB;
  }
}
