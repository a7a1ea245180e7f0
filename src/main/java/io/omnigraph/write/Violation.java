package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.TableKey;
import java.util.Map;

/**
 * One broken rule.
 *
 * @param kind which family of rules
 * @param table the table of the offending row
 * @param entityId the offending row's id, or the end of an edge that is missing, or the source
 *     whose edges were counted
 * @param column the column of the table in which {@code entityId} stands
 * @param message what users see
 */
public record Violation(Kind kind, TableKey table, String entityId, String column, String message) {

  /** The families, in the order in which they are reported. */
  public enum Kind {
    VALUE("value_constraint_violation"),
    UNIQUE("unique_violation"),
    ENDPOINT("endpoint_not_found"),
    CARDINALITY("cardinality_violation");

    private final String code;

    Kind(String code) {
      this.code = code;
    }

    /** The stable error code. */
    public String code() {
      return code;
    }
  }

  /** The violation as the error of a write. */
  public BadRequestException toException() {
    return new BadRequestException(
        kind.code(), message, Map.of("table_key", table.toString(), "entity_id", entityId));
  }
}
