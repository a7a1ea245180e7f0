package io.omnigraph.schema;

import io.omnigraph.model.DiagnosticCollector;
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
 * nearly always an echo of the first; unknown types are no such errors. Cancels the parse once the
 * collector is full.
 */
final class SyntaxErrors extends BaseErrorListener {

  private static final int LONGEST_WORD_SHOWN = 40;

  private final DiagnosticCollector diagnostics;
  private final Token follower;
  private final boolean truncated;
  private final Set<Integer> explainedLines;
  private int lastLine = -1;

  /** True if all that was reported of the last line are unknown types. */
  private boolean onlyUnknownTypes;

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
    Parser parser = (Parser) recognizer;
    IntervalSet expected =
        withNextDeclaration(cause == null ? null : cause.getExpectedTokens(), parser);
    boolean unknownType = isUnknownType(expected, found);
    boolean sameLine = found.getLine() == lastLine;
    boolean alreadyExplained =
        truncated && found.getType() == Token.EOF
            || explainedLines.contains(found.getLine())
            || sameLine && !(unknownType && onlyUnknownTypes);
    if (!alreadyExplained) {
      onlyUnknownTypes = unknownType && (!sameLine || onlyUnknownTypes);
      lastLine = found.getLine();
      report(parser.getVocabulary(), expected, found);
    }
  }

  /** A word in the place of a type: the parser goes on behind it, so the next one is no echo. */
  private static boolean isUnknownType(IntervalSet expected, Token found) {
    return expected.contains(SchemaGrammarLexer.STRING_TYPE)
        && !expected.contains(SchemaGrammarLexer.TYPE_NAME)
        && isPlainWord(found);
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
    boolean unknownType = isUnknownType(expected, found);
    diagnostics.error(
        Kind.PARSE,
        null,
        unknownType ? "unknown property type " + shown : text,
        found.getStartIndex(),
        atEnd ? found.getStartIndex() : found.getStopIndex() + 1,
        SyntaxHints.hint(expected, vocabulary, found));
  }

  /** The alternatives in grammar order, names and types summed up. */
  private static String describe(IntervalSet expected, Vocabulary vocabulary) {
    Set<Integer> left = new HashSet<>(expected.toSet());
    List<String> parts = new ArrayList<>();
    if (left.contains(SchemaGrammarLexer.IDENT)
        && left.contains(SchemaGrammarLexer.MINUS)
        && left.contains(SchemaGrammarLexer.TYPE_NAME)) {
      parts.add("an enum value");
      left.removeIf(SyntaxErrors::isEnumPiece);
    }
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

  private static boolean isEnumPiece(int type) {
    return isSoftName(type)
        || isSoftTypeName(type)
        || type == SchemaGrammarLexer.INT
        || type == SchemaGrammarLexer.MINUS;
  }

  private static String clip(String text) {
    int length = text.codePointCount(0, text.length());
    return length <= LONGEST_WORD_SHOWN
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_WORD_SHOWN)) + "...";
  }
}
