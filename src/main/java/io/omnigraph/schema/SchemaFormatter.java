package io.omnigraph.schema;

import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.SourceText;
import io.omnigraph.schema.grammar.SchemaGrammarLexer;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/**
 * Lays schema text out in the one standard way: a member per line, two blanks of indentation, no
 * more than one empty line in a row. Tokens and comments are kept as they are, so the meaning is;
 * formatting formatted text changes nothing.
 */
public final class SchemaFormatter {

  private static final String INDENT = "  ";

  /** Sets off the rest of a construct after a comment that ended its line. */
  private static final String CONTINUATION = "    ";

  private final SourceText source;
  private final FormatShape shape;
  private final StringBuilder out = new StringBuilder();

  /** How many braces are open before the piece being written. */
  private int depth;

  private SchemaFormatter(SourceText source, FormatShape shape) {
    this.source = source;
    this.shape = shape;
  }

  /**
   * The text in standard layout, ending in a line break unless empty.
   *
   * @throws io.omnigraph.model.CompileException with every syntax error, if it does not parse or is
   *     too long
   */
  public static String format(String text) {
    DiagnosticCollector diagnostics = SchemaCompiler.open(text);
    SourceText source = diagnostics.source();
    SchemaParser.parse(diagnostics);
    diagnostics.throwIfAny();
    return new SchemaFormatter(source, new FormatShape(SchemaParser.tree(source))).format();
  }

  private String format() {
    Token lastWord = null;
    List<Token> comments = new ArrayList<>();
    for (Token token : SchemaTokens.all(source)) {
      if (token.getChannel() != Token.DEFAULT_CHANNEL) {
        comments.add(token);
      } else if (token.getType() == Token.EOF) {
        writeComments(lastWord, comments, true, false);
      } else {
        writeWord(lastWord, comments, token);
        comments.clear();
        lastWord = token;
      }
    }
    return out.isEmpty() ? "" : out.append('\n').toString();
  }

  private void writeWord(@Nullable Token lastWord, List<Token> comments, Token word) {
    boolean closing = word.getType() == SchemaGrammarLexer.RIGHT_BRACE;
    boolean emptyBody =
        closing
            && comments.isEmpty()
            && lastWord != null
            && lastWord.getType() == SchemaGrammarLexer.LEFT_BRACE;
    boolean newLine = closing ? !emptyBody : shape.startsLine(word);
    boolean separate = lastWord != null && shape.isSetOff(word);
    boolean separated = writeComments(lastWord, comments, newLine, separate);
    Token last = comments.isEmpty() ? lastWord : comments.getLast();
    if (closing) {
      depth--;
    }
    if (last == null) {
      out.append(word.getText());
    } else if (newLine) {
      boolean emptyLine = !closing && !opens(last) && hasEmptyLineBetween(last, word);
      startLine(separate && !separated || emptyLine);
      out.append(word.getText());
    } else if (last.getType() == SchemaGrammarLexer.LINE_COMMENT) {
      startLine(false);
      out.append(CONTINUATION).append(word.getText());
    } else {
      boolean blank = lastWord != null && !emptyBody && shape.isSpaced(lastWord, word);
      out.append(blank ? " " : "").append(word.getText());
    }
    if (opens(word)) {
      depth++;
    }
  }

  /**
   * Writes the comments between two words: those on the line of the word before stay there, the
   * others get lines of their own.
   *
   * @param newLine whether the word after them starts a line; else they are inside a construct
   * @param separate whether an empty line is due; written before the first comment on its own line
   * @return whether there was a comment on its own line, so that no empty line is due any more
   */
  private boolean writeComments(
      @Nullable Token lastWord, List<Token> comments, boolean newLine, boolean separate) {
    Token last = lastWord;
    boolean due = separate;
    for (Token comment : comments) {
      if (last == null) {
        out.append(text(comment));
      } else if (isOnSameLine(last, comment)) {
        out.append(' ').append(text(comment));
      } else {
        startLine(newLine && (due || !opens(last) && hasEmptyLineBetween(last, comment)));
        due = false;
        out.append(newLine ? "" : CONTINUATION).append(text(comment));
      }
      last = comment;
    }
    return separate && !due;
  }

  private void startLine(boolean afterEmptyLine) {
    out.append(afterEmptyLine ? "\n\n" : "\n").append(INDENT.repeat(depth));
  }

  private static boolean opens(Token token) {
    return token.getType() == SchemaGrammarLexer.LEFT_BRACE;
  }

  private static String text(Token comment) {
    String text = comment.getText();
    return comment.getType() == SchemaGrammarLexer.LINE_COMMENT ? text.stripTrailing() : text;
  }

  private boolean isOnSameLine(Token before, Token after) {
    return lineBreaksBetween(before, after) == 0;
  }

  private boolean hasEmptyLineBetween(Token before, Token after) {
    return lineBreaksBetween(before, after) > 1;
  }

  /** Between two neighbouring tokens there is nothing but blanks and line breaks. */
  private int lineBreaksBetween(Token before, Token after) {
    String blanks = source.substring(before.getStopIndex() + 1, after.getStartIndex());
    return (int) blanks.replace("\r\n", "\n").chars().filter(c -> c == '\n' || c == '\r').count();
  }
}
