package io.omnigraph.schema;

import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.schema.SchemaAst.AnnotationUse;
import io.omnigraph.schema.SchemaAst.Body;
import io.omnigraph.schema.SchemaAst.CheckConstraint;
import io.omnigraph.schema.SchemaAst.ColumnConstraint;
import io.omnigraph.schema.SchemaAst.ColumnRule;
import io.omnigraph.schema.SchemaAst.ConstraintUse;
import io.omnigraph.schema.SchemaAst.EdgeDeclaration;
import io.omnigraph.schema.SchemaAst.Name;
import io.omnigraph.schema.SchemaAst.NodeDeclaration;
import io.omnigraph.schema.SchemaAst.PropertyDeclaration;
import io.omnigraph.schema.SchemaAst.RangeConstraint;
import io.omnigraph.schema.SchemaAst.Region;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the inside of one node or edge type: annotations, then effective constraints. */
final class TypeChecker {

  /** What becomes of the inside of a type, everything in canonical order. */
  record Checked(
      List<Annotation> annotations, List<Property> properties, List<Constraint> constraints) {}

  private static final Set<String> ENDPOINTS = Set.of("src", "dst");

  private final DiagnosticCollector diagnostics;
  private final AnnotationChecker annotations;

  TypeChecker(DiagnosticCollector diagnostics) {
    this.diagnostics = diagnostics;
    this.annotations = new AnnotationChecker(diagnostics);
  }

  /**
   * @param properties its own and those of its interfaces
   * @param complete false if properties of an unreadable interface are missing: then an unknown
   *     name is not reported
   */
  Checked checkNode(NodeDeclaration node, List<PropertyDeclaration> properties, boolean complete) {
    var scope = new Scope(node.name().text(), false, index(properties), complete);
    annotations.checkType("node", node.name().text(), node.annotations());
    return check(scope, node.annotations(), properties, node.body().constraints());
  }

  Checked checkEdge(EdgeDeclaration edge) {
    Body body = edge.body();
    var scope = new Scope(edge.name().text(), true, index(body.properties()), true);
    annotations.checkType("edge", edge.name().text(), edge.annotations());
    return check(scope, edge.annotations(), body.properties(), body.constraints());
  }

  /** The type being checked, with what its names mean. */
  record Scope(
      String type, boolean edge, Map<String, PropertyDeclaration> properties, boolean complete) {

    String path(String property) {
      return type + "." + property;
    }
  }

  private Checked check(
      Scope scope,
      List<AnnotationUse> typeAnnotations,
      List<PropertyDeclaration> properties,
      List<ConstraintUse> bodyConstraints) {
    List<ConstraintUse> effective = new ArrayList<>();
    List<Property> checkedProperties = new ArrayList<>();
    for (PropertyDeclaration property : properties) {
      effective.addAll(annotations.checkProperty(scope, property));
      checkedProperties.add(
          new Property(
              property.name().text(),
              property.type(),
              canonical(
                  property.annotations().stream()
                      .filter(use -> !isConstraintWord(use.annotation().name()))
                      .toList())));
    }
    effective.addAll(bodyConstraints);
    Set<Constraint> constraints = new HashSet<>();
    boolean hasKey = false;
    for (ConstraintUse use : effective) {
      if (use instanceof ColumnConstraint c && c.rule() == ColumnRule.KEY && !scope.edge()) {
        if (hasKey) {
          error(
              use.region(),
              "node type " + scope.type() + " has multiple @key constraints; only one is supported",
              "a key over several properties is written @key(a, b)");
        }
        hasKey = true;
      }
      constraints.add(
          switch (use) {
            case ColumnConstraint c -> columns(scope, c);
            case RangeConstraint r -> range(scope, r);
            case CheckConstraint c -> check(scope, c);
          });
    }
    return new Checked(
        canonical(typeAnnotations),
        checkedProperties.stream().sorted(CanonicalOrder.PROPERTIES).toList(),
        constraints.stream().sorted(CanonicalOrder.CONSTRAINTS).toList());
  }

  private static boolean isConstraintWord(String annotation) {
    return switch (annotation) {
      case "key", "unique", "index" -> true;
      default -> false;
    };
  }

