package io.omnigraph.schema;

/** The scalar types of the schema language, with their spelling. */
public enum ScalarType {
  STRING("String"),
  BLOB("Blob"),
  BOOL("Bool"),
  I32("I32"),
  I64("I64"),
  U32("U32"),
  U64("U64"),
  F32("F32"),
  F64("F64"),
  DATETIME("DateTime"),
  DATE("Date"),
  VECTOR("Vector");

  private final String spelling;

  ScalarType(String spelling) {
    this.spelling = spelling;
  }

  public String spelling() {
    return spelling;
  }

  public boolean isNumeric() {
    return switch (this) {
      case I32, I64, U32, U64, F32, F64 -> true;
      case STRING, BLOB, BOOL, DATETIME, DATE, VECTOR -> false;
    };
  }

  public boolean isInteger() {
    return switch (this) {
      case I32, I64, U32, U64 -> true;
      case F32, F64, STRING, BLOB, BOOL, DATETIME, DATE, VECTOR -> false;
    };
  }
}
