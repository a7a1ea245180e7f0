package io.omnigraph.schema;

import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.DidYouMean;
import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.schema.grammar.SchemaGrammarLexer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.Vocabulary;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Turns what the parser rejects into diagnostics: what was expected, what was found, and a hint
 * where one exists. At most one error per source line, because a second one on the same line is
 * nearly always an echo of the first. Cancels the parse once the collector is full.
 */
final class SyntaxErrors extends BaseErrorListener {

  private static final int LONGEST_WORD_SHOWN = 40;

  private final DiagnosticCollector diagnostics;
  private final Token follower;
  private final boolean truncated;
  private final Set<Integer> explainedLines;
  private int lastLine = -1;
  private int count;

  /**
   * @param follower what the source holds after the tokens being parsed (its end of file if
   *     nothing); reported in place of the artificial end of the parsed piece
   * @param explainedLines lines about which something is said already; nothing more is
   * @param truncated true if the rest of the file was swallowed, which is reported already: then
   *     nothing is said about the end of file
   */
  SyntaxErrors(
      DiagnosticCollector diagnostics,
      Token follower,
      Set<Integer> explainedLines,
      boolean truncated) {
    this.explainedLines = explainedLines;
    this.truncated = truncated;
    this.diagnostics = diagnostics;
    this.follower = follower;
  }

  /** How many syntax errors the parser met, reported or not. */
  int count() {
    return count;
  }

  @Override
  public void syntaxError(
      Recognizer<?, ?> recognizer,
      @Nullable Object offendingSymbol,
      int line,
      int charPositionInLine,
      String message,
      @Nullable RecognitionException cause) {
    count++;
    if (diagnostics.isFull()) {
      throw new ParseCancellationException();
    }
    Token offending = offendingSymbol instanceof Token t ? t : follower;
    Token found = offending.getType() == Token.EOF ? follower : offending;
    boolean alreadyExplained =
        truncated && found.getType() == Token.EOF
            || explainedLines.contains(found.getLine())
            || found.getLine() == lastLine;
    if (!alreadyExplained) {
      lastLine = found.getLine();
      Parser parser = (Parser) recognizer;
      IntervalSet expected = cause == null ? null : cause.getExpectedTokens();
      report(parser.getVocabulary(), withNextDeclaration(expected, parser), found);
    }
  }

  /** Where the piece being parsed may end, the file may go on with another declaration. */
  private static IntervalSet withNextDeclaration(@Nullable IntervalSet known, Parser parser) {
    var expected = new IntervalSet(known == null ? parser.getExpectedTokens() : known);
    if (expected.contains(Token.EOF)) {
      expected.add(SchemaGrammarLexer.INTERFACE, SchemaGrammarLexer.EDGE);
    }
    return expected;
  }

  private void report(Vocabulary vocabulary, IntervalSet expected, Token found) {
    boolean atEnd = found.getType() == Token.EOF;
    String shown = atEnd ? "end of file" : "`" + clip(found.getText()) + "`";
    String text = "expected " + describe(expected, vocabulary) + ", found " + shown;
    boolean unknownType =
        expected.contains(SchemaGrammarLexer.STRING_TYPE)
            && !expected.contains(SchemaGrammarLexer.TYPE_NAME)
            && isPlainWord(found);
    diagnostics.error(
        Kind.PARSE,
        null,
        unknownType ? "unknown property type " + shown : text,
        found.getStartIndex(),
        atEnd ? found.getStartIndex() : found.getStopIndex() + 1,
        hint(expected, vocabulary, found));
  }

  /** The alternatives in grammar order, names and types summed up. */
  private static String describe(IntervalSet expected, Vocabulary vocabulary) {
    Set<Integer> left = new HashSet<>(expected.toSet());
    List<String> parts = new ArrayList<>();
    if (left.contains(SchemaGrammarLexer.IDENT)) {
      parts.add("a name");
      left.removeIf(SyntaxErrors::isSoftName);
    }
    if (left.contains(SchemaGrammarLexer.TYPE_NAME)) {
      parts.add("a type name");
      left.removeIf(SyntaxErrors::isSoftTypeName);
    } else if (left.contains(SchemaGrammarLexer.STRING_TYPE)) {
      parts.add(left.contains(SchemaGrammarLexer.VECTOR) ? "a property type" : "a base type");
      left.removeIf(SyntaxErrors::isSoftTypeName);
      left.remove(SchemaGrammarLexer.ENUM);
      left.remove(SchemaGrammarLexer.LEFT_BRACKET);
    }
    if (left.contains(SchemaGrammarLexer.FLOAT)) {
      left.remove(SchemaGrammarLexer.INT);
    }
    boolean mayEnd = left.remove(Token.EOF);
    left.stream().sorted().forEach(type -> parts.add(display(type, vocabulary)));
    if (mayEnd) {
      parts.add("end of file");
    }
    String last = parts.removeLast();
    return parts.isEmpty() ? last : String.join(", ", parts) + " or " + last;
  }

