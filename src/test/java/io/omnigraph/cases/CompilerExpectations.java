package io.omnigraph.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.cases.Case.Section;
import io.omnigraph.model.CompileException;
import io.omnigraph.model.Diagnostic;
import io.omnigraph.model.GraphException;
import io.omnigraph.query.OperationSummary;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.format.QueryFormatter;
import io.omnigraph.query.lint.LintReport;
import io.omnigraph.query.lint.QueryLinter;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.query.plan.PlanText;
import io.omnigraph.query.registry.StoredQueryDefinition;
import io.omnigraph.query.registry.StoredQueryRegistry;
import io.omnigraph.schema.MigrationPlan;
import io.omnigraph.schema.MigrationPlanner;
import io.omnigraph.schema.SchemaCompiler;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a case expects of the compilers. */
final class CompilerExpectations {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final CaseRunner runner;

  CompilerExpectations(CaseRunner runner) {
    this.runner = runner;
  }

  void check(Section section) throws Exception {
    switch (section.keyword()) {
      case "ok" -> compile();
      case "error" -> error(section);
      case "canonical" -> canonical(section);
      case "same" -> same(section);
      case "columns" -> columns(section);
      case "plan" -> plan(section);
      case "bound" -> bound(section);
      case "operation" -> operation(section);
      case "findings" -> findings(section);
      case "formatted" -> assertThat(formatted()).isEqualTo(section.body() + "\n");
      case "steps" -> steps(section);
      case "unsupported" -> unsupported(section);
      case "catalog" -> catalog(section);
      case "warnings" -> warnings(section);
      default -> throw new IllegalStateException("unknown expectation " + section.keyword());
    }
  }

  /** Runs the compiler that the input is for. */
  private void compile() {
    switch (runner.input().keyword()) {
      case "schema" -> runner.catalog();
      case "query" -> {
        runner.compiledAll();
        if (runner.input().argument().isEmpty() && runner.compiledAll().size() == 1) {
          runner.bound(runner.compiled());
        }
      }
      case "format" -> QueryFormatter.format(runner.input().body());
      default -> throw new IllegalStateException("cannot compile " + runner.input().keyword());
    }
  }

  // ------------------------------------------------------------------ errors

  /**
   * All problems, in order. A line is a part of the message, or after {@code = } the whole message.
   * Indented lines below it say more: {@code at line:column}, {@code hint: ...}.
   */
  private void error(Section section) {
    if (runner.input().keyword().equals("stored")) {
      matchAll(registryErrors(), section);
      return;
    }
    GraphException failure = null;
    try {
      compile();
    } catch (GraphException e) {
      failure = e;
    }
    assertThat(failure).as("an error").isNotNull();
    List<Diagnostic> problems =
        failure instanceof CompileException c
            ? c.diagnostics()
            : List.of(
                new Diagnostic(
                    Diagnostic.Severity.ERROR, failure.code(), failure.getMessage(), null, null));
    String rendered = failure instanceof CompileException c ? "\n" + c.render() : "";
    int next = -1;
    for (String line : section.body().lines().filter(l -> !l.isBlank()).toList()) {
      if (line.startsWith(" ")) {
        detail(line.strip(), problems.get(next), rendered);
        continue;
      }
      next++;
      assertThat(problems.size()).as("number of problems%s", rendered).isGreaterThan(next);
      match(problems.get(next).message(), line, rendered);
    }
    assertThat(problems).as("number of problems%s", rendered).hasSize(next + 1);
    if (!section.argument().isEmpty()) {
      assertThat(codes(problems)).isEqualTo(section.argument());
    }
  }

  private static String codes(List<Diagnostic> problems) {
    return String.join(" ", problems.stream().map(d -> String.valueOf(d.code())).toList());
  }

  private static void match(String message, String expected, String rendered) {
    if (expected.startsWith("= ")) {
      assertThat(message).as("message%s", rendered).isEqualTo(unescape(expected.substring(2)));
    } else {
      assertThat(message).as("message%s", rendered).contains(unescape(expected));
    }
  }

  /** A line break inside a message is written {@code \n}. */
  private static String unescape(String text) {
    return text.replace("\\n", "\n");
  }

  private static void detail(String line, Diagnostic problem, String rendered) {
    if (line.startsWith("at ")) {
      Diagnostic.Span span = problem.span();
      assertThat(span == null ? "" : span.line() + ":" + span.column())
          .as("place%s", rendered)
          .isEqualTo(line.substring(3));
    } else if (line.startsWith("hint: ")) {
      assertThat(String.valueOf(problem.hint()))
          .as("hint%s", rendered)
          .isEqualTo(line.substring("hint: ".length()));
    } else {
      throw new IllegalStateException("neither a place nor a hint: " + line);
    }
  }

  private static void matchAll(List<String> messages, Section section) {
    assertThat(messages).hasSameSizeAs(section.lines());
    for (int i = 0; i < messages.size(); i++) {
      match(messages.get(i), section.lines().get(i), "");
    }
  }

  // ------------------------------------------------------------------ schemas

