package io.omnigraph.query.format;

import java.util.ArrayDeque;
import java.util.Deque;
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
        rest.push(new Piece(indent, flat || fits(group.inner(), room), group.inner()));
      }
      case Doc.IfBroken choice -> write(flat ? choice.flat() : choice.broken(), indent);
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

  /** True if a document printed flat takes at most {@code room} columns and forces no break. */
  private static boolean fits(Doc doc, int room) {
    int left = room;
    var open = new ArrayDeque<Doc>();
    open.push(doc);
    while (!open.isEmpty()) {
      switch (open.pop()) {
        case Doc.Text text -> left -= text.text().length();
        case Doc.Line line -> {
          if (line.forced()) {
            return false;
          }
          left -= line.flat().length();
        }
        case Doc.BlankLine blank -> {}
        case Doc.Concat concat -> concat.parts().reversed().forEach(open::push);
        case Doc.Indent indent -> open.push(indent.inner());
        case Doc.Group group -> open.push(group.inner());
        case Doc.IfBroken choice -> left -= choice.flat().length();
        case Doc.OwnLine comment -> {
          return false;
        }
        case Doc.EndOfLine comment -> {
          return false;
        }
      }
      if (left < 0) {
        return false;
      }
    }
    return true;
  }
}
