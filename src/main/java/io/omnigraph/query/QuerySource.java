package io.omnigraph.query;

import io.omnigraph.model.Diagnostic;
import io.omnigraph.model.SourceText;
import io.omnigraph.query.ast.ParsedSource;
import io.omnigraph.query.ast.QueryDeclaration;
import io.omnigraph.query.ast.QueryParser;
import java.util.List;

/** A parsed source, for compiling several of its queries without reading it again. Immutable. */
public final class QuerySource {

  private final String text;
  private final ParsedSource parsed;

  private QuerySource(String text, ParsedSource parsed) {
    this.text = text;
    this.parsed = parsed;
  }

  /** Reads a source; what cannot be read is in {@link #problems()}. */
  public static QuerySource parse(String text) {
    return new QuerySource(text, QueryParser.parse(text));
  }

  public String text() {
    return text;
  }

  /** The names of the declared queries in written order; a name declared twice is there twice. */
  public List<String> names() {
    return parsed.queries().stream().map(q -> q.name().text()).toList();
  }

  /** The declarations that could be read, in written order. */
  public List<QueryDeclaration> declarations() {
    return parsed.queries();
  }

  /** What could not be read, in source order. */
  public List<Diagnostic> problems() {
    return parsed.problems().isEmpty()
        ? List.of()
        : QueryCompiler.diagnostics(SourceText.of(text), parsed.problems());
  }

  ParsedSource parsed() {
    return parsed;
  }
}
