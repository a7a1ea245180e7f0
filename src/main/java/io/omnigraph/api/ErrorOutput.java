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
    @Nullable ExternalBlobSource externalBlobSource,
    @Nullable ResourceLimit resourceLimit,
    @Nullable Detail detail,
    List<DiagnosticOutput> diagnostics) {

  /** A failure whose facts are in the detail alone. */
  public static ErrorOutput of(String error, @Nullable String code, Detail detail) {
    return new ErrorOutput(error, code, null, null, null, limit(detail), detail, List.of());
  }

  /** The same facts in other words. */
  public ErrorOutput withError(String text) {
    return new ErrorOutput(
        text,
        code,
        manifestConflict,
        preconditionFailure,
        externalBlobSource,
        resourceLimit,
        detail,
        diagnostics);
  }

  static @Nullable ResourceLimit limit(Detail detail) {
    return detail.context().get("resource") instanceof String resource
            && detail.context().get("limit") instanceof Number limit
        ? new ResourceLimit(
            resource,
            limit.longValue(),
            detail.context().get("actual") instanceof Number actual ? actual.longValue() : null)
        : null;
  }

  public ErrorOutput {
    diagnostics = diagnostics == null ? List.of() : List.copyOf(diagnostics);
  }

  /** A stale writer was rejected for one table. */
  public record ManifestConflict(String tableKey, long expected, long actual) {}

  /** A condition on the head of a branch did not hold. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PreconditionFailure(String expected, @Nullable String actual) {}

  /** A reference to a blob outside the graph cannot be reached. */
  public record ExternalBlobSource(String uri, String reason) {}

  /**
   * A configured limit was exceeded.
   *
   * @param actual null where it was not counted to the end
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record ResourceLimit(String resource, long limit, @Nullable Long actual) {}

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
