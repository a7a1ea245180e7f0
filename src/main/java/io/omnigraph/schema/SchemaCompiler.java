package io.omnigraph.schema;

/** Compiles schema source into a {@link Catalog}. Stateless and thread-safe. */
public final class SchemaCompiler {

  private SchemaCompiler() {}

  /**
   * Compiles {@code .pg} text.
   *
   * @throws io.omnigraph.model.CompileException with every problem of the file
   */
  public static Catalog compile(String source) {
    throw new UnsupportedOperationException("written in the schema room");
  }

  /**
   * Rebuilds a catalog from its canonical JSON, as stored beside a graph.
   *
   * @throws io.omnigraph.model.CompileException if the JSON is not a schema IR of version 1
   */
  public static Catalog fromCanonicalJson(String json) {
    throw new UnsupportedOperationException("written in the schema room");
  }
}
