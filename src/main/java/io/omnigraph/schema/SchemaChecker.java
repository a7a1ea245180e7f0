package io.omnigraph.schema;

import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.schema.SchemaAst.BrokenDeclaration;
import io.omnigraph.schema.SchemaAst.Declaration;
import io.omnigraph.schema.SchemaAst.EdgeDeclaration;
import io.omnigraph.schema.SchemaAst.InterfaceDeclaration;
import io.omnigraph.schema.SchemaAst.Name;
import io.omnigraph.schema.SchemaAst.NodeDeclaration;
import io.omnigraph.schema.SchemaAst.PropertyDeclaration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * From syntax tree to the types of a catalog: names, interfaces, endpoints; what belongs to one
 * type alone is left to {@link TypeChecker}. Names of declarations with syntax errors count as
 * known, so that nothing that refers to them is reported.
 */
final class SchemaChecker {

  /** What the check yields; meaningless if the collector holds errors. */
  record Types(List<InterfaceType> interfaces, List<NodeType> nodes, List<EdgeType> edges) {}

  /** Interfaces multiply: a short file could stand for more properties than fit in memory. */
  private static final int MOST_INJECTED = 100_000;

  private static final String TOO_LARGE =
      "schema is too large: interfaces add more than " + MOST_INJECTED + " properties";

  private final SchemaAst.File file;
  private final DiagnosticCollector diagnostics;
  private final TypeChecker types;
  private final Map<String, InterfaceDeclaration> interfaces = new TreeMap<>();
  private final Map<String, NodeDeclaration> nodes = new TreeMap<>();
  private final Map<String, EdgeDeclaration> edges = new TreeMap<>();
  private final Set<String> brokenInterfaces = new HashSet<>();
  private final Set<String> brokenNodes = new HashSet<>();
  private long injected;

  private SchemaChecker(SchemaAst.File file, DiagnosticCollector diagnostics) {
    this.file = file;
    this.diagnostics = diagnostics;
    this.types = new TypeChecker(diagnostics);
  }

  static Types check(SchemaAst.File file, DiagnosticCollector diagnostics) {
    return new SchemaChecker(file, diagnostics).check();
  }

  private Types check() {
    collectNames();
    List<InterfaceType> interfaceTypes = new ArrayList<>();
    List<NodeType> nodeTypes = new ArrayList<>();
    List<EdgeType> edgeTypes = new ArrayList<>();
    for (Declaration declaration : file.declarations()) {
      switch (declaration) {
        case InterfaceDeclaration i -> interfaceTypes.add(interfaceType(i));
        case NodeDeclaration n -> nodeTypes.add(nodeType(n));
        case EdgeDeclaration e -> edgeTypes.add(edgeType(e));
      }
    }
    return new Types(interfaceTypes, nodeTypes, edgeTypes);
  }

  private void collectNames() {
    for (BrokenDeclaration broken : file.broken()) {
      switch (broken.kind()) {
        case "interface" -> brokenInterfaces.add(broken.name().text());
        case "node" -> brokenNodes.add(broken.name().text());
        default -> {
          // Nothing refers to an edge type.
        }
      }
    }
    Map<String, String> foldedEdges = new HashMap<>();
    for (Declaration declaration : file.declarations()) {
      switch (declaration) {
        case InterfaceDeclaration i -> unique(interfaces, i, "interface");
        case NodeDeclaration n -> unique(nodes, n, "node type");
        case EdgeDeclaration e -> {
          unique(edges, e, "edge type");
          String name = e.name().text();
          String other = foldedEdges.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
          if (other != null && !other.equals(name)) {
            catalogError(
                e.name(),
                "edge name collision after case folding: '"
                    + other
                    + "' conflicts with '"
                    + name
                    + "'",
                null);
          }
        }
      }
    }
  }

  private <D extends Declaration> void unique(Map<String, D> known, D declaration, String kind) {
    String name = declaration.name().text();
    if (known.putIfAbsent(name, declaration) != null) {
      catalogError(declaration.name(), "duplicate " + kind + ": " + name, null);
    }
  }

  private InterfaceType interfaceType(InterfaceDeclaration declaration) {
    String owner = "interface " + declaration.name().text();
    PropertyNames.INTERFACE.check(owner, declaration.properties(), diagnostics);
    List<Property> properties =
        declaration.properties().stream()
            .map(p -> new Property(p.name().text(), p.type(), annotations(p)))
            .sorted(CanonicalOrder.PROPERTIES)
            .toList();
    return new InterfaceType(declaration.name().text(), properties);
  }

