package io.omnigraph.schema;

import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.schema.SchemaAst.AnnotationUse;
import io.omnigraph.schema.SchemaAst.ColumnConstraint;
import io.omnigraph.schema.SchemaAst.ColumnRule;
import io.omnigraph.schema.SchemaAst.ConstraintUse;
import io.omnigraph.schema.SchemaAst.PropertyDeclaration;
import io.omnigraph.schema.TypeChecker.Scope;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules about which annotation may stand where. Unknown annotations are metadata. */
final class AnnotationChecker {

  private static final Set<String> AT_MOST_ONCE =
      Set.of("key", "unique", "index", "embed", "description", "instruction", "rename_from");

  private final DiagnosticCollector diagnostics;

  AnnotationChecker(DiagnosticCollector diagnostics) {
    this.diagnostics = diagnostics;
  }

  /**
   * Checks the annotations of a type.
   *
   * @param kind node or edge
   */
  void checkType(String kind, String name, List<AnnotationUse> uses) {
    String target = kind + " " + name;
    Set<String> seen = new HashSet<>();
    for (AnnotationUse use : uses) {
      String word = use.annotation().name();
      switch (word) {
        case "key", "unique", "index", "embed" ->
            error(
                use,
                kind.equals("node")
                    ? "@"
                        + word
                        + " is only supported on node properties or as body constraint (node "
                        + name
                        + ")"
                    : "@" + word + " is not supported on edges (edge " + name + ")",
                null);
        default -> {
          if (!repeated(use, target, seen)) {
            checkAnywhere(use, target);
          }
        }
      }
    }
  }

  /**
   * Checks the annotations of a property of a node or edge.
   *
   * @return the constraints they stand for
   */
  List<ConstraintUse> checkProperty(Scope scope, PropertyDeclaration property) {
    List<ConstraintUse> constraints = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    String target = "property " + scope.path(property.name().text());
    for (AnnotationUse use : property.annotations()) {
      switch (use.annotation().name()) {
        case "key" -> desugar(ColumnRule.KEY, use, scope, property, seen, constraints);
        case "unique" -> desugar(ColumnRule.UNIQUE, use, scope, property, seen, constraints);
        case "index" -> desugar(ColumnRule.INDEX, use, scope, property, seen, constraints);
        case "embed" -> {
          if (allowed(use, scope, property, seen)) {
            checkEmbed(use, scope, property);
          }
        }
        case "instruction" ->
            error(
                use,
                "@instruction is only supported on node and edge types (" + target + ")",
                "use @description here");
        default -> {
          if (!repeated(use, target, seen)) {
            checkAnywhere(use, target);
          }
        }
      }
    }
    return constraints;
  }

  private void desugar(
      ColumnRule rule,
      AnnotationUse use,
      Scope scope,
      PropertyDeclaration property,
      Set<String> seen,
      List<ConstraintUse> constraints) {
    if (allowed(use, scope, property, seen)) {
      constraints.add(new ColumnConstraint(rule, List.of(property.name()), use.region()));
    }
  }

  /** Whether key, unique, index or embed may stand on the property; the first reason not to. */
  private boolean allowed(
      AnnotationUse use, Scope scope, PropertyDeclaration property, Set<String> seen) {
    String word = use.annotation().name();
    String path = scope.path(property.name().text());
    PropertyType type = property.type();
    boolean identifies = word.equals("key") || word.equals("unique");
    boolean nodeOnly = word.equals("key") || word.equals("embed");
    String refusal = null;
    if (type.list()) {
      refusal = "@" + word + " is not supported on list property " + path;
    } else if (identifies && type.scalar() == ScalarType.VECTOR) {
      refusal = "@" + word + " is not supported on vector property " + path;
    } else if (type.scalar() == ScalarType.BLOB) {
      refusal = "@" + word + " is not supported on blob property " + path;
    } else if (nodeOnly && scope.edge()) {
      refusal = "@" + word + " is not supported on edge properties (edge " + path + ")";
    }
    if (refusal != null) {
      error(use, refusal, null);
      return false;
    }
    return !repeated(use, "property " + path, seen);
  }

  private void checkEmbed(AnnotationUse use, Scope scope, PropertyDeclaration property) {
    String path = scope.path(property.name().text());
    String source = use.annotation().value();
    if (property.type().scalar() != ScalarType.VECTOR) {
      error(use, "@embed is only supported on vector properties (" + path + ")", null);
    } else if (source == null) {
      error(use, "@embed on " + path + " requires a source property name", null);
    } else if (source.isBlank()) {
      error(use, "@embed on " + path + " requires a non-empty source property name", null);
    } else {
      checkEmbedSource(use, scope, path, source);
    }
    for (String argument : use.annotation().kwargs().keySet()) {
      if (!argument.equals("model")) {
        error(
            use,
            "@embed on "
                + path
                + " has unknown argument '"
                + argument
                + "=' (only 'model' is supported)",
            null);
      }
    }
  }

  private void checkEmbedSource(AnnotationUse use, Scope scope, String path, String source) {
    PropertyDeclaration declared = scope.properties().get(source);
    if (declared == null) {
      if (scope.complete()) {
        error(
            use,
            "@embed on " + path + " references unknown source property " + source,
            diagnostics.didYouMean(source, scope.properties().keySet()));
      }
    } else if (declared.type().list() || declared.type().scalar() != ScalarType.STRING) {
      error(use, "@embed source property " + scope.path(source) + " must be String", null);
    }
  }

  /** The rules of annotations that mean the same on types and properties. */
  private void checkAnywhere(AnnotationUse use, String target) {
    Annotation annotation = use.annotation();
    switch (annotation.name()) {
      case "description", "instruction" -> {
        if (isBlank(annotation.value())) {
          error(
              use, "@" + annotation.name() + " on " + target + " requires a non-empty value", null);
        }
      }
      case "rename_from" -> {
        if (isBlank(annotation.value())) {
          error(
              use,
              "@rename_from on " + target + " requires exactly one non-empty positional value",
              null);
        } else if (!annotation.kwargs().isEmpty()) {
          error(use, "@rename_from on " + target + " does not accept keyword arguments", null);
        }
      }
      case "range" -> error(use, ConstraintBuilder.RANGE_SHAPE, null);
      case "check" -> error(use, ConstraintBuilder.CHECK_SHAPE, null);
      case "card" ->
          error(
              use,
              "@card requires bounds and stands on an edge before its annotations: @card(min..max)",
              null);
      default -> {
        // Unknown annotations are kept as metadata.
      }
    }
  }

  private boolean repeated(AnnotationUse use, String target, Set<String> seen) {
    String word = use.annotation().name();
    boolean repeated = AT_MOST_ONCE.contains(word) && !seen.add(word);
    if (repeated) {
      error(use, target + " declares @" + word + " multiple times", null);
    }
    return repeated;
  }

  private static boolean isBlank(@Nullable String value) {
    return value == null || value.isBlank();
  }

  private void error(AnnotationUse use, String body, @Nullable String hint) {
    diagnostics.error(Kind.PARSE, null, body, use.region().start(), use.region().end(), hint);
  }
}
