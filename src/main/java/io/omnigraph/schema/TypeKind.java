package io.omnigraph.schema;

import java.util.Locale;

/** The three kinds of types a schema declares, in the order a migration treats them. */
public enum TypeKind {
  INTERFACE,
  NODE,
  EDGE;

  /** The lower-case word used in schemas, messages and plans. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
