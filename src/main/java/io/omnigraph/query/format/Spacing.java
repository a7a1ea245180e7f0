package io.omnigraph.query.format;

import static io.omnigraph.query.grammar.GqLexer.AT;
import static io.omnigraph.query.grammar.GqLexer.COLON;
import static io.omnigraph.query.grammar.GqLexer.COMMA;
import static io.omnigraph.query.grammar.GqLexer.DOT;
import static io.omnigraph.query.grammar.GqLexer.GT;
import static io.omnigraph.query.grammar.GqLexer.INT;
import static io.omnigraph.query.grammar.GqLexer.LBRACE;
import static io.omnigraph.query.grammar.GqLexer.LBRACKET;
import static io.omnigraph.query.grammar.GqLexer.LPAREN;
import static io.omnigraph.query.grammar.GqLexer.LT;
import static io.omnigraph.query.grammar.GqLexer.QUESTION;
import static io.omnigraph.query.grammar.GqLexer.RBRACE;
import static io.omnigraph.query.grammar.GqLexer.RBRACKET;
import static io.omnigraph.query.grammar.GqLexer.RPAREN;
import static io.omnigraph.query.grammar.GqLexer.VAR;

import java.util.List;
import org.antlr.v4.runtime.Token;

/** Where a blank stands between two tokens of one line. */
final class Spacing {

  private Spacing() {}

  /** True if a blank belongs between the token at {@code index} and the one before it. */
  static boolean between(List<Token> tokens, int index) {
    Token left = tokens.get(index - 1);
    Token right = tokens.get(index);
    return switch (right.getType()) {
      case COMMA, COLON, DOT, RPAREN, RBRACKET, QUESTION -> false;
      case LPAREN -> false;
      // Inside a clause or a value braces are hop bounds only.
      case LBRACE, RBRACE -> false;
      case GT -> !closesUndirected(tokens, index);
      default -> afterLeft(tokens, index, left, right);
    };
  }

  private static boolean afterLeft(List<Token> tokens, int index, Token left, Token right) {
    return switch (left.getType()) {
      case LPAREN, LBRACKET, DOT, AT, LBRACE -> false;
      case COLON -> !isEdgeBinding(tokens, index - 1);
      case LT -> !closesUndirected(tokens, index + 1);
      // {1,3} without a blank, arguments with one
      case COMMA -> !(right.getType() == INT && isHopBounds(tokens, index - 1));
      default -> true;
    };
  }

  /** {@code $a $w:word $b}: the colon behind the second variable of a traversal. */
  private static boolean isEdgeBinding(List<Token> tokens, int colon) {
    return colon == 2 && tokens.get(0).getType() == VAR && tokens.get(1).getType() == VAR;
  }

  /** {@code <word>}: a greater-than with a less-than two tokens before it. */
  private static boolean closesUndirected(List<Token> tokens, int greater) {
    return greater >= 3
        && greater < tokens.size()
        && tokens.get(greater).getType() == GT
        && tokens.get(greater - 2).getType() == LT;
  }

  private static boolean isHopBounds(List<Token> tokens, int comma) {
    return comma >= 2 && tokens.get(comma - 2).getType() == LBRACE;
  }
}
