package io.omnigraph.cases;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.omnigraph.cases.Case.Section;
import io.omnigraph.cases.CaseExecutor.Affected;
import io.omnigraph.model.CompileException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.TableKey;
import io.omnigraph.query.ParameterBinder;
import io.omnigraph.query.Parameters;
import io.omnigraph.query.QueryCompiler;
import io.omnigraph.query.plan.CompiledQuery;
import io.omnigraph.schema.Catalog;
import io.omnigraph.schema.SchemaCompiler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;

/**
 * Runs one case. Without an engine everything that the compilers decide is checked, and every query
 * whose rows are expected must at least compile and bind; with an engine all of it is checked.
 */
public final class CaseRunner {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.parse("2024-06-01T12:00:00.123456Z");

  private final Case subject;
  private final CaseExecutor.@Nullable Factory engines;

  private @Nullable CaseExecutor engine;
  private @Nullable Section input;
  private String schema = "";
  private @Nullable Section query;
  private @Nullable Object params;
  private @Nullable String embedder;
  private int commitsAgo;
  private long commitsBefore;
  private String binding = "";
  private boolean unnamed;
  private final List<Section> stored = new ArrayList<>();
  private final Map<TableKey, Long> statistics = new HashMap<>();

  private CaseRunner(Case subject, CaseExecutor.@Nullable Factory engines) {
    this.subject = subject;
    this.engines = engines;
  }

  /** Checks what the compilers decide. */
  public static void compile(Case subject) throws Exception {
    new CaseRunner(subject, null).run();
  }

  /** Checks everything. */
  public static void run(Case subject, CaseExecutor.Factory engines) throws Exception {
    new CaseRunner(subject, engines).run();
  }

  private void run() throws Exception {
    try {
      boolean expected = false;
      for (Section section : subject.sections()) {
        try {
          expected |= step(section);
        } catch (GraphException e) {
          throw new AssertionError(at(section) + ": " + describe(e), e);
        } catch (AssertionError e) {
          throw new AssertionError(at(section) + ": " + e.getMessage(), e);
        }
      }
      assertThat(expected).as("%s expects something", subject).isTrue();
    } finally {
      if (engine != null) {
        engine.close();
      }
    }
  }

  private String at(Section section) {
    return subject.file() + ":" + section.line() + " " + subject.name();
  }

  private static String describe(GraphException e) {
    return e instanceof CompileException c ? "\n" + c.render() : String.valueOf(e);
  }

  /** True for an expectation. */
  private boolean step(Section section) throws Exception {
    switch (section.keyword()) {
      case "schema" -> {
        schema = section.body();
        input = section;
      }
      case "data" -> load("append", "main", null, section.body());
      case "load", "lint", "migrate", "apply", "format" -> input = section;
      case "query" -> {
        query = section;
        input = section;
        params = null;
        unnamed = false;
      }
      case "params" -> {
        params = section.body().isBlank() ? null : JSON.readTree(section.body());
        binding = section.argument();
        input = query;
      }
      case "unnamed" -> unnamed = true;
      case "stored" -> {
        stored.add(section);
        input = section;
      }
      case "statistics" ->
          JSON.readTree(section.body())
              .properties()
              .forEach(e -> statistics.put(TableKey.parse(e.getKey()), e.getValue().longValue()));
      case "embedder" -> embedder = section.argument();
      case "at" -> commitsAgo = Integer.parseInt(section.argument().split(" ")[0]);
      default -> {
        expect(section);
        return true;
      }
    }
    return false;
  }

  private void expect(Section section) throws Exception {
    switch (section.keyword()) {
      case "rows" -> rows(section);
      case "affected" -> affected(section);
      case "loaded" -> loaded(section);
      case "exported" -> exported(section);
      case "fails" -> fails(section);
      case "applied" -> applied(section);
      case "version" -> version(section);
      default -> new CompilerExpectations(this).check(section);
    }
  }

  // ------------------------------------------------------------------ for CompilerExpectations

  Section input() {
    return java.util.Objects.requireNonNull(input, "no input before the expectation");
  }

  List<Section> stored() {
    return stored;
  }

  Map<TableKey, Long> statistics() {
    return statistics;
  }

  Catalog catalog() {
    return SchemaCompiler.compile(schema);
  }

  CompiledQuery compiled() {
    Section source = java.util.Objects.requireNonNull(query, "no query");
    return QueryCompiler.compile(source.body(), queryName(), catalog());
  }

  @Nullable String queryName() {
    return query == null || query.argument().isEmpty() ? null : query.argument();
  }

  List<CompiledQuery> compiledAll() {
    return queryName() == null && !unnamed
        ? QueryCompiler.compileAll(input().body(), catalog())
        : List.of(compiled());
  }

  boolean binds() {
    return input().keyword().equals("query");
  }

  Parameters bound(CompiledQuery compiled) {
    var mode =
        binding.equals("js") ? ParameterBinder.Mode.JAVASCRIPT : ParameterBinder.Mode.STANDARD;
    return ParameterBinder.bind(compiled, params, NOW, mode);
  }

