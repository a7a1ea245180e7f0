package io.omnigraph.schema;

import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.model.SourceText;
import io.omnigraph.schema.grammar.SchemaGrammarLexer;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.CodePointBuffer;
import org.antlr.v4.runtime.CodePointCharStream;
import org.antlr.v4.runtime.Token;
import org.jspecify.annotations.Nullable;

/** Reads the tokens of a schema file. Token offsets are code points of the source. */
final class SchemaTokens {

  private SchemaTokens() {}

  /**
   * What the parser reads.
   *
   * @param tokens of the default channel, the last one being the end of file
   * @param stray what is no token and is reported already, in source order
   * @param truncated true if an unclosed string or comment swallowed the rest of the file
   */
  record Tokens(List<Token> tokens, List<Token> stray, boolean truncated) {}

  /**
   * Reads the whole source. What is not a token is reported and left out, so that stray characters
   * cost one diagnostic per line.
   */
  static Tokens read(SourceText source, DiagnosticCollector diagnostics) {
    List<Token> tokens = new ArrayList<>();
    boolean truncated = false;
    List<Token> stray = new ArrayList<>();
    int lastStrayLine = -1;
    for (Token token : all(source)) {
      switch (token.getType()) {
        case SchemaGrammarLexer.UNEXPECTED_CHARACTER -> {
          if (token.getLine() != lastStrayLine) {
            reportStray(token, diagnostics);
          }
          lastStrayLine = token.getLine();
          stray.add(token);
        }
        case SchemaGrammarLexer.UNTERMINATED_STRING -> {
          truncated = true;
          error(diagnostics, token, 1, "this string is not closed", "end it with `\"`");
        }
        case SchemaGrammarLexer.UNTERMINATED_COMMENT -> {
          truncated = true;
          error(diagnostics, token, 2, "this comment is not closed", "end it with `*/`");
        }
        default -> {
          if (token.getChannel() == Token.DEFAULT_CHANNEL) {
            tokens.add(token);
          }
        }
      }
    }
    return new Tokens(tokens, stray, truncated);
  }

  /** Every token, comments on the hidden channel, unknown characters as tokens of their own. */
  static List<? extends Token> all(SourceText source) {
    var buffer = CodePointBuffer.withInts(IntBuffer.wrap(source.codePoints()));
    var lexer = new SchemaGrammarLexer(CodePointCharStream.fromBuffer(buffer));
    lexer.removeErrorListeners();
    List<Token> tokens = new ArrayList<>();
    Token token = lexer.nextToken();
    while (token.getType() != Token.EOF) {
      tokens.add(token);
      token = lexer.nextToken();
    }
    tokens.add(token);
    return tokens;
  }

  private static void reportStray(Token token, DiagnosticCollector diagnostics) {
    int character = token.getText().codePointAt(0);
    boolean visible = character > ' ' && Character.isDefined(character) && !isInvisible(character);
    String shown = visible ? "`" + token.getText() + "`" : "U+%04X".formatted(character);
    error(diagnostics, token, 1, "unexpected character " + shown, hint(character));
  }

  private static @Nullable String hint(int character) {
    return switch (character) {
      case '#' -> "comments begin with `//`";
      case '\'' -> "strings stand in double quotes";
      case '>' -> "edges are written `From -> To`";
      case '!' -> "properties are required unless their type ends in `?`";
      case ';' -> "nothing is ended with `;`";
      case '$' -> "variables belong to queries, not to schemas";
      case 0xFEFF -> "save the file without a byte order mark";
      default -> Character.isLetter(character) ? "names are ASCII letters, digits and `_`" : null;
    };
  }

  private static boolean isInvisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE -> true;
      default -> Character.isSpaceChar(character);
    };
  }

  private static void error(
      DiagnosticCollector diagnostics, Token token, int width, String body, @Nullable String hint) {
    int start = token.getStartIndex();
    diagnostics.error(Kind.PARSE, null, body, start, start + width, hint);
  }
}
