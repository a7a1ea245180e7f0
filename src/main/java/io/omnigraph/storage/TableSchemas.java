package io.omnigraph.storage;

import io.omnigraph.schema.EdgeType;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.NodeType;
import io.omnigraph.schema.Property;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The columns of node and edge tables: the identity columns {@code id} (nodes) or {@code id, src,
 * dst} (edges), non-null text, then one column per property, sorted by name.
 */
public final class TableSchemas {

  public static final String ID = "id";
  public static final String SRC = "src";
  public static final String DST = "dst";

  /** Field metadata that turns a struct into a blob column. */
  private static final Map<String, String> BLOB_METADATA =
      Map.of("ARROW:extension:name", "lance.blob.v2", "ARROW:extension:metadata", "");

  private TableSchemas() {}

  /** The physical schema of a type's table. */
  public static Schema of(EntityType type) {
    List<Field> fields = new ArrayList<>();
    fields.add(text(ID, false));
    switch (type) {
      case NodeType ignored -> {}
      case EdgeType ignored -> {
        fields.add(text(SRC, false));
        fields.add(text(DST, false));
      }
    }
    for (Property property : type.properties()) {
      fields.add(field(property));
    }
    return new Schema(fields);
  }

  /** The column of one property. */
  public static Field field(Property property) {
    PropertyType type = property.type();
    if (type.list()) {
      Field item = column("item", true, scalarType(type.scalar()));
      return new Field(
          property.name(),
          new FieldType(type.nullable(), ArrowType.List.INSTANCE, null),
          List.of(item));
    }
    return switch (type.scalar()) {
      case BLOB -> blob(property.name(), type.nullable());
      case VECTOR -> vector(property.name(), type.vectorDimension(), type.nullable());
      case STRING, BOOL, I32, I64, U32, U64, F32, F64, DATETIME, DATE ->
          column(property.name(), type.nullable(), scalarType(type.scalar()));
    };
  }

  public static Field text(String name, boolean nullable) {
    return column(name, nullable, ArrowType.Utf8.INSTANCE);
  }

  public static Field column(String name, boolean nullable, ArrowType type) {
    return new Field(name, new FieldType(nullable, type, null), null);
  }

  public static Field vector(String name, int dimension, boolean nullable) {
    Field item = column("item", true, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
    return new Field(
        name, new FieldType(nullable, new ArrowType.FixedSizeList(dimension), null), List.of(item));
  }

  /** A blob column: {@code {data, uri}} when written, a descriptor when scanned. */
  public static Field blob(String name, boolean nullable) {
    return new Field(
        name,
        new FieldType(nullable, ArrowType.Struct.INSTANCE, null, BLOB_METADATA),
        List.of(
            column("data", true, ArrowType.LargeBinary.INSTANCE),
            column("uri", true, ArrowType.Utf8.INSTANCE)));
  }

  public static boolean isBlob(Field field) {
    return "lance.blob.v2".equals(field.getMetadata().get("ARROW:extension:name"));
  }

  /** True if any column is a blob. Such tables cannot be compacted. */
  public static boolean hasBlob(Schema schema) {
    return schema.getFields().stream().anyMatch(TableSchemas::isBlob);
  }

  /** The projection of a schema to some of its columns, in the order given. */
  public static Schema project(Schema schema, List<String> columns) {
    return new Schema(columns.stream().map(schema::findField).toList(), schema.getCustomMetadata());
  }

  private static ArrowType scalarType(ScalarType scalar) {
    return switch (scalar) {
      case STRING -> ArrowType.Utf8.INSTANCE;
      case BOOL -> ArrowType.Bool.INSTANCE;
      case I32 -> new ArrowType.Int(32, true);
      case I64 -> new ArrowType.Int(64, true);
      case U32 -> new ArrowType.Int(32, false);
      case U64 -> new ArrowType.Int(64, false);
      case F32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
      case F64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
      case DATETIME -> new ArrowType.Date(DateUnit.MILLISECOND);
      case DATE -> new ArrowType.Date(DateUnit.DAY);
      case BLOB, VECTOR ->
          throw new IllegalArgumentException(scalar.spelling() + " cannot be a list item");
    };
  }
}
