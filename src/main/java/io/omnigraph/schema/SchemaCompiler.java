package io.omnigraph.schema;

import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.model.SourceText;
import java.util.Comparator;
import java.util.List;

/** Compiles schema source into a {@link Catalog}. Stateless and thread-safe. */
public final class SchemaCompiler {

  /** The longest source that is read, in UTF-16 units: a thousand times a large schema. */
  static final int LONGEST_SOURCE = 1 << 20;

  private SchemaCompiler() {}

  /**
   * Compiles {@code .pg} text. Time and memory are bounded whatever it holds.
   *
   * @throws io.omnigraph.model.CompileException with every problem of the file
   */
  public static Catalog compile(String source) {
    DiagnosticCollector diagnostics = open(source);
    SchemaAst.File file = SchemaParser.parse(diagnostics);
    SchemaChecker.Types types = SchemaChecker.check(file, diagnostics);
    diagnostics.throwIfAny();
    return catalog(types.interfaces(), types.nodes(), types.edges(), diagnostics);
  }

  /**
   * Rebuilds a catalog from its canonical JSON, as stored beside a graph. Blanks and the order of
   * entries do not matter: the catalog is equal to the one the JSON was written from.
   *
   * @throws io.omnigraph.model.CompileException if the JSON is not a schema IR of version 1
   */
  public static Catalog fromCanonicalJson(String json) {
    var diagnostics = new DiagnosticCollector(SourceText.of(""));
    SchemaChecker.Types types = CanonicalReader.read(json, diagnostics);
    return catalog(types.interfaces(), types.nodes(), types.edges(), diagnostics);
  }

  /**
   * Begins to read a source.
   *
   * @throws io.omnigraph.model.CompileException if it is too long
   */
  static DiagnosticCollector open(String source) {
    if (source.length() <= LONGEST_SOURCE) {
      return new DiagnosticCollector(SourceText.of(source));
    }
    var diagnostics = new DiagnosticCollector(SourceText.of(""));
    diagnostics.error(
        Kind.PARSE,
        null,
        "schema source has "
            + source.length()
            + " characters; at most "
            + LONGEST_SOURCE
            + " are supported",
        null);
    diagnostics.throwIfAny();
    return diagnostics;
  }

  private static Catalog catalog(
      List<InterfaceType> interfaces,
      List<NodeType> nodes,
      List<EdgeType> edges,
      DiagnosticCollector diagnostics) {
    for (String collision : TypeIds.collisions(interfaces, nodes, edges)) {
      diagnostics.error(Kind.CATALOG, null, collision, "rename one of them");
    }
    diagnostics.throwIfAny();
    List<InterfaceType> sortedInterfaces =
        interfaces.stream().sorted(Comparator.comparing(InterfaceType::name)).toList();
    List<NodeType> sortedNodes =
        nodes.stream().sorted(Comparator.comparing(NodeType::name)).toList();
    List<EdgeType> sortedEdges =
        edges.stream().sorted(Comparator.comparing(EdgeType::name)).toList();
    String canonicalJson = CanonicalForm.write(sortedInterfaces, sortedNodes, sortedEdges);
    return new Catalog(
        sortedInterfaces,
        sortedNodes,
        sortedEdges,
        canonicalJson,
        CanonicalForm.hash(canonicalJson));
  }
}
