package io.omnigraph.write;

import io.omnigraph.model.ConflictException;
import io.omnigraph.model.TableKey;
import java.util.HashMap;
import java.util.Map;

/** Words the refusal of ids that are taken. */
final class KeyConflicts {

  private static final String CODE = "key_conflict";

  private KeyConflicts() {}

  static ConflictException exists(TableKey key, String id) {
    return new ConflictException(
        CODE,
        "'"
            + id
            + "' already exists in "
            + key
            + "; append inserts new rows only (use mode merge to replace rows)",
        Map.of("table_key", key.toString(), "entity_id", id));
  }

  static ConflictException repeated(TableKey key, String id) {
    return new ConflictException(
        CODE,
        "'"
            + id
            + "' appears more than once in the input for "
            + key
            + " (only mode merge lets the last one win)",
        Map.of("table_key", key.toString(), "entity_id", id));
  }

  /**
   * The same with the record that holds the id.
   *
   * @param word what messages call a record
   */
  static ConflictException at(String word, long record, ConflictException conflict) {
    Map<String, Object> context = new HashMap<>(conflict.context());
    context.put("record", record);
    return new ConflictException(
        conflict.code(), word + " " + record + ": " + conflict.getMessage(), context);
  }
}
