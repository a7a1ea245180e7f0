package io.omnigraph.query.ast;

import io.omnigraph.model.Diagnostic;
import io.omnigraph.model.GraphException;
import io.omnigraph.model.SourceText;
import org.jspecify.annotations.Nullable;

/**
 * A finding before its place has been turned into lines and columns.
 *
 * @param kind PARSE, TYPE or PLAN; decides the prefix of the message
 * @param code the stable code; null where the language defines none
 * @param message without the prefix of its kind
 * @param place where; null if no place can be named
 * @param hint what to do about it; null if there is nothing useful to say
 */
public record Problem(
    GraphException.Kind kind,
    @Nullable String code,
    String message,
    @Nullable Place place,
    @Nullable String hint) {

  /** The diagnostic, located in its source. */
  public Diagnostic toDiagnostic(SourceText source) {
    return new Diagnostic(
        Diagnostic.Severity.ERROR,
        code,
        text(),
        place == null ? null : source.span(place.start(), place.end()),
        hint);
  }

  /** The message with the prefix of its kind. */
  public String text() {
    return switch (kind) {
      case PARSE -> "parse error: " + message;
      case TYPE -> "type error: " + message;
      case PLAN -> "plan error: " + message;
      case CATALOG,
          EXECUTION,
          BAD_REQUEST,
          NOT_FOUND,
          CONFLICT,
          PRECONDITION_FAILED,
          POLICY_DENIED,
          RESOURCE_LIMIT,
          RECOVERY_REQUIRED,
          EXTERNAL_SOURCE,
          GONE,
          STORAGE,
          INTERNAL ->
          message;
    };
  }
}
