package io.omnigraph.schema;

import io.omnigraph.schema.grammar.SchemaGrammarLexer;
import io.omnigraph.schema.grammar.SchemaGrammarParser.DeclarationContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.EnumValueContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.FileContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.MemberContext;
import io.omnigraph.schema.grammar.SchemaGrammarParser.PropertyContext;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.antlr.v4.runtime.ParserRuleContext;
import org.antlr.v4.runtime.Token;

/** What the formatter needs to know about the role of a token; tokens are known by their offset. */
final class FormatShape {

  private final Set<Integer> lineStarts = new HashSet<>();
  private final Set<Integer> setOff = new HashSet<>();
  private final Set<Integer> enumContinuations = new HashSet<>();

  FormatShape(FileContext file) {
    boolean previousHasBody = false;
    for (DeclarationContext declaration : file.declaration()) {
      List<? extends ParserRuleContext> members = members(declaration);
      boolean hasBody = !members.isEmpty();
      lineStarts.add(offset(declaration));
      if (hasBody || previousHasBody) {
        setOff.add(offset(declaration));
      }
      previousHasBody = hasBody;
      for (ParserRuleContext member : members) {
        lineStarts.add(offset(member));
        property(member);
      }
    }
  }

  private static List<? extends ParserRuleContext> members(DeclarationContext declaration) {
    if (declaration.interfaceDeclaration() != null) {
      return declaration.interfaceDeclaration().property();
    }
    return declaration.nodeDeclaration() != null
        ? declaration.nodeDeclaration().member()
        : declaration.edgeDeclaration().member();
  }

  private void property(ParserRuleContext member) {
    PropertyContext property =
        member instanceof MemberContext inBody ? inBody.property() : (PropertyContext) member;
    if (property != null && property.typeRef().enumType() != null) {
      for (EnumValueContext value : property.typeRef().enumType().enumValue()) {
        for (int i = value.getStart().getStartIndex() + 1;
            i <= value.getStop().getStopIndex();
            i++) {
          enumContinuations.add(i);
        }
      }
    }
  }

  /** True for the first token of a declaration or of a member of its body. */
  boolean startsLine(Token word) {
    return lineStarts.contains(word.getStartIndex());
  }

  /** True for the first token of a declaration that an empty line separates from the one before. */
  boolean isSetOff(Token word) {
    return setOff.contains(word.getStartIndex());
  }

  /** Whether a blank stands between two tokens of one line. */
  boolean isSpaced(Token left, Token right) {
    if (enumContinuations.contains(right.getStartIndex())) {
      return false;
    }
    boolean closeAfter =
        switch (left.getType()) {
          case SchemaGrammarLexer.AT,
              SchemaGrammarLexer.LEFT_PAREN,
              SchemaGrammarLexer.LEFT_BRACKET,
              SchemaGrammarLexer.DOT_DOT,
              SchemaGrammarLexer.MINUS,
              SchemaGrammarLexer.EQUALS ->
              true;
          default -> false;
        };
    boolean closeBefore =
        switch (right.getType()) {
          case SchemaGrammarLexer.COLON,
              SchemaGrammarLexer.COMMA,
              SchemaGrammarLexer.LEFT_PAREN,
              SchemaGrammarLexer.RIGHT_PAREN,
              SchemaGrammarLexer.RIGHT_BRACKET,
              SchemaGrammarLexer.QUESTION,
              SchemaGrammarLexer.EQUALS ->
              true;
          // After a comma a bound is open below: a blank keeps it apart.
          case SchemaGrammarLexer.DOT_DOT -> left.getType() != SchemaGrammarLexer.COMMA;
          default -> false;
        };
    return !closeAfter && !closeBefore;
  }

  private static int offset(ParserRuleContext context) {
    return context.getStart().getStartIndex();
  }
}
