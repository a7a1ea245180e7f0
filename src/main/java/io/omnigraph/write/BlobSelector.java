package io.omnigraph.write;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.TableKey;
import java.util.Map;

/**
 * Names one blob cell.
 *
 * @param table the type
 * @param id of the node or edge
 * @param property a property of type Blob
 */
public record BlobSelector(TableKey table, String id, String property) {

  /**
   * A selector from its words.
   *
   * @param entity {@code node} or {@code edge}
   * @throws BadRequestException if the entity is something else or a word is missing
   */
  public static BlobSelector of(String entity, String type, String id, String property) {
    if (type.isEmpty() || id.isEmpty() || property.isEmpty()) {
      throw invalid("a blob is named by a type, an id and a property, none of them empty");
    }
    return switch (entity) {
      case "node" -> new BlobSelector(TableKey.node(type), id, property);
      case "edge" -> new BlobSelector(TableKey.edge(type), id, property);
      default -> throw invalid("expected the entity `node` or `edge`, got '" + entity + "'");
    };
  }

  static BadRequestException invalid(String message) {
    return new BadRequestException("invalid_blob_selector", message, Map.of());
  }
}
