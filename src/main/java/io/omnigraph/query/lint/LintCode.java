package io.omnigraph.query.lint;

import io.omnigraph.model.Diagnostic.Severity;

/** Every code a lint finding can have. */
public enum LintCode {
  /** The file cannot be read. */
  Q000(Severity.ERROR),
  /** A name is declared twice. */
  Q001(Severity.ERROR),
  /** A parameter is never used. */
  L101(Severity.WARNING),
  /** A traversal binds a variable that has the name of a parameter. */
  L102(Severity.WARNING),
  /** Parts of a pattern are not connected, so every pair is returned. */
  L103(Severity.WARNING),
  /** A traversal asks for more hops than its edge type can have. */
  L104(Severity.WARNING),
  /** Hop bounds have no effect, because the ends of the edge type differ. */
  L105(Severity.WARNING),
  /** A comparison with a text that is no value of the enum. */
  L106(Severity.WARNING),
  /** Order keys or directions after a ranking are ignored. */
  L107(Severity.WARNING),
  /** Two columns have one name, so a row shows only the last. */
  L108(Severity.WARNING),
  /** A large type is scanned and filtered by a property without index. */
  L109(Severity.INFO),
  /** A nullable property that no update sets. */
  L201(Severity.WARNING);

  private final Severity severity;

  LintCode(Severity severity) {
    this.severity = severity;
  }

  public Severity severity() {
    return severity;
  }
}
