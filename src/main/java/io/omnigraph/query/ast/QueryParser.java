package io.omnigraph.query.ast;

import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.query.grammar.GqLexer;
import io.omnigraph.query.grammar.GqParser;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.ParseCancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Turns query source into syntax. Stateless and thread-safe; never throws for any input, and its
 * time and memory are linear in the length of the source.
 *
 * <p>A correct source takes one fast pass. A source with errors is read again, declaration by
 * declaration, so that a mistake in one query neither hides nor invents mistakes in the next.
 */
public final class QueryParser {

  /** Longest source that is read, in code points. */
  public static final int MAX_SOURCE_LENGTH = 1 << 20;

  /** Deepest nesting of braces, brackets and parentheses that is read. */
  public static final int MAX_NESTING = 64;

  private QueryParser() {}

  /** Reads every declaration of a source. */
  public static ParsedSource parse(String source) {
    if (source.length() > MAX_SOURCE_LENGTH) {
      return failed(
          "query source has "
              + source.length()
              + " characters; at most "
              + MAX_SOURCE_LENGTH
              + " are read",
          null);
    }
    List<Token> tokens = tokens(source);
    Place tooDeep = tooDeeplyNested(tokens);
    if (tooDeep != null) {
      return failed("nesting is deeper than " + MAX_NESTING + " levels", tooDeep);
    }
    var problems = new ArrayList<Problem>();
    List<QueryDeclaration> queries;
    try {
      queries = new AstBuilder(problems).file(parser(tokens).file());
    } catch (ParseCancellationException e) {
      queries = declarationByDeclaration(tokens, problems);
    }
    List<QueryDeclaration> kept = SizeLimits.within(queries, problems);
    problems.sort(Comparator.comparingInt(QueryParser::startOf));
    return new ParsedSource(kept, problems);
  }

  private static int startOf(Problem problem) {
    Place place = problem.place();
    return place == null ? 0 : place.start();
  }

  private static ParsedSource failed(String message, @Nullable Place place) {
    return new ParsedSource(
        List.of(), List.of(new Problem(Kind.PARSE, null, message, place, null)));
  }

  private static List<Token> tokens(String source) {
    var lexer = new GqLexer(CharStreams.fromString(source));
    lexer.removeErrorListeners();
    var tokens = new ArrayList<Token>();
    Token token = lexer.nextToken();
    while (token.getType() != Token.EOF) {
      if (token.getChannel() == Token.DEFAULT_CHANNEL) {
        tokens.add(token);
      }
      token = lexer.nextToken();
    }
    tokens.add(token);
    return tokens;
  }

  /** The first bracket beyond the nesting limit; null if there is none. */
  private static @Nullable Place tooDeeplyNested(List<Token> tokens) {
    int depth = 0;
    for (Token token : tokens) {
      switch (token.getType()) {
        case GqLexer.LBRACE, GqLexer.LPAREN, GqLexer.LBRACKET -> {
          if (++depth > MAX_NESTING) {
            return AstBuilder.place(token);
          }
        }
        case GqLexer.RBRACE, GqLexer.RPAREN, GqLexer.RBRACKET -> depth = Math.max(0, depth - 1);
        default -> {
          // other tokens do not nest
        }
      }
    }
    return null;
  }

  /** A parser that gives up at the first error, for the fast pass. */
  private static GqParser parser(List<Token> tokens) {
    var parser = new GqParser(new CommonTokenStream(new ListTokenSource(tokens)));
    parser.removeErrorListeners();
    parser.setErrorHandler(new BailErrorStrategy());
    parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
    return parser;
  }

  private static List<QueryDeclaration> declarationByDeclaration(
      List<Token> tokens, List<Problem> problems) {
    var queries = new ArrayList<QueryDeclaration>();
    int end = tokens.size() - 1;
    int start = nextDeclaration(tokens, 0);
    if (start > 0 && tokens.getFirst().getType() == GqLexer.QUERY) {
      declaration(tokens.subList(0, start), problems); // Says what is missing after the word.
    } else if (start > 0) {
      problems.add(SyntaxErrors.notADeclaration(tokens.getFirst()));
    }
    while (start < end) {
      int next = nextDeclaration(tokens, start + 1);
      QueryDeclaration query = declaration(tokens.subList(start, next), problems);
      if (query != null) {
        queries.add(query);
      }
      start = next;
    }
    return queries;
  }

  /** The index of the next {@code query name (}, or that of the end of the file. */
  private static int nextDeclaration(List<Token> tokens, int from) {
    int end = tokens.size() - 1;
    for (int i = from; i + 2 < end; i++) {
      if (tokens.get(i).getType() == GqLexer.QUERY
          && tokens.get(i + 2).getType() == GqLexer.LPAREN) {
        return i;
      }
    }
    return end;
  }

  private static @Nullable QueryDeclaration declaration(
      List<Token> tokens, List<Problem> problems) {
    var tree = new GqParser.SingleQueryContext[1];
    Problem first = SyntaxErrors.firstOf(tokens, parser -> tree[0] = parser.singleQuery());
    if (first == null) {
      return new AstBuilder(problems).query(tree[0].query());
    }
    problems.add(first);
    problems.addAll(LaterBlocks.problems(tokens, first));
    return null;
  }
}
