package io.omnigraph.query.ast;

import java.util.List;

/**
 * What the parser made of a source.
 *
 * @param queries the declarations that could be read, in written order
 * @param problems what could not be read; empty for a correct source
 */
public record ParsedSource(List<QueryDeclaration> queries, List<Problem> problems) {

  public ParsedSource {
    queries = List.copyOf(queries);
    problems = List.copyOf(problems);
  }
}
