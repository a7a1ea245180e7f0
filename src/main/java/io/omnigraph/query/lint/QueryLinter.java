package io.omnigraph.query.lint;

import io.omnigraph.model.Diagnostic;
import io.omnigraph.model.SourceText;
import io.omnigraph.model.TableKey;
import io.omnigraph.query.OperationSummary;
import io.omnigraph.query.QuerySource;
import io.omnigraph.query.ast.Place;
import io.omnigraph.query.ast.Problem;
import io.omnigraph.query.ast.QueryDeclaration;
import io.omnigraph.query.check.QueryChecker;
import io.omnigraph.query.lint.LintReport.Finding;
import io.omnigraph.query.lint.LintReport.QueryResult;
import io.omnigraph.query.lint.LintReport.SchemaSource;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lints query files against a schema. Immutable, thread-safe. */
public final class QueryLinter {

  static final String HARD_CODED =
      "mutation declares no params; hardcoded mutations are easy to miss";

  private static final Comparator<Finding> ORDER =
      Comparator.comparing(
              (Finding f) -> Diagnostic.Severity.valueOf(f.severity().toUpperCase(Locale.ROOT)))
          .thenComparing(f -> f.typeName() == null ? "" : f.typeName())
          .thenComparing(f -> f.property() == null ? "" : f.property())
          .thenComparing(Finding::message)
          .thenComparing(f -> String.join(",", f.queryNames()));

  private final Catalog catalog;
  private final SchemaSource schemaSource;
  private final Map<TableKey, Long> rowCounts;

  /**
   * @param rowCounts rows per table, as far as known; without them nothing is said about indices
   */
  public QueryLinter(Catalog catalog, SchemaSource schemaSource, Map<TableKey, Long> rowCounts) {
    this.catalog = catalog;
    this.schemaSource = schemaSource;
    this.rowCounts = Map.copyOf(rowCounts);
  }

  /** A declaration with what became of it. */
  record Linted(QueryDeclaration declaration, @Nullable CompiledQuery compiled) {}

  /** Lints one file. Never throws for its contents. */
  public LintReport lint(String queryPath, String source) {
    QuerySource read = QuerySource.parse(source);
    if (!read.problems().isEmpty()) {
      return unreadable(queryPath, read.problems());
    }
    SourceText text = SourceText.of(source);
    var findings = new ArrayList<Finding>(duplicates(read.declarations(), text));
    var results = new ArrayList<QueryResult>();
    var valid = new ArrayList<Linted>();
    for (QueryDeclaration declaration : read.declarations()) {
      QueryChecker.Checked checked = QueryChecker.check(declaration, catalog);
      results.add(result(declaration, checked, text));
      var linted = new Linted(declaration, checked.query());
      if (linted.compiled() != null) {
        valid.add(linted);
        findings.addAll(
            new LintRules(catalog, rowCounts, text, linted.declaration(), linted.compiled())
                .findings());
      }
    }
    findings.addAll(UpdateCoverage.findings(catalog, valid));
    findings.sort(ORDER);
    return report(queryPath, results, findings);
  }

  private LintReport unreadable(String queryPath, List<Diagnostic> problems) {
    var findings = new ArrayList<Finding>();
    for (Diagnostic problem : problems) {
      Diagnostic.Span span = problem.span();
      findings.add(
          new Finding(
              "error",
              LintCode.Q000.name(),
              problem.message(),
              null,
              null,
              List.of(),
              span == null ? null : span.line(),
              span == null ? null : span.column(),
              problem.hint()));
    }
    return new LintReport(
        "error", schemaSource, queryPath, 0, findings.size(), 0, 0, List.of(), findings);
  }

  private static List<Finding> duplicates(List<QueryDeclaration> declarations, SourceText text) {
    var findings = new ArrayList<Finding>();
    var seen = new HashSet<String>();
    for (QueryDeclaration declaration : declarations) {
      String name = declaration.name().text();
      if (!seen.add(name)) {
        findings.add(
            finding(
                LintCode.Q001,
                "query `" + name + "` is declared more than once",
                null,
                null,
                List.of(name),
                text,
                declaration.name().place(),
                null));
      }
    }
    return findings;
  }

  private static QueryResult result(
      QueryDeclaration declaration, QueryChecker.Checked checked, SourceText text) {
    boolean mutation = declaration.isMutation();
    List<String> warnings =
        mutation && declaration.parameters().isEmpty() ? List.of(HARD_CODED) : List.of();
    CompiledQuery compiled = checked.query();
    List<LintReport.Problem> problems =
        checked.problems().stream()
            .sorted(Comparator.comparingInt(QueryLinter::start))
            .map(p -> LintReport.Problem.of(p.toDiagnostic(text)))
            .toList();
    return new QueryResult(
        declaration.name().text(),
        mutation ? "mutation" : "read",
        compiled != null ? "ok" : "error",
        warnings,
        problems.isEmpty() ? null : problems.getFirst().message(),
        problems.isEmpty() ? null : problems,
        compiled == null ? null : OperationSummary.of(compiled));
  }

  private static int start(Problem problem) {
    Place place = problem.place();
    return place == null ? 0 : place.start();
  }

  private LintReport report(String queryPath, List<QueryResult> results, List<Finding> findings) {
    int errors = count(findings, "error");
    errors += (int) results.stream().filter(r -> r.status().equals("error")).count();
    int warnings = count(findings, "warning");
    warnings += results.stream().mapToInt(r -> r.warnings().size()).sum();
    return new LintReport(
        errors == 0 ? "ok" : "error",
        schemaSource,
        queryPath,
        results.size(),
        errors,
        warnings,
        count(findings, "info"),
        List.copyOf(results),
        List.copyOf(findings));
  }

  private static int count(List<Finding> findings, String severity) {
    return (int) findings.stream().filter(f -> f.severity().equals(severity)).count();
  }

  static Finding finding(
      LintCode code,
      String message,
      @Nullable String typeName,
      @Nullable String property,
      List<String> queryNames,
      SourceText text,
      @Nullable Place place,
      @Nullable String hint) {
    Diagnostic.Span span = place == null ? null : text.span(place.start(), place.end());
    return new Finding(
        code.severity().name().toLowerCase(Locale.ROOT),
        code.name(),
        message,
        typeName,
        property,
        queryNames,
        span == null ? null : span.line(),
        span == null ? null : span.column(),
        hint);
  }
}
