package io.omnigraph.query.ast;

/** A name (a variable without its {@code $}) and where it stands. */
public record Name(String text, Place place) {

  /** The anonymous variable {@code $_}. */
  public static final String ANONYMOUS = "_";

  public boolean isAnonymous() {
    return text.equals(ANONYMOUS);
  }
}
