package io.omnigraph.model;

import io.omnigraph.model.Diagnostic.Severity;
import io.omnigraph.model.GraphException.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers what a compiler finds in one source file, so that one run reports every problem. For one
 * compilation in one thread.
 *
 * <p>Bounded: after {@value #LIMIT} errors further ones are only counted, so that hostile input
 * cannot fill the memory; {@link #isFull()} lets a compiler stop early.
 */
public final class DiagnosticCollector {

  /** The most errors one run reports in detail. */
  public static final int LIMIT = 100;

  private static final Comparator<Finding> IN_SOURCE_ORDER =
      Comparator.comparingInt(Finding::position);

  private final SourceText source;
  private final List<Finding> findings = new ArrayList<>();
  private int errors;

  public DiagnosticCollector(SourceText source) {
    this.source = source;
  }

  public SourceText source() {
    return source;
  }

  /**
   * Adds an error at a range of the source.
   *
   * @param kind PARSE, CATALOG, TYPE, PLAN or EXECUTION; decides the prefix of the message
   * @param code the stable code; null if the language defines none
   * @param body the message without prefix
   * @param start first code point
   * @param end code point after the last one; an empty range is widened to one byte
   * @param hint what to do about it, or null
   */
  public void error(
      Kind kind, @Nullable String code, String body, int start, int end, @Nullable String hint) {
    errors++;
    if (errors <= LIMIT) {
      add(Severity.ERROR, kind, code, body, source.span(start, end), hint);
    }
  }

  /** Adds an error that has no place in the source. */
  public void error(Kind kind, @Nullable String code, String body, @Nullable String hint) {
    errors++;
    if (errors <= LIMIT) {
      add(Severity.ERROR, kind, code, body, null, hint);
    }
  }

  /**
   * The hint {@code did you mean `x`?}; null if no candidate is near, or if the next error is only
   * counted anyway.
   */
  public @Nullable String didYouMean(String word, Collection<String> candidates) {
    return isFull() ? null : DidYouMean.hint(word, candidates);
  }

  /** True once further errors would only be counted. */
  public boolean isFull() {
    return errors >= LIMIT;
  }

  public boolean hasErrors() {
    return errors > 0;
  }

  /** Everything found so far in source order; what has no place comes last. */
  public List<Diagnostic> diagnostics() {
    return findings.stream().sorted(IN_SOURCE_ORDER).map(Finding::diagnostic).toList();
  }

  /**
   * Ends the compilation if anything is wrong.
   *
   * @throws CompileException with all diagnostics, of the kind of the first one
   */
  public void throwIfAny() {
    if (errors == 0) {
      return;
    }
    List<Finding> sorted = findings.stream().sorted(IN_SOURCE_ORDER).toList();
    List<Diagnostic> diagnostics = sorted.stream().map(Finding::diagnostic).toList();
    String rendered = DiagnosticRenderer.render(source, diagnostics);
    if (errors > LIMIT) {
      rendered += "... and " + (errors - LIMIT) + " more errors\n";
    }
    throw new CompileException(sorted.getFirst().kind(), diagnostics, rendered);
  }

  /** The fixed words a message of this kind begins with. */
  public static String prefix(Kind kind) {
    return switch (kind) {
      case PARSE -> "parse error: ";
      case CATALOG -> "catalog error: ";
      case TYPE -> "type error: ";
      case PLAN -> "plan error: ";
      case EXECUTION -> "execution error: ";
      case BAD_REQUEST,
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
          throw new IllegalArgumentException("not a kind of compiler error: " + kind);
    };
  }

  private void add(
      Severity severity,
      Kind kind,
      @Nullable String code,
      String body,
      Diagnostic.@Nullable Span span,
      @Nullable String hint) {
    findings.add(
        new Finding(kind, new Diagnostic(severity, code, prefix(kind) + body, span, hint)));
  }

  private record Finding(Kind kind, Diagnostic diagnostic) {
    int position() {
      Diagnostic.Span span = diagnostic.span();
      return span == null ? Integer.MAX_VALUE : span.start();
    }
  }
}