  private Constraint columns(Scope scope, ColumnConstraint use) {
    ColumnRule rule = use.rule();
    if (scope.edge() && rule == ColumnRule.KEY) {
      error(
          use.region(),
          "@key constraint is not supported on edges (edge " + scope.type() + ")",
          "@unique(src, dst) makes edges distinct by their ends");
    } else {
      use.columns().forEach(column -> column(scope, rule, column));
    }
    return rule.over(use.columns().stream().map(Name::text).toList());
  }

  private void column(Scope scope, ColumnRule rule, Name column) {
    if (scope.edge() && ENDPOINTS.contains(column.text())) {
      return;
    }
    PropertyDeclaration property = find(scope, rule.word(), column);
    if (property == null) {
      return;
    }
    PropertyType type = property.type();
    String unsupported =
        switch (rule) {
          case KEY ->
              type.list() ? "list" : isVector(type) ? "vector" : isBlob(type) ? "blob" : null;
          case UNIQUE, INDEX -> isBlob(type) ? "blob" : null;
        };
    String path = scope.path(column.text());
    if (unsupported != null) {
      error(
          column.region(),
          "@" + rule.word() + " is not supported on " + unsupported + " property " + path,
          null);
    } else if (rule == ColumnRule.KEY && type.nullable()) {
      error(column.region(), "@key property " + path + " cannot be nullable", "remove the `?`");
    }
  }

  private Constraint range(Scope scope, RangeConstraint use) {
    Name name = use.property();
    if (scope.edge()) {
      error(
          use.region(),
          "@range constraint is not supported on edges (edge " + scope.type() + ")",
          null);
    } else {
      PropertyDeclaration property = find(scope, "range", name);
      if (property != null && (property.type().list() || !property.type().scalar().isNumeric())) {
        error(
            name.region(),
            "@range on "
                + scope.path(name.text())
                + " requires a numeric type, got "
                + property.type(),
            null);
      }
    }
    return new Constraint.Range(name.text(), use.min(), use.max());
  }

  private Constraint check(Scope scope, CheckConstraint use) {
    Name name = use.property();
    if (scope.edge()) {
      error(
          use.region(),
          "@check constraint is not supported on edges (edge " + scope.type() + ")",
          null);
    } else {
      PropertyDeclaration property = find(scope, "check", name);
      if (property != null
          && (property.type().list() || property.type().scalar() != ScalarType.STRING)) {
        error(
            name.region(),
            "@check on "
                + scope.path(name.text())
                + " requires String type, got "
                + property.type(),
            null);
      }
    }
    CheckPattern.problem(use.pattern())
        .ifPresent(
            problem ->
                error(
                    use.patternRegion(),
                    "@check on "
                        + scope.path(name.text())
                        + " has invalid regex '"
                        + use.pattern()
                        + "': "
                        + problem,
                    null));
    return new Constraint.Check(name.text(), use.pattern());
  }

  private @Nullable PropertyDeclaration find(Scope scope, String constraint, Name name) {
    PropertyDeclaration property = scope.properties().get(name.text());
    if (property == null && scope.complete()) {
      error(
          name.region(),
          "@"
              + constraint
              + " on "
              + scope.type()
              + " references unknown property '"
              + name.text()
              + "'",
          diagnostics.didYouMean(name.text(), scope.properties().keySet()));
    }
    return property;
  }

  private static boolean isVector(PropertyType type) {
    return type.scalar() == ScalarType.VECTOR;
  }

  private static boolean isBlob(PropertyType type) {
    return type.scalar() == ScalarType.BLOB;
  }

  private static Map<String, PropertyDeclaration> index(List<PropertyDeclaration> properties) {
    Map<String, PropertyDeclaration> byName = new LinkedHashMap<>();
    properties.forEach(p -> byName.putIfAbsent(p.name().text(), p));
    return byName;
  }

  private static List<Annotation> canonical(List<AnnotationUse> uses) {
    return uses.stream().map(AnnotationUse::annotation).sorted(CanonicalOrder.ANNOTATIONS).toList();
  }

  private void error(Region at, String body, @Nullable String hint) {
    diagnostics.error(Kind.PARSE, null, body, at.start(), at.end(), hint);
  }
}
