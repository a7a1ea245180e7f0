package io.omnigraph.query.ast;

/** A half-open range of the source, in code points. */
public record Place(int start, int end) {

  /** From the start of this place to the end of another. */
  public Place to(Place other) {
    return new Place(start, Math.max(end, other.end));
  }
}
