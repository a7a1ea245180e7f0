package io.omnigraph.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The body of every answer that is not a success.
 *
 * @param error what is wrong and what to do, for people
 * @param code the coarse family of the wire contract; absent on 410, 412, 424 and 503
 * @param detail the stable code and the typed facts of the situation
 * @param diagnostics what a compiler found, with places
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ErrorOutput(
    String error,
    @Nullable String code,
    @Nullable ManifestConflict manifestConflict,
    @Nullable PreconditionFailure preconditionFailure,
    @Nullable Detail detail,
    List<DiagnosticOutput> diagnostics) {

  public ErrorOutput {
    diagnostics = diagnostics == null ? List.of() : List.copyOf(diagnostics);
  }

  /** A stale writer was rejected for one table. */
  public record ManifestConflict(String tableKey, long expected, long actual) {}

  /** A condition on the head of a branch did not hold. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PreconditionFailure(String expected, @Nullable String actual) {}

  public record Detail(
      String code, @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Object> context) {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record DiagnosticOutput(
      @Nullable String code,
      String severity,
      String message,
      @Nullable SpanOutput span,
      @Nullable String hint) {}

  /** Bytes of the source from {@code start} to before {@code end}; line and column from 1. */
  public record SpanOutput(int start, int end, int line, int column) {}
}
