package io.omnigraph.api;

import io.omnigraph.query.plan.CompiledQuery.ResultColumn;
import io.omnigraph.schema.PropertyType;
import io.omnigraph.schema.ScalarType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The Arrow IPC stream format: schema, record batches, end-of-stream mark. Instants are sent as
 * timestamps: the milliseconds are the same as in the engine's vectors, but a reader of those would
 * take them for days.
 */
final class ArrowResultEncoder extends ResultEncoder {

  private static final ArrowType HELD_INSTANT = new ArrowType.Date(DateUnit.MILLISECOND);
  private static final ArrowType SENT_INSTANT =
      new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC");

  private final ReadHead head;
  private final WriteChannel channel;
  private boolean schemaWritten;

  ArrowResultEncoder(ReadHead head) {
    this.head = head;
    this.channel = new WriteChannel(Channels.newChannel(buffer));
  }

  @Override
  public void begin() {}

  /** A batch is one message and is not cut. */
  @Override
  int write(VectorSchemaRoot batch, int from, int enough) {
    try {
      writeSchema(batch.getSchema());
      try (ArrowRecordBatch message = new VectorUnloader(batch).getRecordBatch()) {
        MessageSerializer.serialize(channel, message);
      }
      return batch.getRowCount();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void end() {
    try {
      writeSchema(new Schema(head.columns().stream().map(ArrowResultEncoder::field).toList()));
      channel.writeIntLittleEndian(MessageSerializer.IPC_CONTINUATION_TOKEN);
      channel.writeIntLittleEndian(0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeSchema(Schema schema) throws IOException {
    if (!schemaWritten) {
      MessageSerializer.serialize(channel, sent(schema));
      schemaWritten = true;
    }
  }

  private static Schema sent(Schema schema) {
    return new Schema(
        schema.getFields().stream().map(ArrowResultEncoder::sent).toList(),
        schema.getCustomMetadata());
  }

  private static Field sent(Field field) {
    FieldType type = field.getFieldType();
    return new Field(
        field.getName(),
        type.getType().equals(HELD_INSTANT)
            ? new FieldType(type.isNullable(), SENT_INSTANT, null, type.getMetadata())
            : type,
        field.getChildren().stream().map(ArrowResultEncoder::sent).toList());
  }

  /** The field of a column whose result had no batch to take it from. */
  private static Field field(ResultColumn column) {
    PropertyType type = column.type();
    Field scalar = scalarField(column.name(), type);
    if (!type.list()) {
      return scalar;
    }
    return new Field(
        column.name(),
        FieldType.nullable(ArrowType.List.INSTANCE),
        List.of(new Field("item", scalar.getFieldType(), scalar.getChildren())));
  }

  private static Field scalarField(String name, PropertyType type) {
    ArrowType arrow =
        switch (type.scalar()) {
          case STRING -> ArrowType.Utf8.INSTANCE;
          case BLOB -> ArrowType.LargeBinary.INSTANCE;
          case BOOL -> ArrowType.Bool.INSTANCE;
          case I32 -> new ArrowType.Int(32, true);
          case I64 -> new ArrowType.Int(64, true);
          case U32 -> new ArrowType.Int(32, false);
          case U64 -> new ArrowType.Int(64, false);
          case F32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
          case F64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
          case DATETIME -> HELD_INSTANT;
          case DATE -> new ArrowType.Date(DateUnit.DAY);
          case VECTOR -> new ArrowType.FixedSizeList(type.vectorDimension());
        };
    List<Field> children =
        type.scalar() == ScalarType.VECTOR
            ? List.of(
                Field.nullable("item", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)))
            : List.of();
    return new Field(name, FieldType.nullable(arrow), children);
  }
}
