package io.omnigraph.schema;

import io.omnigraph.model.TableKey;
import java.util.List;

/**
 * A node type of the catalog.
 *
 * @param interfaces names of the implemented interfaces, sorted
 */
public record NodeType(
    String name,
    List<Annotation> annotations,
    List<String> interfaces,
    List<Property> properties,
    List<Constraint> constraints)
    implements EntityType {

  public NodeType {
    annotations = List.copyOf(annotations);
    interfaces = List.copyOf(interfaces);
    properties = List.copyOf(properties);
    constraints = List.copyOf(constraints);
  }

  @Override
  public TableKey tableKey() {
    return TableKey.node(name);
  }

  @Override
  public List<String> identityColumns() {
    return List.of("id");
  }

  /** The key columns, sorted by name; empty for a keyless type, whose rows get a ULID. */
  public List<String> keyColumns() {
    for (Constraint constraint : constraints) {
      if (constraint instanceof Constraint.Key key) {
        return key.columns();
      }
    }
    return List.of();
  }
}
