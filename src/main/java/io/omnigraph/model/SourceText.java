package io.omnigraph.model;

import java.util.Arrays;

/**
 * The text of one source file, addressed by code points, for placing diagnostics in it. Immutable,
 * thread-safe.
 *
 * <p>Offsets taken by this class count code points (what a parser counts); the spans it hands out
 * count UTF-8 bytes, lines and columns (what clients and people count).
 */
public final class SourceText {

  private static final int TAB = '\t';
  private static final int REPLACEMENT = 0xFFFD;

  private final String text;
  private final int[] codePoints;

  /** Code point offset of the start of each line. */
  private final int[] lineStarts;

  /** UTF-8 byte offset of the start of each line. */
  private final int[] lineBytes;

  private SourceText(String text) {
    this.text = text;
    this.codePoints = text.codePoints().toArray();
    int lines = 1;
    for (int c : codePoints) {
      if (c == '\n') {
        lines++;
      }
    }
    this.lineStarts = new int[lines];
    this.lineBytes = new int[lines];
    int line = 0;
    int bytes = 0;
    for (int i = 0; i < codePoints.length; i++) {
      bytes += utf8Length(codePoints[i]);
      if (codePoints[i] == '\n') {
        line++;
        lineStarts[line] = i + 1;
        lineBytes[line] = bytes;
      }
    }
  }

  public static SourceText of(String text) {
    return new SourceText(text);
  }

  /** The text as given. */
  public String text() {
    return text;
  }

  /** How many code points the text has. */
  public int length() {
    return codePoints.length;
  }

  /** A copy of the text as code points; an unpaired surrogate counts as one. */
  public int[] codePoints() {
    return codePoints.clone();
  }

  /** The text between two code point offsets. */
  public String substring(int start, int end) {
    return new String(codePoints, start, end - start);
  }

  /**
   * The span between two code point offsets. Offsets outside the text are moved to its ends, an
   * empty range is widened to one byte.
   */
  public Diagnostic.Span span(int start, int end) {
    int from = Math.clamp(start, 0, codePoints.length);
    int to = Math.clamp(end, from, codePoints.length);
    int line = lineOf(from);
    int startByte = byteOffset(from, line);
    int endByte = to == from ? startByte + 1 : byteOffset(to, lineOf(to));
    return new Diagnostic.Span(startByte, endByte, line + 1, from - lineStarts[line] + 1);
  }

  /**
   * The source line of a span with a caret under the marked place, as two lines that end in {@code
   * \n}. Of a very long line only the neighbourhood of the place is shown.
   */
  public String excerpt(Diagnostic.Span span) {
    int line = Math.clamp(span.line() - 1, 0, lineStarts.length - 1);
    int start = lineStarts[line];
    int end = lineEnd(line);
    int caret = Math.min(start + span.column() - 1, end);
    int width = Math.max(1, codePointsIn(caret, end, span.end() - span.start()));
    int shownFrom = Math.max(start, caret - Excerpt.BEFORE);
    int shownTo = Math.min(end, caret + Excerpt.AFTER);
    String gutter = (line + 1) + " | ";
    var out = new StringBuilder(gutter);
    String cutBefore = shownFrom > start ? "..." : "";
    out.append(cutBefore);
    for (int i = shownFrom; i < shownTo; i++) {
      out.appendCodePoint(printable(codePoints[i]));
    }
    out.append(shownTo < end ? "..." : "").append('\n');
    out.repeat(' ', gutter.length() - 2).append("| ").repeat(' ', cutBefore.length());
    for (int i = shownFrom; i < caret; i++) {
      out.append(codePoints[i] == TAB ? '\t' : ' ');
    }
    return out.repeat('^', Math.min(width, Math.max(1, shownTo - caret))).append('\n').toString();
  }

  /** How much of a long line an excerpt shows around the caret, in code points. */
  private static final class Excerpt {
    static final int BEFORE = 60;
    static final int AFTER = 60;
  }

  private int lineOf(int codePoint) {
    int found = Arrays.binarySearch(lineStarts, codePoint);
    return found >= 0 ? found : -found - 2;
  }

  /** Offset after the last code point of the line, without its line break. */
  private int lineEnd(int line) {
    int end = line + 1 < lineStarts.length ? lineStarts[line + 1] - 1 : codePoints.length;
    return end > lineStarts[line] && codePoints[end - 1] == '\r' ? end - 1 : end;
  }

  private int byteOffset(int codePoint, int line) {
    int bytes = lineBytes[line];
    for (int i = lineStarts[line]; i < codePoint; i++) {
      bytes += utf8Length(codePoints[i]);
    }
    return bytes;
  }

  private int codePointsIn(int from, int lineEnd, int byteCount) {
    int bytes = 0;
    int i = from;
    while (i < lineEnd && bytes < byteCount) {
      bytes += utf8Length(codePoints[i]);
      i++;
    }
    return i - from;
  }

  /**
   * Control and direction characters would disturb a terminal; each is shown as one replacement
   * character.
   */
  private static int printable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL -> codePoint == TAB ? TAB : REPLACEMENT;
      case Character.FORMAT, Character.SURROGATE -> REPLACEMENT;
      default -> codePoint;
    };
  }

  /** Bytes of one code point; an unpaired surrogate is encoded as {@code ?}. */
  private static int utf8Length(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    if (codePoint >= 0xD800 && codePoint <= 0xDFFF) {
      return 1;
    }
    return codePoint < 0x10000 ? 3 : 4;
  }
}