  // ------------------------------------------------------------------ with an engine

  private CaseExecutor engine() throws Exception {
    if (engine == null) {
      engine = java.util.Objects.requireNonNull(engines).open(schema, embedder);
    }
    return engine;
  }

  private boolean onlyCompiles() {
    if (engines != null) {
      return false;
    }
    if (binds()) {
      bound(compiled());
    } else if (input().keyword().equals("apply")) {
      SchemaCompiler.compile(input().body());
    }
    return true;
  }

  private Map<String, Long> load(String mode, String branch, @Nullable String from, String records)
      throws Exception {
    return engines == null || records.isBlank()
        ? Map.of()
        : engine().load(records, mode, branch, from);
  }

  private Map<String, Long> loadInput() throws Exception {
    String[] words = input().argument().split(" +");
    String branch = "main";
    String from = null;
    for (int i = 1; i + 1 < words.length; i += 2) {
      switch (words[i]) {
        case "onto" -> branch = words[i + 1];
        case "from" -> from = words[i + 1];
        default -> throw new IllegalStateException("unknown word " + words[i]);
      }
    }
    return load(words[0].isEmpty() ? "append" : words[0], branch, from, input().body());
  }

  private Affected mutate() throws Exception {
    commitsBefore = engine().commits();
    return engine().mutate(query().body(), queryName(), params);
  }

  private Section query() {
    return java.util.Objects.requireNonNull(query);
  }

  private void rows(Section section) throws Exception {
    if (engines == null && commitsAgo > 0) {
      // Its schema is that of the past.
      return;
    }
    if (onlyCompiles()) {
      assertThat(compiled()).isInstanceOf(CompiledQuery.Read.class);
      return;
    }
    var options = new CaseExecutor.Options(section.argument().contains("sdk"), commitsAgo);
    List<Map<String, @Nullable Object>> actual =
        engine().query(query().body(), queryName(), params, options);
    Rows.compare(section, actual);
    params = null;
  }

  private void affected(Section section) throws Exception {
    if (onlyCompiles()) {
      assertThat(compiled()).isInstanceOf(CompiledQuery.Mutation.class);
      return;
    }
    String[] counts = section.argument().split("/");
    assertThat(mutate())
        .isEqualTo(new Affected(Long.parseLong(counts[0]), Long.parseLong(counts[1])));
    params = null;
  }

  private void loaded(Section section) throws Exception {
    if (!onlyCompiles()) {
      Map<String, Long> expected = new HashMap<>();
      JSON.readTree(section.body().isBlank() ? "{}" : section.body())
          .properties()
          .forEach(e -> expected.put(e.getKey(), e.getValue().longValue()));
      assertThat(loadInput()).isEqualTo(expected);
    }
  }

  private void exported(Section section) throws Exception {
    if (engines != null) {
      List<JsonNode> actual = new ArrayList<>();
      for (String line : engine().export().lines().toList()) {
        actual.add(JSON.readTree(line));
      }
      List<JsonNode> expected = new ArrayList<>();
      for (String line : section.lines()) {
        expected.add(JSON.readTree(line));
      }
      assertThat(actual).isEqualTo(expected);
    }
  }

  private void fails(Section section) throws Exception {
    if (engines == null && commitsAgo > 0 || onlyCompiles()) {
      return;
    }
    GraphException failure =
        Assertions.catchThrowableOfType(
            GraphException.class,
            () -> {
              switch (input().keyword()) {
                case "query" -> {
                  if (commitsAgo == 0 && compiled() instanceof CompiledQuery.Mutation) {
                    mutate();
                  } else {
                    engine()
                        .query(
                            query().body(),
                            queryName(),
                            params,
                            new CaseExecutor.Options(false, commitsAgo));
                  }
                }
                case "load" -> loadInput();
                case "apply" -> apply();
                default -> throw new IllegalStateException("cannot fail: " + input().keyword());
              }
            });
    assertThat(failure).as("a failure").isNotNull();
    for (String part : section.lines()) {
      assertThat(failure.getMessage()).contains(part);
    }
    if (!section.argument().isEmpty()) {
      assertThat(failure.code()).isEqualTo(section.argument());
    }
    params = null;
  }

  private boolean apply() throws Exception {
    for (String word : input().argument().split(" +")) {
      if (word.startsWith("branch=")) {
        engine().createBranch(word.substring("branch=".length()));
      }
    }
    return engine().applySchema(input().body(), input().argument().contains("allow_data_loss"));
  }

  private void applied(Section section) throws Exception {
    boolean expected = Boolean.parseBoolean(section.argument());
    if (!onlyCompiles()) {
      assertThat(apply()).isEqualTo(expected);
    }
    if (expected) {
      schema = input().body();
    }
  }

  private void version(Section section) throws Exception {
    if (engines != null) {
      assertThat(engine().commits() - commitsBefore)
          .isEqualTo(Long.parseLong(section.argument().replace("+", "")));
    }
  }
}
