package io.omnigraph.schema;

import io.omnigraph.model.TableKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An edge type of the catalog.
 *
 * @param from node type of the source
 * @param to node type of the destination
 * @param minCardinality fewest edges a source with any edge may have
 * @param maxCardinality most edges per source; null = unbounded
 */
public record EdgeType(
    String name,
    String from,
    String to,
    long minCardinality,
    @Nullable Long maxCardinality,
    List<Annotation> annotations,
    List<Property> properties,
    List<Constraint> constraints)
    implements EntityType {

  public EdgeType {
    annotations = List.copyOf(annotations);
    properties = List.copyOf(properties);
    constraints = List.copyOf(constraints);
  }

  @Override
  public TableKey tableKey() {
    return TableKey.edge(name);
  }

  @Override
  public List<String> identityColumns() {
    return List.of("id", "src", "dst");
  }

  /** True if both ends are of the same node type. */
  public boolean sameEndpoints() {
    return from.equals(to);
  }
}
