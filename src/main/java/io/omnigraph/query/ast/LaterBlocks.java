package io.omnigraph.query.ast;

import io.omnigraph.query.grammar.GqParser;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.antlr.v4.runtime.CommonToken;
import org.antlr.v4.runtime.Token;

/**
 * Finds mistakes behind the first one of a declaration, in the blocks that can be told apart
 * whatever is wrong before them: {@code return}, {@code order}, {@code limit} and the statements of
 * a mutation, where they stand directly inside the braces of the query.
 */
final class LaterBlocks {

  private LaterBlocks() {}

  /** The first problem of every block behind {@code first}. */
  static List<Problem> problems(List<Token> tokens, Problem first) {
    var problems = new ArrayList<Problem>();
    Place place = first.place();
    if (place == null || !balanced(tokens)) {
      return problems;
    }
    List<Integer> starts = starts(tokens);
    for (int i = 0; i < starts.size(); i++) {
      int start = starts.get(i);
      if (tokens.get(start).getStartIndex() <= place.start()) {
        continue;
      }
      int end = i + 1 < starts.size() ? starts.get(i + 1) : closing(tokens);
      Problem problem = SyntaxErrors.firstOf(part(tokens, start, end), rule(tokens.get(start)));
      if (problem != null) {
        problems.add(problem);
      }
    }
    return problems;
  }

  /** True if every brace has its counterpart; else nobody knows where a block ends. */
  private static boolean balanced(List<Token> tokens) {
    int depth = 0;
    for (Token token : tokens) {
      depth += step(token);
      if (depth < 0) {
        return false;
      }
    }
    return depth == 0;
  }

  private static int step(Token token) {
    return switch (token.getType()) {
      case GqParser.LBRACE -> 1;
      case GqParser.RBRACE -> -1;
      default -> 0;
    };
  }

  /** The indexes of the first tokens of the blocks. */
  private static List<Integer> starts(List<Token> tokens) {
    var starts = new ArrayList<Integer>();
    int depth = 0;
    for (int i = 0; i + 1 < tokens.size(); i++) {
      if (depth == 1 && startsBlock(tokens.get(i), tokens.get(i + 1))) {
        starts.add(i);
      }
      depth += step(tokens.get(i));
    }
    return starts;
  }

  private static boolean startsBlock(Token token, Token next) {
    int follows = next.getType();
    return switch (token.getType()) {
      case GqParser.RETURN, GqParser.ORDER -> follows == GqParser.LBRACE;
      case GqParser.LIMIT -> follows == GqParser.INT || follows == GqParser.VAR;
      case GqParser.INSERT, GqParser.UPDATE, GqParser.DELETE -> follows == GqParser.TYPE_NAME;
      default -> false;
    };
  }

  private static Consumer<GqParser> rule(Token start) {
    return switch (start.getType()) {
      case GqParser.RETURN -> GqParser::singleReturn;
      case GqParser.ORDER -> GqParser::singleOrder;
      case GqParser.LIMIT -> GqParser::singleLimit;
      default -> GqParser::singleStatement;
    };
  }

  /** The index of the brace that closes the query. */
  private static int closing(List<Token> tokens) {
    int last = tokens.size() - 1;
    while (last > 0 && tokens.get(last).getType() != GqParser.RBRACE) {
      last--;
    }
    return last;
  }

  private static List<Token> part(List<Token> tokens, int start, int end) {
    var part = new ArrayList<Token>(tokens.subList(start, Math.max(start, end)));
    part.add(endOfFile(tokens.get(Math.max(start, end - 1))));
    return part;
  }

  private static Token endOfFile(Token last) {
    var end = new CommonToken(Token.EOF, "<EOF>");
    end.setStartIndex(last.getStopIndex() + 1);
    end.setStopIndex(last.getStopIndex());
    return end;
  }
}
