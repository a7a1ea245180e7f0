package io.omnigraph.write;

import io.omnigraph.model.TableKey;
import io.omnigraph.publish.WriteBase;
import io.omnigraph.schema.EntityType;
import io.omnigraph.schema.Property;
import io.omnigraph.storage.TableSchemas;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * How the rows of a type lie in its table: the columns in physical order, which is the declared
 * order until a property is added to a table that exists.
 */
final class TableLayout {

  private final EntityType type;
  private final Schema schema;
  private final Map<String, Integer> positions = new HashMap<>();
  private final List<Property> properties = new ArrayList<>();

  private TableLayout(EntityType type, Schema schema) {
    this.type = type;
    this.schema = schema;
    for (int i = 0; i < schema.getFields().size(); i++) {
      String name = schema.getFields().get(i).getName();
      positions.put(name, i);
    }
    properties.addAll(type.properties());
  }

  /** The layout of the table as it is at the base. */
  static TableLayout of(WriteBase base, EntityType type) {
    return of(type, base.table(type.tableKey()).schema());
  }

  static TableLayout of(EntityType type, Schema physical) {
    Schema declared = TableSchemas.of(type);
    List<Field> fields = new ArrayList<>();
    for (Field field : physical.getFields()) {
      // The declared field says how a cell is written; a scan may describe it another way (blobs).
      fields.add(declaredField(declared, field.getName()).orElse(field));
    }
    return new TableLayout(type, new Schema(fields));
  }

  private static Optional<Field> declaredField(Schema declared, String name) {
    return declared.getFields().stream().filter(f -> f.getName().equals(name)).findFirst();
  }

  EntityType type() {
    return type;
  }

  TableKey key() {
    return type.tableKey();
  }

  Schema schema() {
    return schema;
  }

  int width() {
    return schema.getFields().size();
  }

  /** The position of a column that the type declares. */
  int position(String column) {
    Integer position = positions.get(column);
    if (position == null) {
      throw new IllegalArgumentException("table " + key() + " has no column " + column);
    }
    return position;
  }

  List<Property> properties() {
    return properties;
  }

  List<String> columnNames() {
    return schema.getFields().stream().map(Field::getName).toList();
  }
}
