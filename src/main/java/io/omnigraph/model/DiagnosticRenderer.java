package io.omnigraph.model;

import java.util.List;
import java.util.Locale;

/** Shows diagnostics to a person at a terminal. Stateless, thread-safe. */
public final class DiagnosticRenderer {

  private DiagnosticRenderer() {}

  /** Every diagnostic one after the other; lines end with {@code \n}. */
  public static String render(SourceText source, List<Diagnostic> diagnostics) {
    var out = new StringBuilder();
    for (Diagnostic diagnostic : diagnostics) {
      render(source, diagnostic, out);
    }
    return out.toString();
  }

  /**
   * One diagnostic: severity and message, the place, the source line with a caret, the hint.
   *
   * <pre>
   * error: type error: T6: type `Person` has no property `nmae`
   *  --&gt; 3:12
   * 3 |   return { $p.nmae }
   *   |               ^^^^
   *   = hint: did you mean `name`?
   * </pre>
   */
  public static String render(SourceText source, Diagnostic diagnostic) {
    var out = new StringBuilder();
    render(source, diagnostic, out);
    return out.toString();
  }

  private static void render(SourceText source, Diagnostic diagnostic, StringBuilder out) {
    out.append(diagnostic.severity().name().toLowerCase(Locale.ROOT));
    String code = diagnostic.code();
    if (code != null && !diagnostic.message().contains(code)) {
      out.append('[').append(code).append(']');
    }
    out.append(": ").append(diagnostic.message()).append('\n');
    Diagnostic.Span span = diagnostic.span();
    if (span != null) {
      out.append(" --> ").append(span.line()).append(':').append(span.column()).append('\n');
      out.append(source.excerpt(span));
    }
    if (diagnostic.hint() != null) {
      out.append("  = hint: ").append(diagnostic.hint()).append('\n');
    }
  }
}
