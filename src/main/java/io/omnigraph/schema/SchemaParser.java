package io.omnigraph.schema;

import io.omnigraph.model.DiagnosticCollector;
import io.omnigraph.model.SourceText;
import io.omnigraph.schema.SchemaAst.BrokenDeclaration;
import io.omnigraph.schema.SchemaAst.Declaration;
import io.omnigraph.schema.SchemaAst.Name;
import io.omnigraph.schema.SchemaAst.Region;
import io.omnigraph.schema.grammar.SchemaGrammarLexer;
import io.omnigraph.schema.grammar.SchemaGrammarParser;
import io.omnigraph.schema.grammar.SchemaGrammarParser.DeclarationContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.FileContext;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CommonTokenStream;
import org.antlr.v4.runtime.ListTokenSource;
import org.antlr.v4.runtime.Token;
import org.antlr.v4.runtime.atn.PredictionMode;
import org.antlr.v4.runtime.misc.ParseCancellationException;

/**
 * From text to syntax tree. A correct file is parsed in one go with the fast prediction mode. Only
 * if that fails the file is cut into its declarations, each parsed alone with error recovery: an
 * error in one cannot hide or cause errors in another.
 */
final class SchemaParser {

  private final DiagnosticCollector diagnostics;
  private final List<Token> tokens;
  private final boolean truncated;

  /** Lines and places of characters that are no tokens; they are reported already. */
  private final Set<Integer> strayLines;

  private final NavigableSet<Integer> strayPlaces;
  private final AstBuilder builder;

  private SchemaParser(DiagnosticCollector diagnostics) {
    this.diagnostics = diagnostics;
    var read = SchemaTokens.read(diagnostics.source(), diagnostics);
    this.tokens = read.tokens();
    this.truncated = read.truncated();
    this.strayLines = read.stray().stream().map(Token::getLine).collect(Collectors.toSet());
    this.strayPlaces =
        read.stray().stream()
            .map(Token::getStartIndex)
            .collect(Collectors.toCollection(TreeSet::new));
    this.builder = new AstBuilder(diagnostics);
  }

  /** Parses the source of the collector; syntax errors go to the collector. */
  static SchemaAst.File parse(DiagnosticCollector diagnostics) {
    return new SchemaParser(diagnostics).parseFile();
  }

  private SchemaAst.File parseFile() {
    if (!strayPlaces.isEmpty()) {
      return parseEachDeclaration();
    }
    try {
      List<Declaration> declarations =
          tree(tokens).declaration().stream().map(builder::declaration).toList();
      return new SchemaAst.File(declarations, List.of());
    } catch (ParseCancellationException failed) {
      return parseEachDeclaration();
    }
  }

  /**
   * The parse tree of a source without syntax errors.
   *
   * @throws ParseCancellationException if there are some
   */
  static FileContext tree(SourceText source) {
    return tree(SchemaTokens.read(source, new DiagnosticCollector(source)).tokens());
  }

  private static FileContext tree(List<Token> tokens) {
    SchemaGrammarParser parser = parserOf(tokens);
    parser.getInterpreter().setPredictionMode(PredictionMode.SLL);
    parser.setErrorHandler(new BailErrorStrategy());
    return parser.file();
  }

  private SchemaAst.File parseEachDeclaration() {
    List<Declaration> declarations = new ArrayList<>();
    List<BrokenDeclaration> broken = new ArrayList<>();
    List<Integer> starts = declarationStarts();
    int end = tokens.size() - 1;
    int firstStart = starts.isEmpty() ? end : starts.getFirst();
    if (firstStart > 0) {
      // Whatever stands before the first declaration cannot be one.
      parseOne(0, firstStart, declarations);
    }
    for (int i = 0; i < starts.size() && !diagnostics.isFull(); i++) {
      int from = starts.get(i);
      int to = i + 1 < starts.size() ? starts.get(i + 1) : end;
      if (!parseOne(from, to, declarations)) {
        Token name = tokens.get(from + 1);
        broken.add(new BrokenDeclaration(tokens.get(from).getText(), nameOf(name)));
      }
    }
    return new SchemaAst.File(declarations, broken);
  }

  /**
   * Parses the tokens of one declaration; false if they are not one, or if something between them
   * was left out, because then they do not mean what was written.
   */
  private boolean parseOne(int from, int to, List<Declaration> declarations) {
    SchemaGrammarParser parser = parserOf(tokens.subList(from, to));
    var errors = new SyntaxErrors(diagnostics, tokens.get(to), strayLines, truncated);
    parser.addErrorListener(errors);
    try {
      DeclarationContext declaration = parser.singleDeclaration().declaration();
      boolean whole = errors.count() == 0 && !isStrayBetween(tokens.get(from), tokens.get(to));
      if (whole) {
        declarations.add(builder.declaration(declaration));
      }
      return whole;
    } catch (ParseCancellationException full) {
      return false;
    }
  }

  private boolean isStrayBetween(Token first, Token next) {
    Integer place = strayPlaces.ceiling(first.getStartIndex());
    return place != null && place < next.getStartIndex();
  }

  /**
   * A declaration word followed by a type name starts a declaration wherever it stands: nowhere
   * inside a declaration may these two follow each other. Outside of braces a lower-case name may
   * stand for the type name, if what follows it is a declaration's too.
   */
  private List<Integer> declarationStarts() {
    List<Integer> starts = new ArrayList<>();
    int depth = 0;
    for (int i = 0; i + 1 < tokens.size(); i++) {
      switch (tokens.get(i).getType()) {
        case SchemaGrammarLexer.LEFT_BRACE -> depth++;
        case SchemaGrammarLexer.RIGHT_BRACE -> depth--;
        case SchemaGrammarLexer.INTERFACE, SchemaGrammarLexer.NODE, SchemaGrammarLexer.EDGE -> {
          if (SyntaxErrors.isSoftTypeName(tokens.get(i + 1).getType())
              || depth == 0 && isMisnamedDeclaration(i)) {
            starts.add(i);
            depth = 0;
          }
        }
        default -> {
          // Inside of a declaration.
        }
      }
    }
    return starts;
  }

  private boolean isMisnamedDeclaration(int at) {
    if (at + 2 >= tokens.size() || !SyntaxErrors.isSoftName(tokens.get(at + 1).getType())) {
      return false;
    }
    int follower = tokens.get(at + 2).getType();
    return tokens.get(at).getType() == SchemaGrammarLexer.EDGE
        ? follower == SchemaGrammarLexer.COLON
        : follower == SchemaGrammarLexer.LEFT_BRACE || follower == SchemaGrammarLexer.IMPLEMENTS;
  }

  private static SchemaGrammarParser parserOf(List<Token> tokens) {
    var parser =
        new SchemaGrammarParser(new CommonTokenStream(new ListTokenSource(List.copyOf(tokens))));
    parser.removeErrorListeners();
    return parser;
  }

  private static Name nameOf(Token token) {
    return new Name(token.getText(), new Region(token.getStartIndex(), token.getStopIndex() + 1));
  }
}
