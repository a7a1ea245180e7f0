package io.omnigraph.write;

import io.omnigraph.storage.ScanRequest;
import io.omnigraph.storage.TableSchemas;
import java.nio.charset.StandardCharsets;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Reads the identity columns of a batch. */
final class Rows {

  private Rows() {}

  static String id(VectorSchemaRoot batch, int row) {
    return text(batch, TableSchemas.ID, row);
  }

  static String text(VectorSchemaRoot batch, String column, int row) {
    return new String(((VarCharVector) batch.getVector(column)).get(row), StandardCharsets.UTF_8);
  }

  /** The row address; {@link ScanRequest#ROW_ADDRESS} must be projected. */
  static long address(VectorSchemaRoot batch, int row) {
    return ((UInt8Vector) batch.getVector(ScanRequest.ROW_ADDRESS)).get(row);
  }

  /** The stable row id; {@link ScanRequest#ROW_ID} must be projected. */
  static long rowId(VectorSchemaRoot batch, int row) {
    return ((UInt8Vector) batch.getVector(ScanRequest.ROW_ID)).get(row);
  }

  static VarCharVector ids(VectorSchemaRoot batch) {
    return (VarCharVector) batch.getVector(TableSchemas.ID);
  }

  static VarCharVector sources(VectorSchemaRoot batch) {
    return (VarCharVector) batch.getVector(TableSchemas.SRC);
  }

  static VarCharVector destinations(VectorSchemaRoot batch) {
    return (VarCharVector) batch.getVector(TableSchemas.DST);
  }
}