  /** An interface has no constraints, so {@code @key} and its like stay annotations. */
  private static List<Annotation> annotations(PropertyDeclaration property) {
    return property.annotations().stream()
        .map(SchemaAst.AnnotationUse::annotation)
        .sorted(CanonicalOrder.ANNOTATIONS)
        .toList();
  }

  private NodeType nodeType(NodeDeclaration declaration) {
    String name = declaration.name().text();
    PropertyNames.NODE.check("node " + name, declaration.body().properties(), diagnostics);
    var properties = new LinkedHashMap<String, PropertyDeclaration>();
    declaration.body().properties().forEach(p -> properties.putIfAbsent(p.name().text(), p));
    Set<String> own = Set.copyOf(properties.keySet());
    Set<String> implemented = new TreeSet<>();
    boolean complete = true;
    for (Name use : declaration.interfaces()) {
      if (implemented.add(use.text())) {
        complete &= inject(declaration, own, use, properties);
      }
    }
    rejectInjectedCollisions(declaration, own, properties.keySet());
    List<PropertyDeclaration> all = List.copyOf(properties.values());
    TypeChecker.Checked checked = types.checkNode(declaration, all, complete);
    return new NodeType(
        name,
        checked.annotations(),
        List.copyOf(implemented),
        checked.properties(),
        checked.constraints());
  }

  /**
   * Adds the properties of an interface; one that is there already must have the same type.
   *
   * @return false if the properties of the interface are not known
   */
  private boolean inject(
      NodeDeclaration node,
      Set<String> own,
      Name use,
      Map<String, PropertyDeclaration> properties) {
    InterfaceDeclaration source = interfaces.get(use.text());
    if (source == null) {
      if (!brokenInterfaces.contains(use.text())) {
        parseError(
            use,
            "node " + node.name().text() + " implements unknown interface '" + use.text() + "'",
            diagnostics.didYouMean(use.text(), interfaces.keySet()));
      }
      return false;
    }
    injected += source.properties().size();
    if (injected > MOST_INJECTED) {
      catalogError(use, TOO_LARGE, null);
      return false;
    }
    for (PropertyDeclaration property : source.properties()) {
      String name = property.name().text();
      PropertyDeclaration present = properties.putIfAbsent(name, property);
      if (present != null && !present.type().equals(property.type())) {
        parseError(
            own.contains(name) ? present.name() : use,
            "node %s property '%s' has type %s but interface %s declares it as %s"
                .formatted(node.name().text(), name, present.type(), use.text(), property.type()),
            null);
      }
    }
    return true;
  }

  /** Properties that differ in case only, one of them from an interface, meet in the node only. */
  private void rejectInjectedCollisions(
      NodeDeclaration node, Set<String> own, Set<String> properties) {
    Map<String, String> folded = new HashMap<>();
    for (String name : properties) {
      String other = folded.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
      if (other != null && !(own.contains(name) && own.contains(other))) {
        catalogError(
            node.name(),
            PropertyNames.collision(other, name, "node " + node.name().text()),
            "one of them comes from an interface");
      }
    }
  }

  private EdgeType edgeType(EdgeDeclaration declaration) {
    String name = declaration.name().text();
    endpoint(name, "source", declaration.from());
    endpoint(name, "target", declaration.to());
    PropertyNames.EDGE.check("edge " + name, declaration.body().properties(), diagnostics);
    TypeChecker.Checked checked = types.checkEdge(declaration);
    return new EdgeType(
        name,
        declaration.from().text(),
        declaration.to().text(),
        declaration.cardinality().min(),
        declaration.cardinality().max(),
        checked.annotations(),
        checked.properties(),
        checked.constraints());
  }

  private void endpoint(String edge, String role, Name node) {
    if (!nodes.containsKey(node.text()) && !brokenNodes.contains(node.text())) {
      catalogError(
          node,
          "edge " + edge + " references unknown " + role + " type: " + node.text(),
          endpointHint(node.text(), nodes.keySet()));
    }
  }

  private @Nullable String endpointHint(String name, Collection<String> known) {
    return interfaces.containsKey(name)
        ? "`" + name + "` is an interface; edges join node types"
        : diagnostics.didYouMean(name, known);
  }

  private void parseError(Name at, String body, @Nullable String hint) {
    diagnostics.error(Kind.PARSE, null, body, at.region().start(), at.region().end(), hint);
  }

  private void catalogError(Name at, String body, @Nullable String hint) {
    diagnostics.error(Kind.CATALOG, null, body, at.region().start(), at.region().end(), hint);
  }
}
