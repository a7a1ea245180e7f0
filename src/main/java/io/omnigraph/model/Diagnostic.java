package io.omnigraph.model;

import org.jspecify.annotations.Nullable;

/**
 * One finding of a compiler, located in its source.
 *
 * @param severity how bad it is
 * @param code the stable code (T1, Q000, OG-MF-103, ...); null where the language defines none
 * @param message what is wrong, with its fixed prefix ({@code parse error: }, {@code type error:
 *     T6: }, ...)
 * @param span where; null if no place can be named
 * @param hint what to do about it; null if there is nothing useful to say
 */
public record Diagnostic(
    Severity severity,
    @Nullable String code,
    String message,
    @Nullable Span span,
    @Nullable String hint) {

  /** Ordered from worst to mildest. */
  public enum Severity {
    ERROR,
    WARNING,
    INFO
  }

  /**
   * A half-open range of the source in UTF-8 bytes, never empty, with the place of its start for
   * people.
   *
   * @param start first byte, 0-based
   * @param end byte after the last one
   * @param line 1-based
   * @param column 1-based, in code points
   */
  public record Span(int start, int end, int line, int column) {}
}
