package io.omnigraph.schema;

import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.schema.SchemaAst.PropertyDeclaration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Which names the properties of a type may have. Storage resolves column names regardless of case,
 * so names that differ in case only count as the same.
 */
enum PropertyNames {
  INTERFACE(Set.of("id")),
  NODE(Set.of("id")),
  EDGE(Set.of("id", "src", "dst", "from", "to"));

  private static final Set<String> VIRTUAL_COLUMNS =
      Set.of(
          "_rowid",
          "_rowaddr",
          "_rowoffset",
          "_row_created_at_version",
          "_row_last_updated_at_version");

  private final Set<String> identityColumns;

  PropertyNames(Set<String> identityColumns) {
    this.identityColumns = identityColumns;
  }

  /**
   * Reports reserved and repeated names.
   *
   * @param owner the type with its kind, such as {@code node Person}
   */
  void check(String owner, List<PropertyDeclaration> properties, DiagnosticCollector diagnostics) {
    Map<String, String> seen = new HashMap<>();
    for (PropertyDeclaration property : properties) {
      String name = property.name().text();
      String folded = name.toLowerCase(Locale.ROOT);
      if (VIRTUAL_COLUMNS.contains(folded)) {
        error(
            diagnostics,
            property,
            "property name '"
                + name
                + "' is reserved for a virtual storage system column; rename property "
                + name
                + " of "
                + owner);
      } else if (identityColumns.contains(folded)) {
        error(
            diagnostics,
            property,
            "property name '" + name + "' is reserved for row identity; rename it in " + owner);
      }
      String other = seen.putIfAbsent(folded, name);
      if (other != null) {
        error(
            diagnostics,
            property,
            other.equals(name)
                ? "duplicate property: " + name + " in " + owner
                : collision(other, name, owner));
      }
    }
  }

  static String collision(String one, String other, String owner) {
    return "property name collision after case folding: '%s' conflicts with '%s' in %s"
        .formatted(one, other, owner);
  }

  private static void error(
      DiagnosticCollector diagnostics, PropertyDeclaration property, String body) {
    SchemaAst.Region region = property.name().region();
    diagnostics.error(Kind.CATALOG, null, body, region.start(), region.end(), null);
  }
}
