package io.omnigraph.query.format;

import java.util.List;

/**
 * A piece of text whose line breaks are not decided yet, after Wadler, "A prettier printer". A
 * group is printed flat if it fits into the line and holds nothing that forces a break; else all
 * its own lines break.
 */
sealed interface Doc {

  Doc SPACE_OR_BREAK = new Line(" ", false);
  Doc BREAK_ONLY = new Line("", false);
  Doc ALWAYS_BREAK = new Line("", true);

  record Text(String text) implements Doc {}

  /** Printed as {@code flat} in a flat group, else as a line break. */
  record Line(String flat, boolean forced) implements Doc {}

  /** An empty line where the source has one; needs a break before or after it to show. */
  record BlankLine() implements Doc {}

  record Concat(List<Doc> parts) implements Doc {
    public Concat {
      parts = List.copyOf(parts);
    }
  }

  record Indent(Doc inner) implements Doc {}

  record Group(Doc inner) implements Doc {}

  /** A comment on a line of its own: starts a fresh line and ends it. */
  record OwnLine(String text) implements Doc {}

  /** A {@code //} comment behind a token: printed at the end of the line, and ends it. */
  record EndOfLine(String text) implements Doc {}

  static Doc text(String text) {
    return new Text(text);
  }

  static Doc concat(Doc... parts) {
    return new Concat(List.of(parts));
  }

  static Doc group(Doc... parts) {
    return new Group(concat(parts));
  }

  static Doc indent(Doc... parts) {
    return new Indent(concat(parts));
  }
}
