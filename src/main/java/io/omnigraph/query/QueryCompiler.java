package io.omnigraph.query;

import io.omnigraph.model.BadRequestException;
import io.omnigraph.model.CompileException;
import io.omnigraph.model.Diagnostic;
import io.omnigraph.model.DiagnosticRenderer;
import io.omnigraph.model.DidYouMean;
import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.model.NotFoundException;
import io.omnigraph.model.SourceText;
import io.omnigraph.query.ast.ParsedSource;
import io.omnigraph.query.ast.Place;
import io.omnigraph.query.ast.Problem;
import io.omnigraph.query.ast.QueryDeclaration;
import io.omnigraph.query.ast.QueryParser;
import io.omnigraph.query.check.QueryChecker;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compiles {@code .gq} source against a catalog. Stateless and thread-safe. */
public final class QueryCompiler {

  /** More problems than this are not reported; they help nobody. */
  static final int MOST_PROBLEMS = 100;

  private QueryCompiler() {}

  /**
   * Compiles every query of a source.
   *
   * @throws CompileException with every problem found
   */
  public static List<CompiledQuery> compileAll(String source, Catalog catalog) {
    ParsedSource parsed = QueryParser.parse(source);
    var problems = new ArrayList<>(parsed.problems());
    problems.addAll(duplicateNames(parsed.queries()));
    var compiled = new ArrayList<CompiledQuery>();
    for (QueryDeclaration query : parsed.queries()) {
      QueryChecker.Checked checked = QueryChecker.check(query, catalog);
      problems.addAll(checked.problems());
      if (checked.query() != null) {
        compiled.add(checked.query());
      }
    }
    throwIfAny(source, problems);
    return List.copyOf(compiled);
  }

  /**
   * Compiles one query of a source: the one named, or the only one if {@code name} is null. The
   * other queries must be readable, but are not checked.
   *
   * @throws CompileException if it does not compile, or if its name is declared twice
   * @throws NotFoundException if no query has that name
   * @throws BadRequestException if no name is given and the source holds several
   */
  public static CompiledQuery compile(String source, @Nullable String name, Catalog catalog) {
    return compile(QuerySource.parse(source), name, catalog);
  }

  /** {@link #compile(String, String, Catalog)} of a source that has been read before. */
  public static CompiledQuery compile(QuerySource read, @Nullable String name, Catalog catalog) {
    String source = read.text();
    ParsedSource parsed = read.parsed();
    throwIfAny(source, parsed.problems());
    QueryDeclaration query = select(parsed.queries(), name);
    throwIfAny(
        source,
        duplicateNames(
            parsed.queries().stream()
                .filter(q -> q.name().text().equals(query.name().text()))
                .toList()));
    QueryChecker.Checked checked = QueryChecker.check(query, catalog);
    throwIfAny(source, checked.problems());
    CompiledQuery compiled = checked.query();
    if (compiled == null) {
      throw new IllegalStateException("neither a plan nor a problem");
    }
    return compiled;
  }

  private static QueryDeclaration select(List<QueryDeclaration> queries, @Nullable String name) {
    if (name == null) {
      if (queries.isEmpty()) {
        throw new BadRequestException("no_query", "query file contains no query");
      }
      if (queries.size() > 1) {
        throw new BadRequestException(
            "query_name_required",
            "query file contains multiple queries; pass --name",
            Map.of("queries", names(queries)));
      }
      return queries.getFirst();
    }
    return queries.stream()
        .filter(q -> q.name().text().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new NotFoundException(
                    "query_not_found",
                    "query '"
                        + name
                        + "' not found"
                        + DidYouMean.nearest(name, names(queries))
                            .map(n -> "; did you mean '" + n + "'?")
                            .orElse(""),
                    Map.of("query", name, "queries", names(queries))));
  }

  private static List<String> names(List<QueryDeclaration> queries) {
    return queries.stream().map(q -> q.name().text()).toList();
  }

  static List<Problem> duplicateNames(List<QueryDeclaration> queries) {
    var problems = new ArrayList<Problem>();
    var seen = new HashSet<String>();
    for (QueryDeclaration query : queries) {
      if (!seen.add(query.name().text())) {
        problems.add(
            new Problem(
                Kind.TYPE,
                null,
                "query `" + query.name().text() + "` is declared more than once",
                query.name().place(),
                null));
      }
    }
    return problems;
  }

  /** Problems as diagnostics in source order. */
  static List<Diagnostic> diagnostics(SourceText source, List<Problem> problems) {
    return inOrder(problems).stream().map(problem -> problem.toDiagnostic(source)).toList();
  }

  private static List<Problem> inOrder(List<Problem> problems) {
    return problems.stream()
        .sorted(Comparator.comparingInt(QueryCompiler::start))
        .limit(MOST_PROBLEMS)
        .toList();
  }

  private static int start(Problem problem) {
    Place place = problem.place();
    return place == null ? 0 : place.start();
  }

  private static void throwIfAny(String source, List<Problem> problems) {
    if (problems.isEmpty()) {
      return;
    }
    SourceText text = SourceText.of(source);
    List<Diagnostic> diagnostics = diagnostics(text, problems);
    throw new CompileException(
        inOrder(problems).getFirst().kind(),
        diagnostics,
        DiagnosticRenderer.render(text, diagnostics));
  }
}