  private static String display(int type, Vocabulary vocabulary) {
    return switch (type) {
      case SchemaGrammarLexer.INT -> "an integer";
      case SchemaGrammarLexer.FLOAT -> "a number";
      case SchemaGrammarLexer.STRING -> "a string";
      case SchemaGrammarLexer.IDENT -> "a name";
      case SchemaGrammarLexer.TYPE_NAME -> "a type name";
      default -> vocabulary.getDisplayName(type).replace('\'', '`');
    };
  }

  private static @Nullable String hint(IntervalSet expected, Vocabulary vocabulary, Token found) {
    if (found.getType() == Token.EOF) {
      return expected.contains(SchemaGrammarLexer.RIGHT_BRACE) ? "a `}` is missing" : null;
    }
    if (isWord(found)) {
      String similar = DidYouMean.hint(found.getText(), keywords(expected, vocabulary));
      if (similar != null) {
        return similar;
      }
    }
    if (expected.size() == 1 && expected.contains(SchemaGrammarLexer.LEFT_PAREN)) {
      return "constraints take parentheses; annotations stand directly after their property";
    }
    return hintFor(expected, found);
  }

  private static @Nullable String hintFor(IntervalSet expected, Token found) {
    boolean inBody = expected.contains(SchemaGrammarLexer.RIGHT_BRACE);
    return switch (found.getType()) {
      case SchemaGrammarLexer.COMMA ->
          inBody ? "properties stand one after the other, without commas" : null;
      case SchemaGrammarLexer.INTERFACE, SchemaGrammarLexer.NODE, SchemaGrammarLexer.EDGE ->
          inBody ? "a `}` is missing before this declaration" : null;
      case SchemaGrammarLexer.AT ->
          expected.contains(SchemaGrammarLexer.COMMA)
                  && expected.contains(SchemaGrammarLexer.LEFT_BRACE)
              ? "annotations stand before `implements`"
              : inBody ? "interfaces have no constraints of their own" : null;
      case SchemaGrammarLexer.LEFT_PAREN ->
          expected.contains(SchemaGrammarLexer.IMPLEMENTS) ? "constraints stand in the body" : null;
      case SchemaGrammarLexer.IMPLEMENTS ->
          expected.contains(SchemaGrammarLexer.COMMA)
              ? "several interfaces are separated by commas"
              : null;
      case SchemaGrammarLexer.ENUM, SchemaGrammarLexer.VECTOR ->
          expected.contains(SchemaGrammarLexer.STRING_TYPE) ? "lists hold base types only" : null;
      case SchemaGrammarLexer.DOT_DOT ->
          "`@card(min..max)` stands before the annotations of an edge";
      case SchemaGrammarLexer.MINUS -> "negative numbers may stand in `@range` only";
      case SchemaGrammarLexer.IDENT ->
          expected.contains(SchemaGrammarLexer.TYPE_NAME)
              ? "type names begin with an upper-case letter"
              : null;
      case SchemaGrammarLexer.TYPE_NAME ->
          expected.contains(SchemaGrammarLexer.STRING)
              ? "put it in double quotes"
              : expected.contains(SchemaGrammarLexer.IDENT)
                  ? "property names begin with a lower-case letter or `_`"
                  : null;
      default -> null;
    };
  }

  private static List<String> keywords(IntervalSet expected, Vocabulary vocabulary) {
    List<String> words = new ArrayList<>();
    for (int type : expected.toList()) {
      String literal = vocabulary.getLiteralName(type);
      if (literal != null && Character.isLetter(literal.charAt(1))) {
        words.add(literal.substring(1, literal.length() - 1));
      }
    }
    return words;
  }

  private static boolean isWord(Token token) {
    int type = token.getType();
    return isSoftName(type) || isSoftTypeName(type);
  }

  private static boolean isPlainWord(Token token) {
    return token.getType() == SchemaGrammarLexer.IDENT
        || token.getType() == SchemaGrammarLexer.TYPE_NAME;
  }

  /** Keywords are soft: each of these may stand where a name may stand. */
  static boolean isSoftName(int type) {
    return type == SchemaGrammarLexer.IDENT
        || type >= SchemaGrammarLexer.INTERFACE && type <= SchemaGrammarLexer.FALSE;
  }

  static boolean isSoftTypeName(int type) {
    return type == SchemaGrammarLexer.TYPE_NAME
        || type >= SchemaGrammarLexer.VECTOR && type <= SchemaGrammarLexer.DATE_TYPE;
  }

  private static String clip(String text) {
    int length = text.codePointCount(0, text.length());
    return length <= LONGEST_WORD_SHOWN
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_WORD_SHOWN)) + "...";
  }
}
