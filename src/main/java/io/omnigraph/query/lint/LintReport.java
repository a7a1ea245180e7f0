package io.omnigraph.query.lint;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.omnigraph.model.Diagnostic;
import io.omnigraph.query.OperationSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of linting one file. Serialised by Jackson.
 *
 * @param status ok or error
 * @param queriesProcessed how many declarations were read; 0 if the file is unreadable
 * @param errors queries that do not compile and findings of severity error
 * @param warnings warnings of queries and findings of severity warning
 * @param infos findings of severity info
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LintReport(
    @JsonProperty("status") String status,
    @JsonProperty("schema_source") SchemaSource schemaSource,
    @JsonProperty("query_path") String queryPath,
    @JsonProperty("queries_processed") int queriesProcessed,
    @JsonProperty("errors") int errors,
    @JsonProperty("warnings") int warnings,
    @JsonProperty("infos") int infos,
    @JsonProperty("results") List<QueryResult> results,
    @JsonProperty("findings") List<Finding> findings) {

  public boolean isOk() {
    return status.equals("ok");
  }

  /**
   * Where the schema came from: a file with its path, or a graph with its uri.
   *
   * @param kind file or graph
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record SchemaSource(
      @JsonProperty("kind") String kind,
      @JsonProperty("path") @Nullable String path,
      @JsonProperty("uri") @Nullable String uri) {

    public static SchemaSource file(String path) {
      return new SchemaSource("file", path, null);
    }

    public static SchemaSource graph(String uri) {
      return new SchemaSource("graph", null, uri);
    }
  }

  /**
   * One declaration.
   *
   * @param kind read or mutation
   * @param status ok or error
   * @param error the first problem of a query that does not compile
   * @param problems all problems of a query that does not compile
   * @param operation what the query takes, gives and touches, if it compiles
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record QueryResult(
      @JsonProperty("name") String name,
      @JsonProperty("kind") String kind,
      @JsonProperty("status") String status,
      @JsonProperty("warnings") List<String> warnings,
      @JsonProperty("error") @Nullable String error,
      @JsonProperty("problems") @Nullable List<Problem> problems,
      @JsonProperty("operation") @Nullable OperationSummary operation) {}

  /** A diagnostic of a query, flat. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Problem(
      @JsonProperty("code") @Nullable String code,
      @JsonProperty("message") String message,
      @JsonProperty("span") @Nullable Span span,
      @JsonProperty("line") @Nullable Integer line,
      @JsonProperty("column") @Nullable Integer column,
      @JsonProperty("hint") @Nullable String hint) {

    static Problem of(Diagnostic diagnostic) {
      Diagnostic.Span span = diagnostic.span();
      return new Problem(
          diagnostic.code(),
          diagnostic.message(),
          span == null ? null : new Span(span.start(), span.end()),
          span == null ? null : span.line(),
          span == null ? null : span.column(),
          diagnostic.hint());
    }
  }

  /** UTF-8 bytes of the file, half-open. */
  public record Span(@JsonProperty("start") int start, @JsonProperty("end") int end) {}

  /**
   * Something about the file or about one query in it.
   *
   * @param severity error, warning or info
   * @param code Q000 and the like
   * @param typeName the type it is about, if it is about one
   * @param property the property it is about, if it is about one
   * @param queryNames the queries it is about, sorted
   * @param line where in the file, if it is about one place
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Finding(
      @JsonProperty("severity") String severity,
      @JsonProperty("code") String code,
      @JsonProperty("message") String message,
      @JsonProperty("type_name") @Nullable String typeName,
      @JsonProperty("property") @Nullable String property,
      @JsonProperty("query_names") List<String> queryNames,
      @JsonProperty("line") @Nullable Integer line,
      @JsonProperty("column") @Nullable Integer column,
      @JsonProperty("hint") @Nullable String hint) {}
}
