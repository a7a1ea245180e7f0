package io.omnigraph.manifest;

import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Columns and row kinds of {@code __manifest}. */
final class ManifestSchema {

  static final String OBJECT_ID = "object_id";
  static final String OBJECT_TYPE = "object_type";
  static final String LOCATION = "location";
  static final String METADATA = "metadata";
  static final String BASE_OBJECTS = "base_objects";
  static final String TABLE_KEY = "table_key";
  static final String TABLE_VERSION = "table_version";
  static final String TABLE_BRANCH = "table_branch";
  static final String ROW_COUNT = "row_count";

  static final String TABLE = "table";
  static final String VERSION = "table_version";
  static final String TOMBSTONE = "table_tombstone";
  static final String COMMIT = "graph_commit";
  static final String CARRIED = "carried_commit";
  static final String HEAD = "graph_head";

  static final String PRIMARY_KEY = "lance-schema:unenforced-primary-key";

  static final Schema SCHEMA =
      new Schema(
          List.of(
              new Field(
                  OBJECT_ID,
                  new FieldType(false, ArrowType.Utf8.INSTANCE, null, Map.of(PRIMARY_KEY, "true")),
                  null),
              text(OBJECT_TYPE, false),
              text(LOCATION, true),
              text(METADATA, true),
              new Field(
                  BASE_OBJECTS,
                  FieldType.nullable(ArrowType.List.INSTANCE),
                  List.of(text("item", true))),
              text(TABLE_KEY, false),
              unsigned(TABLE_VERSION),
              text(TABLE_BRANCH, true),
              unsigned(ROW_COUNT)));

  private ManifestSchema() {}

  private static Field text(String name, boolean nullable) {
    return new Field(name, new FieldType(nullable, ArrowType.Utf8.INSTANCE, null), null);
  }

  private static Field unsigned(String name) {
    return new Field(name, FieldType.nullable(new ArrowType.Int(64, false)), null);
  }
}
