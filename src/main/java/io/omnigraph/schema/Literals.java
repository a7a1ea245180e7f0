package io.omnigraph.schema;

import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.GraphException.Kind;
import org.antlr.v4.runtime.Token;

/** Decodes the literals of the schema language. */
final class Literals {

  /** More digits than this are never in range; checked before they are turned into a number. */
  private static final int MOST_DIGITS = 40;

  private Literals() {}

  /** The value of a string token, its escapes resolved; a bad escape is reported and kept as is. */
  static String string(Token token, DiagnosticCollector diagnostics) {
    String text = token.getText();
    var out = new StringBuilder(text.length());
    int offset = token.getStartIndex() + 1;
    int i = 1;
    while (i < text.length() - 1) {
      int c = text.codePointAt(i);
      int width = Character.charCount(c);
      if (Character.getType(c) == Character.SURROGATE) {
        diagnostics.error(
            Kind.PARSE, null, "string holds an unpaired surrogate", offset, offset + 1, null);
      }
      if (c == '\\') {
        int escaped = text.codePointAt(i + 1);
        out.appendCodePoint(unescape(escaped, offset, diagnostics));
        width += Character.charCount(escaped);
        offset++;
      } else {
        out.appendCodePoint(c);
      }
      i += width;
      offset++;
    }
    return out.toString();
  }

  private static int unescape(int escaped, int offset, DiagnosticCollector diagnostics) {
    return switch (escaped) {
      case '"', '\\' -> escaped;
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> {
        diagnostics.error(
            Kind.PARSE,
            null,
            "unsupported escape sequence: \\" + Character.toString(escaped),
            offset,
            offset + 2,
            "known escapes are \\\" \\\\ \\n \\r \\t");
        yield escaped;
      }
    };
  }

  /**
   * The digits without leading zeros, cut where no supported number reaches: parsing a megabyte of
   * digits takes quadratic time.
   */
  static String withoutLeadingZeros(String digits) {
    int start = 0;
    while (start < digits.length() - 1 && digits.charAt(start) == '0') {
      start++;
    }
    return digits.substring(start, Math.min(digits.length(), start + MOST_DIGITS));
  }
}
