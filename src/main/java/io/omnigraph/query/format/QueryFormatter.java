package io.omnigraph.query.format;

import io.omnigraph.model.CompileException;
import io.omnigraph.model.Diagnostic;
import io.omnigraph.model.DiagnosticRenderer;
import io.omnigraph.model.GraphException.Kind;
import io.omnigraph.model.SourceText;
import io.omnigraph.query.QuerySource;
import io.omnigraph.query.grammar.GqLexer;
import io.omnigraph.query.grammar.GqParser;
import java.util.List;
import org.antlr.v4.runtime.BailErrorStrategy;
import org.antlr.v4.runtime.CharStreams;
import org.antlr.v4.runtime.CommonTokenStream;

/**
 * Formats query source: two blanks of indentation, one clause per line, lines of at most 100
 * columns where that is possible. Comments and the meaning are kept; formatting twice changes
 * nothing more. Stateless and thread-safe.
 */
public final class QueryFormatter {

  /** Where a comment changes its neighbours, its final place may take a second pass. */
  private static final int MOST_PASSES = 4;

  private QueryFormatter() {}

  /**
   * The formatted source, ending in a line break; empty for an empty source.
   *
   * @throws CompileException if the source cannot be parsed
   */
  public static String format(String source) {
    List<Diagnostic> problems = QuerySource.parse(source).problems();
    if (!problems.isEmpty()) {
      throw new CompileException(
          Kind.PARSE, problems, DiagnosticRenderer.render(SourceText.of(source), problems));
    }
    String formatted = pass(source);
    for (int i = 1; i < MOST_PASSES; i++) {
      String again = pass(formatted);
      if (again.equals(formatted)) {
        break;
      }
      formatted = again;
    }
    return formatted;
  }

  private static String pass(String source) {
    var lexer = new GqLexer(CharStreams.fromString(source));
    lexer.removeErrorListeners();
    var tokens = new CommonTokenStream(lexer);
    var parser = new GqParser(tokens);
    parser.removeErrorListeners();
    parser.setErrorHandler(new BailErrorStrategy());
    return LayoutPrinter.print(new SourceLayout(new Comments(tokens)).file(parser.file()));
  }
}
