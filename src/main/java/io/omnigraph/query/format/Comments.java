package io.omnigraph.query.format;

import io.omnigraph.query.grammar.GqLexer;
import java.util.ArrayList;
import java.util.List;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.Token;

/**
 * The comments of a source, each belonging to one token: one that starts on the line on which a
 * token ends trails that token, every other leads the token after it.
 */
final class Comments {

  private final CommonTokenStream tokens;

  Comments(CommonTokenStream tokens) {
    this.tokens = tokens;
  }

  /** A token with its comments around it. */
  Doc with(Token token) {
    return Doc.concat(before(token), without(token));
  }

  /** A token that is not printed, but whose comments are. */
  Doc dropped(Token token) {
    return Doc.concat(before(token), new Doc.Concat(trailing(token)));
  }

  /** The comments that lead a token, as lines of their own. */
  Doc before(Token token) {
    return new Doc.Concat(leading(token));
  }

  /** A token with the comments that trail it, but without those that lead it. */
  Doc without(Token token) {
    return Doc.concat(Doc.text(token.getText()), new Doc.Concat(trailing(token)));
  }

  private List<Doc> leading(Token token) {
    var docs = new ArrayList<Doc>();
    for (Token comment : hiddenBefore(token)) {
      if (!trails(comment)) {
        if (blankLineBefore(comment)) {
          docs.add(new Doc.BlankLine());
        }
        docs.add(new Doc.OwnLine(comment.getText().stripTrailing()));
      }
    }
    return docs;
  }

  private List<Doc> trailing(Token token) {
    var docs = new ArrayList<Doc>();
    for (int i = token.getTokenIndex() + 1; i < tokens.size(); i++) {
      Token comment = tokens.get(i);
      if (comment.getChannel() == Token.DEFAULT_CHANNEL || !trails(comment)) {
        break;
      }
      docs.add(
          comment.getType() == GqLexer.LINE_COMMENT
              ? new Doc.EndOfLine(comment.getText().stripTrailing())
              : Doc.text(" " + comment.getText()));
    }
    return docs;
  }

  private List<Token> hiddenBefore(Token token) {
    var hidden = new ArrayList<Token>();
    for (int i = token.getTokenIndex() - 1; i >= 0; i--) {
      if (tokens.get(i).getChannel() == Token.DEFAULT_CHANNEL) {
        break;
      }
      hidden.addFirst(tokens.get(i));
    }
    return hidden;
  }

  /** True if nothing but blanks and comments on one line stand between it and the token before. */
  private boolean trails(Token comment) {
    int index = comment.getTokenIndex();
    if (index == 0) {
      return false;
    }
    Token before = tokens.get(index - 1);
    if (before.getChannel() != Token.DEFAULT_CHANNEL
        && (before.getType() == GqLexer.LINE_COMMENT || !trails(before))) {
      return false;
    }
    return !between(before, comment).contains("\n");
  }

  /** True if an empty line stands before a token, or before the comments that lead it. */
  boolean blankLineBefore(Token token) {
    int index = token.getTokenIndex();
    if (index == 0) {
      return false;
    }
    String gap = between(tokens.get(index - 1), token);
    return gap.indexOf('\n') != gap.lastIndexOf('\n');
  }

  /** The first comment that leads a token, or else the token itself. */
  Token firstOf(Token token) {
    for (Token comment : hiddenBefore(token)) {
      if (!trails(comment)) {
        return comment;
      }
    }
    return token;
  }

  private static String between(Token before, Token after) {
    int start = before.getStopIndex() + 1;
    int end = after.getStartIndex() - 1;
    return end < start
        ? ""
        : after.getInputStream().getText(org.antlr.v4.runtime.misc.Interval.of(start, end));
  }
}
