package io.omnigraph.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A schema or query that does not compile. Carries every problem found in one run; the message is
 * that of the first. {@link #render()} shows them all with source lines and carets.
 */
public final class CompileException extends GraphException {

  private static final long serialVersionUID = 1L;

  private final transient List<Diagnostic> diagnostics;
  private final String rendered;

  /**
   * @param kind PARSE, CATALOG, TYPE or PLAN: that of the first diagnostic
   * @param diagnostics at least one, in source order
   * @param rendered the full text for a terminal
   */
  public CompileException(Kind kind, List<Diagnostic> diagnostics, String rendered) {
    super(
        kind,
        codeOf(kind, diagnostics.getFirst().code()),
        diagnostics.getFirst().message(),
        Map.of(),
        null);
    this.diagnostics = List.copyOf(diagnostics);
    this.rendered = rendered;
  }

  private static String codeOf(Kind kind, @Nullable String code) {
    return code == null ? kind.name().toLowerCase(java.util.Locale.ROOT) + "_error" : code;
  }

  public List<Diagnostic> diagnostics() {
    return diagnostics;
  }

  /** All diagnostics with source line, caret and hint; lines end with {@code \n}. */
  public String render() {
    return rendered;
  }
}