  private void canonical(Section section) {
    for (String part : section.lines()) {
      assertThat(runner.catalog().canonicalJson()).contains(part);
    }
  }

  private void same(Section section) {
    assertThat(SchemaCompiler.compile(section.body())).isEqualTo(runner.catalog());
  }

  private MigrationPlan migration() {
    return MigrationPlanner.plan(
        runner.catalog(),
        SchemaCompiler.compile(runner.input().body()),
        runner.input().argument().contains("allow_data_loss"));
  }

  private void steps(Section section) throws Exception {
    JsonNode plan = migration().toJson();
    List<JsonNode> expected = new ArrayList<>();
    for (String line : section.lines()) {
      expected.add(JSON.readTree(line));
    }
    List<JsonNode> actual = new ArrayList<>();
    plan.get("steps").forEach(actual::add);
    assertThat(actual).isEqualTo(expected);
    assertThat(plan.get("supported").booleanValue()).isTrue();
  }

  private void unsupported(Section section) {
    MigrationPlan plan = migration();
    assertThat(plan.supported()).isFalse();
    String step = plan.firstUnsupported().orElseThrow().describe();
    for (String part : section.lines()) {
      assertThat(step).contains(part);
    }
  }

  // ------------------------------------------------------------------ queries

  private CompiledQuery.Read read() {
    return (CompiledQuery.Read) runner.compiled();
  }

  private void columns(Section section) {
    assertThat(read().columns().stream().map(c -> c.name() + ": " + c.type()).toList())
        .containsExactlyElementsOf(section.lines());
  }

  private void plan(Section section) {
    assertThat(PlanText.of(read().plan())).isEqualTo(section.body() + "\n");
  }

  private void bound(Section section) {
    Parameters parameters = runner.bound(runner.compiled());
    assertThat(
            new TreeMap<>(parameters.values())
                .entrySet().stream().map(e -> e.getKey() + " = " + e.getValue()).toList())
        .containsExactlyElementsOf(section.lines());
  }

  private void operation(Section section) throws Exception {
    JsonNode actual = JSON.valueToTree(OperationSummary.of(runner.compiled()));
    assertThat(actual).isEqualTo(JSON.readTree(section.body()));
  }

  private String formatted() {
    String once = QueryFormatter.format(runner.input().body());
    assertThat(QueryFormatter.format(once)).as("formatting twice").isEqualTo(once);
    return once;
  }

  // ------------------------------------------------------------------ lint and registry

  /** The status on the heading; a line per finding and per warning or error of a query. */
  private void findings(Section section) {
    LintReport report =
        new QueryLinter(
                runner.catalog(), LintReport.SchemaSource.file("schema.pg"), runner.statistics())
            .lint("queries.gq", runner.input().body());
    Stream<String> findings =
        report.findings().stream()
            .map(
                f ->
                    f.severity()
                        + " "
                        + f.code()
                        + " "
                        + f.message()
                        + (f.queryNames().isEmpty() ? "" : " " + f.queryNames()));
    Stream<String> results =
        report.results().stream()
            .flatMap(
                r ->
                    Stream.concat(
                        r.warnings().stream().map(w -> r.name() + ": warning " + w),
                        Stream.ofNullable(r.error()).map(e -> r.name() + ": error " + e)));
    assertThat(Stream.concat(findings, results).toList())
        .containsExactlyElementsOf(section.lines());
    assertThat(report.status() + " " + report.queriesProcessed()).isEqualTo(section.argument());
  }

  private StoredQueryRegistry.Loaded registry() {
    Collection<StoredQueryDefinition> definitions = new ArrayList<>();
    for (Section stored : runner.stored()) {
      String[] words = stored.argument().split(" +");
      boolean exposed = List.of(words).contains("exposed");
      int as = List.of(words).indexOf("as");
      definitions.add(
          new StoredQueryDefinition(
              words[0], stored.body(), exposed, as < 0 ? null : words[as + 1]));
    }
    return StoredQueryRegistry.load(definitions);
  }

  private List<String> registryErrors() {
    StoredQueryRegistry.Loaded loaded = registry();
    if (!loaded.errors().isEmpty()) {
      return loaded.errors();
    }
    StoredQueryRegistry.SchemaCheck check = loaded.registry().check(runner.catalog());
    return check.breakages().isEmpty() ? List.of() : List.of(check.message("g"));
  }

  /** One catalog entry as JSON per line. */
  private void catalog(Section section) throws Exception {
    assertThat(registryErrors()).isEmpty();
    List<JsonNode> expected = new ArrayList<>();
    for (String line : section.lines()) {
      expected.add(JSON.readTree(line));
    }
    List<JsonNode> actual =
        registry().registry().check(runner.catalog()).catalog().values().stream()
            .map(e -> (JsonNode) JSON.valueToTree(e))
            .toList();
    assertThat(actual).isEqualTo(expected);
  }

  private void warnings(Section section) {
    assertThat(registry().registry().check(runner.catalog()).warnings())
        .containsExactlyElementsOf(section.lines());
  }
}
