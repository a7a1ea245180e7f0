package io.omnigraph.query.format;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** Prints a {@link Doc}. Used once, by one thread. */
final class LayoutPrinter {

  private static final int WIDTH = 100;
  private static final String INDENT = "  ";

  private final StringBuilder out = new StringBuilder();
  private final Deque<Piece> rest = new ArrayDeque<>();
  private String endOfLine = "";
  private int lineStart;
  private boolean blankLineDue;

  private record Piece(int indent, boolean flat, Doc doc) {}

  private LayoutPrinter() {}

  static String print(Doc doc) {
    var printer = new LayoutPrinter();
    printer.run(doc);
    return printer.finished();
  }

  private void run(Doc doc) {
    rest.push(new Piece(0, false, doc));
    while (!rest.isEmpty()) {
      print(rest.pop());
    }
  }

  private void print(Piece piece) {
    int indent = piece.indent();
    boolean flat = piece.flat();
    switch (piece.doc()) {
      case Doc.Text text -> write(text.text(), indent);
      case Doc.Line line -> {
        if (flat && !line.forced()) {
          write(line.flat(), indent);
        } else {
          newLine();
        }
      }
      case Doc.BlankLine blank -> blankLineDue = true;
      case Doc.Concat concat -> push(concat.parts(), indent, flat);
      case Doc.Indent inner -> rest.push(new Piece(indent + 1, flat, inner.inner()));
      case Doc.Group group -> {
        int room = endOfLine.isEmpty() ? WIDTH - column(indent) : -1;
        rest.push(new Piece(indent, flat || fits(group.inner(), room, rest), group.inner()));
      }
      case Doc.OwnLine comment -> {
        if (!atLineStart()) {
          newLine();
        }
        write(comment.text(), indent);
        newLine();
      }
      case Doc.EndOfLine comment -> {
        if (!endOfLine.isEmpty()) {
          newLine();
        }
        endOfLine = comment.text();
      }
    }
  }

  private void push(List<Doc> parts, int indent, boolean flat) {
    for (int i = parts.size() - 1; i >= 0; i--) {
      rest.push(new Piece(indent, flat, parts.get(i)));
    }
  }

  private int column(int indent) {
    return atLineStart() ? indent * INDENT.length() : out.length() - lineStart;
  }

  private boolean atLineStart() {
    return out.length() == lineStart && endOfLine.isEmpty();
  }

  private void write(String text, int indent) {
    if (text.isEmpty() || text.isBlank() && out.length() == lineStart) {
      return;
    }
    if (out.length() == lineStart) {
      if (blankLineDue && !out.isEmpty()) {
        out.append('\n');
      }
      blankLineDue = false;
      lineStart = out.length();
      out.repeat(INDENT, indent);
    }
    out.append(text);
  }

  private void newLine() {
    trimBlanks();
    if (!endOfLine.isEmpty()) {
      out.append(out.length() == lineStart ? "" : " ").append(endOfLine);
      endOfLine = "";
    }
    if (out.length() > lineStart) {
      out.append('\n');
      lineStart = out.length();
    }
  }

  private void trimBlanks() {
    int end = out.length();
    while (end > lineStart && out.charAt(end - 1) == ' ') {
      end--;
    }
    out.setLength(end);
  }

  private String finished() {
    newLine();
    return out.toString();
  }

  /**
   * True if a document printed flat, and what follows up to the next line break, takes at most
   * {@code room} columns and the document forces no break.
   */
  private static boolean fits(Doc doc, int room, Deque<Piece> following) {
    int left = room;
    var open = new ArrayDeque<Piece>();
    open.push(new Piece(0, true, doc));
    Iterator<Piece> later = following.iterator();
    boolean inside = true;
    while (left >= 0) {
      if (open.isEmpty()) {
        inside = false;
        if (!later.hasNext()) {
          return true;
        }
        open.push(later.next());
      }
      Piece piece = open.pop();
      switch (piece.doc()) {
        case Doc.Text text -> left -= text.text().length();
        case Doc.Line line -> {
          if (line.forced() || !piece.flat()) {
            return !inside;
          }
          left -= line.flat().length();
        }
        case Doc.BlankLine blank -> {}
        case Doc.Concat concat ->
            concat.parts().reversed().forEach(part -> open.push(new Piece(0, piece.flat(), part)));
        case Doc.Indent indent -> open.push(new Piece(0, piece.flat(), indent.inner()));
        case Doc.Group group -> open.push(new Piece(0, piece.flat(), group.inner()));
        case Doc.OwnLine comment -> {
          return !inside;
        }
        case Doc.EndOfLine comment -> {
          return !inside;
        }
      }
    }
    return false;
  }
}
