package io.omnigraph.api;

import io.omnigraph.model.CompileException;
import io.omnigraph.model.Diagnostic;
import io.omnigraph.model.ExternalBlobSourceException;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.ManifestConflictException;
import io.omnigraph.model.PreconditionFailedException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request that failed: status, body, extra headers. {@link #of} is the only place
 * that derives them from an exception.
 *
 * @param internal true if the cause is a defect or a broken store, which belongs in the log
 */
public record Failure(int status, ErrorOutput body, Map<String, String> headers, boolean internal) {

  private static final int INTERNAL = 500;

  public static Failure of(Throwable problem) {
    if (problem instanceof GraphException graph) {
      return ofGraph(graph);
    }
    if (problem instanceof HttpException http) {
      var detail = new ErrorOutput.Detail(http.code(), http.context());
      return new Failure(
          http.status(),
          ErrorOutput.of(http.getMessage(), codeOf(http.status()), detail),
          http.headers(),
          false);
    }
    // The text of an unexpected exception may hold anything; the log has it in full.
    var detail = new ErrorOutput.Detail("internal", Map.of());
    return new Failure(
        INTERNAL,
        ErrorOutput.of(
            "internal error (" + problem.getClass().getSimpleName() + "); see the server's log",
            codeOf(INTERNAL),
            detail),
        Map.of(),
        true);
  }

  private static Failure ofGraph(GraphException problem) {
    int status = statusOf(problem);
    ErrorOutput.ManifestConflict conflict =
        problem instanceof ManifestConflictException stale
            ? new ErrorOutput.ManifestConflict(stale.tableKey(), stale.expected(), stale.actual())
            : null;
    List<ErrorOutput.DiagnosticOutput> diagnostics =
        problem instanceof CompileException compile
            ? compile.diagnostics().stream().map(Failure::output).toList()
            : List.of();
    ErrorOutput.ExternalBlobSource source =
        problem instanceof ExternalBlobSourceException blob
            ? new ErrorOutput.ExternalBlobSource(blob.uri(), blob.reason())
            : null;
    var detail = new ErrorOutput.Detail(problem.code(), problem.context());
    return new Failure(
        status,
        new ErrorOutput(
            textOf(problem),
            codeOf(status),
            conflict,
            precondition(problem),
            source,
            ErrorOutput.limit(detail),
            detail,
            diagnostics),
        Map.of(),
        status == INTERNAL);
  }

  private static ErrorOutput.@Nullable PreconditionFailure precondition(GraphException problem) {
    return problem instanceof PreconditionFailedException
            && problem.context().get("expected") instanceof String expected
        ? new ErrorOutput.PreconditionFailure(
            expected, problem.context().get("actual") instanceof String actual ? actual : null)
        : null;
  }

  private static String textOf(GraphException problem) {
    String prefix =
        switch (problem.kind()) {
          case STORAGE -> "storage: ";
          case EXECUTION -> "query: ";
          case PARSE,
              TYPE,
              CATALOG,
              PLAN,
              BAD_REQUEST,
              NOT_FOUND,
              CONFLICT,
              PRECONDITION_FAILED,
              POLICY_DENIED,
              RESOURCE_LIMIT,
              RECOVERY_REQUIRED,
              EXTERNAL_SOURCE,
              GONE,
              INTERNAL ->
              "";
        };
    String message = problem.getMessage();
    return message.startsWith(prefix) ? message : prefix + message;
  }

  private static int statusOf(GraphException problem) {
    return switch (problem.kind()) {
      case PARSE, TYPE, CATALOG, PLAN, EXECUTION, BAD_REQUEST -> 400;
      case POLICY_DENIED -> 403;
      case NOT_FOUND -> 404;
      case CONFLICT -> 409;
      case GONE -> 410;
      case PRECONDITION_FAILED -> 412;
      case RESOURCE_LIMIT -> limitStatusOf(problem.code());
      case EXTERNAL_SOURCE -> 424;
      case STORAGE, INTERNAL -> INTERNAL;
      case RECOVERY_REQUIRED -> 503;
    };
  }

  /** Too much is the request's fault; too long and too many at once may pass. */
  private static int limitStatusOf(String code) {
    return switch (code) {
      case "query_timeout" -> 504;
      case "query_memory_exhausted" -> 503;
      default -> 413;
    };
  }

  private static @Nullable String codeOf(int status) {
    return switch (status) {
      case 400, 413, 415, 416, 422 -> "bad_request";
      case 401 -> "unauthorized";
      case 403 -> "forbidden";
      case 404 -> "not_found";
      case 405 -> "method_not_allowed";
      case 409 -> "conflict";
      case 429 -> "too_many_requests";
      case INTERNAL -> "internal";
      default -> null;
    };
  }

  /** A diagnostic as it appears on the wire and in {@code --json} output. */
  public static ErrorOutput.DiagnosticOutput output(Diagnostic diagnostic) {
    Diagnostic.Span span = diagnostic.span();
    return new ErrorOutput.DiagnosticOutput(
        diagnostic.code(),
        diagnostic.severity().name().toLowerCase(Locale.ROOT),
        diagnostic.message(),
        span == null
            ? null
            : new ErrorOutput.SpanOutput(span.start(), span.end(), span.line(), span.column()),
        diagnostic.hint());
  }
}
