package io.omnigraph.query.ast;

import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.query.grammar.GqParser;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.antlr.v4.runtime.BaseErrorListener;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.NoViableAltException;
import org.antlr.v4.runtime.Parser;
import org.antlr.v4.runtime.RecognitionException;
import org.antlr.v4.runtime.Recognizer;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.misc.IntervalSet;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.jspecify.annotations.Nullable;

/** Words what the parser did not understand for people: what stands there, what could, a hint. */
final class SyntaxErrors extends BaseErrorListener {

  /** Longer lists of what could stand at a place help nobody. */
  private static final int MOST_EXPECTED = 6;

  private static final int LONGEST_SHOWN = 40;

  private static final int REPLACEMENT = 0xFFFD;

  /** Where any expression may stand. */
  private static final IntervalSet EXPRESSION =
      new IntervalSet(
          GqParser.VAR,
          GqParser.IDENT,
          GqParser.STRING,
          GqParser.INT,
          GqParser.FLOAT,
          GqParser.LBRACKET);

  private @Nullable Problem first;

  /**
   * Parses tokens with one rule.
   *
   * @return the first error; null if there is none. What follows a first error is not looked at,
   *     because it is mostly its consequence.
   */
  static @Nullable Problem firstOf(List<Token> tokens, Consumer<GqParser> rule) {
    var parser = new GqParser(new CommonTokenStream(new ListTokenSource(tokens)));
    var errors = new SyntaxErrors();
    parser.removeErrorListeners();
    parser.addErrorListener(errors);
    try {
      rule.accept(parser);
    } catch (ParseCancellationException e) {
      // thrown below: the first error has been noted
    }
    return errors.first;
  }

  static Problem notADeclaration(Token token) {
    return problem(token, unexpected(token) + ", expected `query`", hint(token, null));
  }

  @Override
  public void syntaxError(
      Recognizer<?, ?> recognizer,
      Object offendingSymbol,
      int line,
      int charPositionInLine,
      String message,
      RecognitionException e) {
    var parser = (Parser) recognizer;
    var token = (Token) offendingSymbol;
    int index = parser.getInputStream().index();
    while (index > 0 && parser.getInputStream().get(index) != token) {
      index--;
    }
    Token before = index > 0 ? parser.getInputStream().get(index - 1) : null;
    first = problem(token, unexpected(token) + expected(parser, token, e), hint(token, before));
    throw new ParseCancellationException(message);
  }

  private static Problem problem(Token token, String message, @Nullable String hint) {
    return new Problem(Kind.PARSE, null, message, AstBuilder.place(token), hint);
  }

  private static String unexpected(Token token) {
    return switch (token.getType()) {
      case Token.EOF -> "unexpected end of query";
      case GqParser.UNTERMINATED_STRING -> "string is not closed";
      case GqParser.UNTERMINATED_COMMENT -> "comment is not closed";
      default -> "unexpected `" + shorten(token.getText()) + "`";
    };
  }

  /** A token as it may appear in a message. */
  static String shorten(String text) {
    var shown = new StringBuilder();
    text.codePoints()
        .limit(LONGEST_SHOWN)
        .map(c -> isPrintable(c) ? c : REPLACEMENT)
        .forEach(shown::appendCodePoint);
    return shown + (text.codePointCount(0, text.length()) > LONGEST_SHOWN ? "..." : "");
  }

  /** Control and direction characters would disturb whoever reads the message. */
  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE -> false;
      default -> true;
    };
  }

  private static String expected(Parser parser, Token offending, @Nullable RecognitionException e) {
    int type = offending.getType();
    if (type == GqParser.UNTERMINATED_STRING || type == GqParser.UNTERMINATED_COMMENT) {
      return "";
    }
    if (e instanceof NoViableAltException alternatives
        && alternatives.getStartToken() != offending) {
      return "";
    }
    IntervalSet tokens = e == null ? parser.getExpectedTokens() : e.getExpectedTokens();
    if (tokens == null) {
      return "";
    }
    boolean anyName = tokens.contains(GqParser.IDENT);
    Set<String> names = new LinkedHashSet<>();
    if (tokens.and(EXPRESSION).size() == EXPRESSION.size()) {
      names.add("an expression");
      tokens = tokens.subtract(EXPRESSION);
    }
    for (int t : tokens.toList()) {
      if (!(anyName && isKeyword(t))) {
        names.add(display(t));
      }
    }
    return names.isEmpty() || names.size() > MOST_EXPECTED
        ? ""
        : ", expected " + String.join(" or ", names);
  }

  private static boolean isKeyword(int type) {
    return type >= GqParser.QUERY && type <= GqParser.WHERE;
  }

  private static String display(int type) {
    return switch (type) {
      case Token.EOF -> "the end of the query";
      case GqParser.IDENT -> "a name";
      case GqParser.VAR -> "a variable";
      case GqParser.TYPE_NAME -> "a type name";
      case GqParser.INT -> "an integer";
      case GqParser.FLOAT -> "a float";
      case GqParser.STRING -> "a string";
      default -> {
        String literal = GqParser.VOCABULARY.getLiteralName(type);
        yield literal == null
            ? GqParser.VOCABULARY.getDisplayName(type)
            : "`" + literal.substring(1, literal.length() - 1) + "`";
      }
    };
  }

  private static @Nullable String hint(Token token, @Nullable Token before) {
    String text = token.getText();
    String textBefore = before == null ? "" : before.getText();
    return switch (token.getType()) {
      case GqParser.UNKNOWN ->
          switch (text) {
            case "#" -> "comments are written // to the end of the line or /* ... */";
            case "'" -> "strings are written in double quotes";
            case "-", "+" -> "literals have no sign; pass negative values as parameters";
            case ";" -> "nothing separates clauses but white space";
            case "*" -> "there is no `*`; name a variable, as in count($v)";
            case "$" -> "a variable is `$` and a name that starts with a lower-case letter or `_`";
            case "!" -> "exclusion is written not { ... }, inequality !=";
            default -> null;
          };
      case GqParser.EQ -> textBefore.equals("=") ? "equality is written with a single =" : null;
      case GqParser.GT -> textBefore.equals("<") ? "inequality is written !=" : null;
      case GqParser.RBRACE ->
          textBefore.equals("{") ? "empty braces are not allowed here; leave them out" : null;
      case GqParser.ORDER, GqParser.LIMIT -> "return { ... } comes before order and limit";
      case GqParser.LBRACE ->
          textBefore.equals("return") || textBefore.equals("order")
              ? "is the block before it closed with }?"
              : null;
      case GqParser.VAR ->
          switch (textBefore) {
            case "or" -> "there is no `or`; all clauses must hold";
            case "and" -> "clauses are joined by writing them one after the other";
            default -> null;
          };
      case GqParser.IDENT ->
          switch (text) {
            case "or" -> "there is no `or`; all clauses must hold";
            case "and" -> "clauses are joined by writing them one after the other";
            case "skip" -> "skipping rows is written limit n offset m";
            default -> null;
          };
      case GqParser.TYPE_NAME ->
          textBefore.equals("(") || textBefore.equals(".") || textBefore.equals("query")
              ? "names of queries and properties start with a lower-case letter or `_`"
              : null;
      case GqParser.UNTERMINATED_STRING -> "close it with a double quote";
      case GqParser.UNTERMINATED_COMMENT -> "close it with */";
      default -> null;
    };
  }
}
