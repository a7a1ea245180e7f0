package io.omnigraph.schema;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One declared property of a node, edge or interface type.
 *
 * @param name as written; case is preserved end to end
 * @param type the full type
 * @param annotations in canonical order (by name, then value); those of nodes and edges without
 *     {@code @key/@unique/@index}, which become constraints
 */
public record Property(String name, PropertyType type, List<Annotation> annotations) {

  public Property {
    annotations = List.copyOf(annotations);
  }

  /** The source of an embedding, if this property is declared {@code @embed}. */
  public Optional<Embed> embed() {
    return annotations.stream()
        .filter(a -> a.name().equals("embed") && a.value() != null)
        .map(a -> new Embed(a.value(), a.kwargs().get("model")))
        .findFirst();
  }

  /**
   * @param source the String property that is embedded
   * @param model the model the vectors were made with; null if not recorded
   */
  public record Embed(String source, @Nullable String model) {}
}
